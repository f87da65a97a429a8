#include <algorithm>
#include <set>

#include "policy/host_name.h"
#include "policy/routing/gateway_routes.h"

namespace meshdeck::policy {

namespace {

RouterChain::Tls tlsOf(const config::GatewayServer& server) {
    if (!server.tls || isPassthrough(server) || isHttp(parseProtocol(server.port.protocol))) {
        return RouterChain::Tls::None;
    }
    if (server.tls->mode == "MUTUAL" || server.tls->mode == "ISTIO_MUTUAL") {
        return RouterChain::Tls::Mutual;
    }
    return server.tls->mode == "OPTIONAL_MUTUAL" ? RouterChain::Tls::OptionalMutual : RouterChain::Tls::Terminate;
}

std::vector<std::string> serverNames(const MergedServer& server) {
    std::set<std::string> names;
    for (const std::string& host : server.hosts) {
        std::string name = splitNamespacedHost(host).host;
        if (name == "*") {
            return {};
        }
        names.insert(std::move(name));
    }
    return {names.begin(), names.end()};
}

bool servesHostsOf(const MergedServer& server, const EffectiveVirtualService& vs) {
    return std::any_of(server.hosts.begin(), server.hosts.end(), [&vs](const std::string& written) {
        const NamespacedHost parts = splitNamespacedHost(written);
        return (parts.ns.empty() || parts.ns == vs.object->ref.ns) &&
               std::any_of(vs.spec->hosts.begin(), vs.spec->hosts.end(),
                           [&parts](const std::string& host) { return hostsMatch(parts.host, host); });
    });
}

bool anyApplies(const config::L4Route& rule, const Proxy& router, const MergedServer& server) {
    return rule.matches.empty() ||
           std::any_of(rule.matches.begin(), rule.matches.end(), [&](const config::L4Match& match) {
               return appliesTo(match, router, server.gateway->id, server.server().port.number);
           });
}

L4Entry entryOf(const EffectiveVirtualServicePtr& vs, const config::L4Route& rule, const char* list, std::size_t index,
                const MergedServer& server) {
    // The rule of a Gateway API route is one of spec.rules there.
    const char* name = vs->gatewayApi ? "rules" : list;
    return {&rule, vs, std::string("/spec/") + name + "/" + std::to_string(index), nullptr,
            server.server().port.number, {}};
}

// Finds the chains of the servers of one port.
class ChainBuilder {
public:
    ChainBuilder(const Scope& router, const MergedGateways& merged) : m_router(router), m_merged(merged) {}

    void addHttp(const MergedServer& server, bool withTls) {
        RouterChain chain = chainOf(server);
        const auto servers = m_merged.ofRouteName.find(server.routeName);
        if (servers == m_merged.ofRouteName.end()) {
            return;
        }
        if (!withTls) {
            chain.tls = RouterChain::Tls::None;
            chain.l4.serverNames.clear();
        }
        chain.http =
            std::make_shared<const RouteTable>(gatewayRouteTable(m_router, server.routeName, servers->second));
        m_chains.push_back(std::move(chain));
    }

    // The first rule for this port and gateway of the first VirtualService that has one.
    void addTcp(const MergedServer& server) {
        for (const EffectiveVirtualServicePtr& vs : virtualServicesOfGateway(m_router, server.gateway->id)) {
            if (!servesHostsOf(server, *vs)) {
                continue;
            }
            if (addFirstRule(vs, vs->spec->tcp, "tcp", server) ||
                // A TLSRoute at a listener that ends TLS.
                (vs->gatewayApi && addFirstRule(vs, vs->spec->tls, "tls", server))) {
                return;
            }
        }
    }

    void addPassthrough(const MergedServer& server) {
        for (const EffectiveVirtualServicePtr& vs : virtualServicesOfGateway(m_router, server.gateway->id)) {
            if (!servesHostsOf(server, *vs)) {
                continue;
            }
            for (std::size_t i = 0; i < vs->spec->tls.size(); ++i) {
                addTlsRule(vs, vs->spec->tls[i], i, server);
            }
        }
    }

    // Straight to every cluster of the mesh that the client names as its server name.
    void addAutoPassthrough(const MergedServer& server) {
        for (const EgressListener& egress : m_router.egress()) {
            for (const std::size_t index : egress.services) {
                const Service& service = m_router.world().services()[index];
                const bool wanted =
                    !service.external && std::any_of(server.hosts.begin(), server.hosts.end(), [&](const auto& host) {
                        return hostSubsetOf(service.host, splitNamespacedHost(host).host);
                    });
                if (wanted) {
                    addClusters(service, server);
                }
            }
        }
    }

    std::vector<RouterChain> take() { return std::move(m_chains); }

private:
    static RouterChain chainOf(const MergedServer& server) {
        RouterChain chain;
        chain.tls = tlsOf(server.server());
        chain.l4.serverNames = server.server().tls ? serverNames(server) : std::vector<std::string>();
        chain.gateway = server.gateway;
        return chain;
    }

    bool addFirstRule(const EffectiveVirtualServicePtr& vs, const std::vector<config::L4Route>& rules, const char* list,
                      const MergedServer& server) {
        for (std::size_t i = 0; i < rules.size(); ++i) {
            if (!rules[i].route.empty() && anyApplies(rules[i], m_router.proxy(), server)) {
                RouterChain chain = chainOf(server);
                chain.l4.entry = entryOf(vs, rules[i], list, i, server);
                m_chains.push_back(std::move(chain));
                return true;
            }
        }
        return false;
    }

    void addTlsRule(const EffectiveVirtualServicePtr& vs, const config::L4Route& rule, std::size_t index,
                    const MergedServer& server) {
        for (const config::L4Match& match : rule.matches) {
            if (rule.route.empty() ||
                !appliesTo(match, m_router.proxy(), server.gateway->id, server.server().port.number) ||
                std::any_of(match.sniHosts.begin(), match.sniHosts.end(),
                            [this](const std::string& name) { return m_names.contains(name); })) {
                continue; // a name that an earlier rule has taken drops the match
            }
            m_names.insert(match.sniHosts.begin(), match.sniHosts.end());
            RouterChain chain = chainOf(server);
            chain.l4.serverNames = match.sniHosts;
            chain.l4.entry = entryOf(vs, rule, "tls", index, server);
            m_chains.push_back(std::move(chain));
        }
    }

    void addClusters(const Service& service, const MergedServer& server) {
        std::vector<std::string> subsets{""};
        const DestinationRuleChoice choice = m_router.destinationRule(service);
        if (choice.merged) {
            for (const config::DestinationSubset& subset : choice.merged->subsets) {
                subsets.push_back(subset.name);
            }
        }
        for (const Port& port : service.ports) {
            for (const std::string& subset : subsets) {
                if (port.protocol == Protocol::Udp) {
                    continue;
                }
                RouterChain chain;
                chain.gateway = server.gateway;
                const std::string number = std::to_string(port.number);
                chain.l4.serverNames = {"outbound_." + number + "_." + subset + "_." + service.host};
                chain.l4.istioAlpn = true;
                chain.l4.entry.service = &service;
                chain.l4.entry.port = port.number;
                chain.l4.entry.cluster = chain.l4.serverNames.front();
                m_chains.push_back(std::move(chain));
            }
        }
    }

    const Scope& m_router;
    const MergedGateways& m_merged;
    std::set<std::string> m_names;
    std::vector<RouterChain> m_chains;
};

const RouterChain* pickRouterChain(const RouterListener& listener, const Request& request) {
    std::vector<const RouterChain*> candidates;
    std::vector<const std::vector<std::string>*> names;
    for (const RouterChain& chain : listener.chains) {
        if (!chain.l4.istioAlpn || (request.tls != Request::Tls::None && isIstioAlpn(request.alpn))) {
            candidates.push_back(&chain);
            names.push_back(&chain.l4.serverNames);
        }
    }
    const std::size_t picked = pickServerName(names, serverNameOf(request));
    return picked == std::string::npos ? nullptr : candidates[picked];
}

void end(RequestResult& result, Verdict verdict, std::string reason) {
    result.verdict = verdict;
    result.reasons.push_back(std::move(reason));
}

// What becomes of the client's TLS at a chain; false: the connection ends here.
bool handshake(const RouterChain& chain, const Request& request, RequestResult& result) {
    const bool plaintext = request.tls == Request::Tls::None;
    if (chain.tls == RouterChain::Tls::None) {
        if (chain.http && !plaintext) {
            end(result, Verdict::ProtocolError, "the client speaks TLS to a port that expects plaintext HTTP");
            return false;
        }
        return true;
    }
    if (plaintext) {
        end(result, Verdict::TlsError, "the client speaks plaintext to a server that expects TLS");
        return false;
    }
    if (chain.tls == RouterChain::Tls::Mutual && request.tls != Request::Tls::Mtls) {
        end(result, Verdict::MtlsError, "the server asks for a client certificate and the client has none");
        return false;
    }
    return true;
}

void answerInHttp(const RouterChain& chain, const Scope& scope, const Request& request, RequestResult& result) {
    result.routeConfig = chain.http->name;
    if (request.protocol == "tcp") {
        return end(result, Verdict::ProtocolError, "the bytes are no HTTP, which this listener expects");
    }
    const VirtualHost* host = chain.http->find(request.host);
    if (host == nullptr) {
        result.status = 404;
        result.responseFlag = "NR";
        return end(result, Verdict::NoVirtualHost, "no virtual host of " + chain.http->name + " has " + request.host);
    }
    result.virtualHost = host->name;
    if (host->requireTls && request.tls == Request::Tls::None) {
        result.status = 301;
        result.location = "https://" + request.host + request.path;
        return end(result, Verdict::TlsRedirect, "the Gateway redirects plaintext requests to HTTPS");
    }
    RouteMatchResult matched = matchRoute(*host, request);
    result.rejected = std::move(matched.rejected);
    if (matched.entry == nullptr) {
        result.status = 404;
        result.responseFlag = "NR";
        return end(result, Verdict::NoRoute, "no rule of " + host->name + " takes the request");
    }
    applyRoute(*matched.entry, request, scope, result);
}

} // namespace

std::vector<RouterChain> gatewayChains(const Scope& router, const MergedPort& port, const MergedGateways& merged) {
    ChainBuilder builder(router, merged);
    if (isHttp(parseProtocol(port.protocol))) {
        builder.addHttp(port.servers.front(), false);
        return builder.take();
    }
    for (const MergedServer& server : port.servers) {
        const config::GatewayServer& written = server.server();
        if (isHttpServer(written)) {
            builder.addHttp(server, true);
        } else if (!isPassthrough(written)) {
            builder.addTcp(server);
        } else if (written.tls->mode == "AUTO_PASSTHROUGH") {
            builder.addAutoPassthrough(server);
        } else {
            builder.addPassthrough(server);
        }
    }
    return builder.take();
}

void routeAtGateway(const RouterListeners& listeners, const Request& request, RequestResult& result) {
    const RouterListener* listener = listeners.listener(request.address, request.port);
    if (listener == nullptr) {
        for (const SkippedServer& skipped : listeners.skipped()) {
            if (skipped.port == request.port) {
                result.reasons.push_back(skipped.gateway->object->ref.display() + " is left out: " + skipped.why);
            }
        }
        return end(result, Verdict::NoListener, "the gateway does not listen on port " + std::to_string(request.port));
    }
    result.listener = listener->name;
    const RouterChain* chain = pickRouterChain(*listener, request);
    if (chain == nullptr) {
        return end(result, Verdict::NoFilterChain,
                   request.tls == Request::Tls::None ? "the listener expects TLS"
                                                     : "no server takes the server name " + serverNameOf(request));
    }
    result.filterChain = chainName(chain->l4.serverNames);
    if (!handshake(*chain, request, result)) {
        return;
    }
    if (chain->http) {
        answerInHttp(*chain, listeners.scope(), request, result);
    } else {
        applyL4(chain->l4.entry, request, listeners.scope(), result);
    }
}

} // namespace meshdeck::policy
