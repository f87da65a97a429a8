#include "policy/routing/l4_routes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>

#include "policy/host_name.h"

namespace meshdeck::policy {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

std::string withoutPort(std::string_view host) {
    const std::size_t colon = host.rfind(':');
    const bool port = colon != std::string_view::npos && host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos;
    if (port && (host.starts_with('[') ? host.find(']') + 1 == colon : host.find(':') == colon)) {
        host = host.substr(0, colon);
    }
    return lower(host);
}

// An IPv4 address as a number; nothing for other text. IPv6 destinations are compared as text.
std::optional<std::uint32_t> ipv4(std::string_view text) {
    std::uint32_t address = 0;
    for (int part = 0; part < 4; ++part) {
        std::uint32_t value = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
        if (read.ec != std::errc() || value > 255) {
            return std::nullopt;
        }
        text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
        if (part < 3) {
            if (!text.starts_with('.')) {
                return std::nullopt;
            }
            text.remove_prefix(1);
        }
        address = (address << 8U) | value;
    }
    return text.empty() ? std::optional(address) : std::nullopt;
}

// How many leading bits of `address` the subnet fixes; nothing when the address lies outside.
std::optional<int> coveredBits(std::string_view subnet, std::string_view address) {
    const std::size_t slash = subnet.find('/');
    const std::string_view base = subnet.substr(0, slash);
    if (slash == std::string_view::npos) {
        return base == address ? std::optional(128) : std::nullopt;
    }
    int bits = 0;
    const std::string_view length = subnet.substr(slash + 1);
    const auto read = std::from_chars(length.data(), length.data() + length.size(), bits);
    const auto a = ipv4(base);
    const auto b = ipv4(address);
    if (read.ec != std::errc() || bits < 0 || bits > 32 || !a || !b) {
        return base == address ? std::optional(128) : std::nullopt;
    }
    const std::uint32_t mask = bits == 0 ? 0U : ~0U << static_cast<unsigned>(32 - bits);
    return (*a & mask) == (*b & mask) ? std::optional(bits) : std::nullopt;
}

// Of the most specific subnet of a chain that has the address; -1: the chain asks for none; nothing: it has others.
std::optional<int> destinationRank(const L4Chain& chain, std::string_view address) {
    if (chain.subnets.empty()) {
        return -1;
    }
    std::optional<int> best;
    for (const std::string& subnet : chain.subnets) {
        const auto bits = coveredBits(subnet, address);
        if (bits && (!best || *bits > *best)) {
            best = bits;
        }
    }
    return best;
}

// Exact names first, then the longest wildcard; "*" asks for nothing.
int nameRank(std::string_view pattern, std::string_view name) {
    if (pattern == "*") {
        return 0;
    }
    if (!isWildcard(pattern)) {
        return pattern == name ? 1000 : -1;
    }
    return !name.empty() && hostsMatch(pattern, name) ? static_cast<int>(pattern.size()) : -1;
}

int namesRank(const std::vector<std::string>& patterns, std::string_view name) {
    int best = patterns.empty() ? 0 : -1;
    for (const std::string& pattern : patterns) {
        best = std::max(best, nameRank(pattern, name));
    }
    return best;
}

class ChainBuilder {
public:
    ChainBuilder(const Service& service, const Port& port, std::uint32_t listenerPort, const Proxy& proxy)
        : m_service(service), m_port(port), m_listenerPort(listenerPort), m_proxy(proxy) {}

    std::vector<L4Chain> build(const std::vector<EffectiveVirtualServicePtr>& virtualServices, bool needsName) {
        std::vector<EffectiveVirtualServicePtr> own;
        std::copy_if(virtualServices.begin(), virtualServices.end(), std::back_inserter(own),
                     [this](const EffectiveVirtualServicePtr& vs) { return isOurs(*vs); });
        const bool settled = isTlsFamily(m_port.protocol) ? addTls(own) : addTcp(own);
        if (!settled) {
            L4Chain straight;
            straight.entry = {nullptr, nullptr, {}, &m_service, m_port.number, {}};
            if (needsName && isTlsFamily(m_port.protocol)) {
                straight.serverNames = {m_service.host};
            }
            m_chains.push_back(std::move(straight));
        }
        return std::move(m_chains);
    }

private:
    bool isOurs(const EffectiveVirtualService& vs) const {
        if (!contains(vs.gateways, "mesh") || !vs.spec) {
            return false;
        }
        if (vs.consumerRoute && vs.object && vs.object->ref.ns != m_proxy.ns) {
            return false;
        }
        return std::any_of(vs.spec->hosts.begin(), vs.spec->hosts.end(),
                           [this](const std::string& host) { return hostsMatch(host, m_service.host); });
    }

    L4Entry entry(const EffectiveVirtualServicePtr& vs, const config::L4Route& rule, const char* list,
                  std::size_t index) const {
        return {&rule, vs, std::string("/spec/") + list + "/" + std::to_string(index), &m_service, m_port.number, {}};
    }

    // Of equal names and subnets the first keeps them. True when any rule is for this client.
    bool addTls(const std::vector<EffectiveVirtualServicePtr>& virtualServices) {
        bool any = false;
        std::set<std::pair<std::vector<std::string>, std::vector<std::string>>> seen;
        for (const EffectiveVirtualServicePtr& vs : virtualServices) {
            for (std::size_t i = 0; i < vs->spec->tls.size(); ++i) {
                const config::L4Route& rule = vs->spec->tls[i];
                for (const config::L4Match& match : rule.matches) {
                    if (!appliesTo(match, m_proxy, "mesh", m_listenerPort)) {
                        continue;
                    }
                    any = true;
                    if (seen.emplace(match.sniHosts, match.destinationSubnets).second) {
                        m_chains.push_back({match.sniHosts, match.destinationSubnets, false, entry(vs, rule, "tls", i)});
                    }
                }
            }
        }
        return any;
    }

    // True when a rule takes whatever is left; nothing behind it counts then.
    bool addTcp(const std::vector<EffectiveVirtualServicePtr>& virtualServices) {
        for (const EffectiveVirtualServicePtr& vs : virtualServices) {
            for (std::size_t i = 0; i < vs->spec->tcp.size(); ++i) {
                const config::L4Route& rule = vs->spec->tcp[i];
                bool rest = rule.matches.empty();
                std::vector<std::string> subnets;
                for (const config::L4Match& match : rule.matches) {
                    if (!appliesTo(match, m_proxy, "mesh", m_listenerPort)) {
                        continue;
                    }
                    rest = rest || match.destinationSubnets.empty();
                    subnets.insert(subnets.end(), match.destinationSubnets.begin(), match.destinationSubnets.end());
                }
                if (rest) {
                    m_chains.push_back({{}, {}, false, entry(vs, rule, "tcp", i)});
                    return true;
                }
                if (!subnets.empty()) {
                    m_chains.push_back({{}, std::move(subnets), false, entry(vs, rule, "tcp", i)});
                }
            }
        }
        return false;
    }

    const Service& m_service;
    const Port& m_port;
    std::uint32_t m_listenerPort;
    const Proxy& m_proxy;
    std::vector<L4Chain> m_chains;
};

} // namespace

bool appliesTo(const config::L4Match& match, const Proxy& proxy, std::string_view gateway, std::uint32_t listenerPort) {
    if (match.port && *match.port != 0 && *match.port != listenerPort) {
        return false;
    }
    if (!match.gateways.empty() && !contains(match.gateways, gateway)) {
        return false;
    }
    if (gateway != "mesh") { // a gateway looks at port and gateways only
        return true;
    }
    if (!match.sourceNamespace.empty() && match.sourceNamespace != proxy.ns) {
        return false;
    }
    return std::all_of(match.sourceLabels.begin(), match.sourceLabels.end(), [&proxy](const auto& wanted) {
        const auto found = proxy.labels.find(wanted.first);
        return found != proxy.labels.end() && found->second == wanted.second;
    });
}

std::vector<L4Chain> serviceChains(const Service& service, const Port& port, std::uint32_t listenerPort,
                                   const Proxy& proxy, const std::vector<EffectiveVirtualServicePtr>& virtualServices,
                                   bool needsName) {
    return ChainBuilder(service, port, listenerPort, proxy).build(virtualServices, needsName);
}

std::size_t pickServerName(const std::vector<const std::vector<std::string>*>& serverNames, std::string_view sni) {
    const std::string name = lower(sni);
    std::size_t best = std::string::npos;
    int bestRank = -1;
    for (std::size_t i = 0; i < serverNames.size(); ++i) {
        const int rank = namesRank(*serverNames[i], name);
        if (rank > bestRank) {
            best = i;
            bestRank = rank;
        }
    }
    return best;
}

const L4Chain* pickChain(const std::vector<L4Chain>& chains, const Request& request,
                         std::string_view destinationAddress) {
    // Envoy first settles on the destination and never comes back from there for a server name that does not fit.
    int rank = -2;
    for (const L4Chain& chain : chains) {
        rank = std::max(rank, destinationRank(chain, destinationAddress).value_or(-2));
    }
    std::vector<const L4Chain*> candidates;
    std::vector<const std::vector<std::string>*> names;
    for (const L4Chain& chain : chains) {
        if (rank > -2 && destinationRank(chain, destinationAddress) == rank &&
            (!chain.istioAlpn || isIstioAlpn(request.alpn))) {
            candidates.push_back(&chain);
            names.push_back(&chain.serverNames);
        }
    }
    const std::size_t picked = pickServerName(names, serverNameOf(request));
    return picked == std::string::npos ? nullptr : candidates[picked];
}

std::string serverNameOf(const Request& request) {
    if (request.tls == Request::Tls::None) {
        return {};
    }
    return request.sni.empty() ? withoutPort(request.host) : lower(request.sni);
}

bool isIstioAlpn(std::string_view alpn) {
    constexpr std::array<std::string_view, 5> kIstio{"istio", "istio-peer-exchange", "istio-http/1.0",
                                                     "istio-http/1.1", "istio-h2"};
    return std::find(kIstio.begin(), kIstio.end(), alpn) != kIstio.end();
}

std::string chainName(const std::vector<std::string>& serverNames) {
    std::string text;
    for (const std::string& name : serverNames) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

} // namespace meshdeck::policy
