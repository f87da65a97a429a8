#include "cli/apply_routes.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "base/text.h"
#include "change/words.h"
#include "config/json_pointer.h"
#include "config/json_read.h"
#include "config/resource_json.h"

namespace meshdeck::cli {

namespace {

using config::Json;
using config::WeightedRoute;

struct Candidate {
    mesh::ResourcePtr resource;
    WeightedRoute route;
};

// "reviews" or "reviews.bookinfo" or "reviews.bookinfo.svc.cluster.local"; other hosts are compared as they are.
struct HostName {
    std::string full;
    std::string name;
    std::string ns; // "" when not said
};

HostName hostName(const std::string& typed) {
    if (const auto service = config::resolveHost(typed, "")) {
        return {typed, service->name, service->ns};
    }
    const std::size_t dot = typed.find('.');
    const bool two = dot != std::string::npos && typed.find('.', dot + 1) == std::string::npos;
    return two ? HostName{typed, typed.substr(0, dot), typed.substr(dot + 1)} : HostName{typed, "", ""};
}

bool meansHost(const HostName& host, const std::string& written, const std::string& ns) {
    if (written == host.full) {
        return host.ns.empty() || host.ns == ns || written.find('.') != std::string::npos;
    }
    const auto service = config::resolveHost(written, ns);
    return service && service->name == host.name && (host.ns.empty() || service->ns == host.ns);
}

bool listNames(const Json& spec, const char* key, const HostName& host, const std::string& ns) {
    const Json* list = config::listMember(spec, key);
    return list != nullptr && std::any_of(list->begin(), list->end(), [&](const Json& entry) {
               return entry.is_string() && meansHost(host, entry.get<std::string>(), ns);
           });
}

// The object is about the host: a VirtualService's hosts, an HTTPRoute's hostnames or the Service it is attached to.
bool isAbout(const mesh::Resource& resource, const HostName& host) {
    const auto object = config::parse(resource);
    const Json* spec = object ? config::objectMember(*object, "spec") : nullptr;
    if (spec == nullptr) {
        return false;
    }
    const Json* parents = config::listMember(*spec, "parentRefs");
    const bool attached = parents != nullptr && std::any_of(parents->begin(), parents->end(), [&](const Json& parent) {
        const std::string ns = config::textMember(parent, "namespace");
        return config::textMember(parent, "kind") == "Service" &&
               meansHost(host, config::textMember(parent, "name"), ns.empty() ? resource.ref.ns : ns);
    });
    return attached || listNames(*spec, "hosts", host, resource.ref.ns) ||
           listNames(*spec, "hostnames", host, resource.ref.ns);
}

bool leadsTo(const WeightedRoute& route, const HostName& host) {
    return std::any_of(route.destinations.begin(), route.destinations.end(), [&](const auto& destination) {
        return meansHost(host, destination.host, destination.ns);
    });
}

bool isNamed(const config::WeightedDestination& destination, const std::string& word) {
    return destination.subset.empty() ? destination.host == word || change::destinationName(destination) == word
                                      : destination.subset == word;
}

bool hasAll(const WeightedRoute& route, const WantedWeights& wanted) {
    return std::all_of(wanted.weights.begin(), wanted.weights.end(), [&](const auto& weight) {
        return std::count_if(route.destinations.begin(), route.destinations.end(),
                             [&](const auto& destination) { return isNamed(destination, weight.first); }) == 1;
    });
}

std::string label(const Candidate& candidate) {
    const WeightedRoute& route = candidate.route;
    std::string text = route.resource.display() + " " + route.section + "[" + std::to_string(route.index) + "]";
    text += route.name.empty() ? "" : " \"" + route.name + "\"";
    return text::safe(text + " (" + route.match + ")", false, 300);
}

std::string destinationsOf(const std::vector<Candidate>& candidates) {
    std::vector<std::string> names;
    for (const Candidate& candidate : candidates) {
        for (const auto& destination : candidate.route.destinations) {
            const std::string name = change::destinationName(destination);
            if (std::find(names.begin(), names.end(), name) == names.end()) {
                names.push_back(name);
            }
        }
    }
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + text::safe(name, false, 100);
    }
    return text;
}

Result<Candidate> pick(std::vector<Candidate> candidates, const std::optional<std::string>& route) {
    if (route) {
        std::vector<Candidate> named;
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            const WeightedRoute& r = candidates[i].route;
            if (r.name == *route || std::to_string(i) == *route ||
                r.section + "[" + std::to_string(r.index) + "]" == *route) {
                named.push_back(candidates[i]);
            }
        }
        if (named.size() == 1) {
            return named.front();
        }
        candidates = named.empty() ? std::move(candidates) : std::move(named);
    } else if (candidates.size() == 1) {
        return candidates.front();
    }
    std::string list;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        list += (i == 0 ? "" : "; ") + std::to_string(i) + ": " + label(candidates[i]);
    }
    return fail(ErrorKind::InvalidArgument,
                std::to_string(candidates.size()) + " routes could be meant: " + list,
                "say which with --route NAME or --route INDEX");
}

// All routes of the table that belong to the host.
std::vector<Candidate> routesOf(const HostName& host, const mesh::ResourceTable& config,
                                const std::vector<std::string>& namespaces) {
    std::vector<Candidate> found;
    for (const auto& [ref, resource] : config) {
        const bool inside = namespaces.empty() || std::find(namespaces.begin(), namespaces.end(), ref.ns) != namespaces.end();
        if (!inside || (ref.kind != "VirtualService" && !ref.kind.ends_with("Route"))) {
            continue;
        }
        const bool about = isAbout(*resource, host);
        for (WeightedRoute& route : config::weightedRoutes(*resource)) {
            if (!route.destinations.empty() && (about || leadsTo(route, host))) {
                found.push_back({resource, std::move(route)});
            }
        }
    }
    return found;
}

std::vector<int> storedWeights(const WeightedRoute& route) {
    std::vector<int> weights;
    for (const auto& destination : route.destinations) {
        const int absent = route.section == "rules" ? 1 : route.destinations.size() == 1 ? 100 : 0;
        weights.push_back(destination.weight.value_or(absent));
    }
    return weights;
}

std::vector<config::Subset> subsetsOf(const WeightedRoute& route, const mesh::ResourceTable& config) {
    for (const auto& [ref, resource] : config) {
        const auto rule = config::destinationRule(*resource);
        if (!rule) {
            continue;
        }
        const auto service = config::resolveHost(rule->host, ref.ns);
        for (const auto& destination : route.destinations) {
            const auto wanted = config::resolveHost(destination.host, destination.ns);
            if (service && wanted && *service == *wanted && !destination.subset.empty()) {
                return rule->subsets;
            }
        }
    }
    return {};
}

} // namespace

std::optional<std::vector<int>> completeWeights(const std::vector<std::optional<int>>& named,
                                                const std::vector<int>& stored, int sum) {
    int left = sum;
    double open = 0;
    std::size_t openCount = 0;
    for (std::size_t i = 0; i < named.size(); ++i) {
        left -= named[i].value_or(0);
        open += named[i] ? 0 : stored[i];
        openCount += named[i] ? 0 : 1;
    }
    if (left < 0 || (openCount == 0 && left != 0)) {
        return std::nullopt;
    }
    std::vector<int> weights(named.size());
    std::vector<std::pair<double, std::size_t>> rests;
    int given = 0;
    for (std::size_t i = 0; i < named.size(); ++i) {
        const double share = open > 0 ? stored[i] / open : 1.0 / static_cast<double>(std::max<std::size_t>(openCount, 1));
        const double exact = named[i] ? 0 : left * share;
        weights[i] = named[i].value_or(static_cast<int>(std::floor(exact)));
        if (!named[i]) {
            given += weights[i];
            rests.emplace_back(std::floor(exact) - exact, i); // smallest first: the largest remainder
        }
    }
    std::stable_sort(rests.begin(), rests.end());
    for (std::size_t i = 0; given < left && i < rests.size(); ++i, ++given) {
        ++weights[rests[i].second];
    }
    return weights;
}

Result<std::vector<WantedWeights>> parseWeights(const std::vector<std::string>& words) {
    std::vector<WantedWeights> sets;
    for (const std::string& word : words) {
        const std::size_t equals = word.rfind('=');
        if (equals == std::string::npos) {
            sets.push_back({word, {}});
            continue;
        }
        int weight = 0;
        const char* end = word.data() + word.size();
        const auto [stop, error] = std::from_chars(word.data() + equals + 1, end, weight);
        if (sets.empty() || equals == 0 || error != std::errc() || stop != end || weight < 0) {
            return fail(ErrorKind::InvalidArgument, "\"" + text::safe(word, false, 100) + "\" is no SUBSET=WEIGHT",
                        "for example: --set-weights reviews v1=70 v2=30");
        }
        sets.back().weights.emplace_back(word.substr(0, equals), weight);
    }
    const bool empty = std::any_of(sets.begin(), sets.end(), [](const auto& set) { return set.weights.empty(); });
    if (sets.empty() || empty) {
        return fail(ErrorKind::InvalidArgument, "--set-weights needs a host and its weights",
                    "for example: --set-weights reviews v1=70 v2=30");
    }
    return sets;
}

Result<change::WeightEdit> findEdit(const WantedWeights& wanted, const mesh::ResourceTable& config,
                                    const std::vector<std::string>& namespaces,
                                    const std::optional<std::string>& route) {
    auto all = routesOf(hostName(wanted.host), config, namespaces);
    if (all.empty()) {
        return fail(ErrorKind::NotFound, "no route leads to " + text::safe(wanted.host, false, 200),
                    "name the host as reviews or reviews.bookinfo; -n chooses the namespace of the route");
    }
    std::vector<Candidate> fitting;
    std::copy_if(all.begin(), all.end(), std::back_inserter(fitting),
                 [&](const Candidate& candidate) { return hasAll(candidate.route, wanted); });
    if (fitting.empty()) {
        return fail(ErrorKind::NotFound, "no route of " + text::safe(wanted.host, false, 200) + " has all of these destinations",
                    "its routes lead to: " + destinationsOf(all));
    }
    auto chosen = pick(std::move(fitting), route);
    if (!chosen) {
        return tl::unexpected(chosen.error());
    }
    std::vector<std::optional<int>> named;
    for (const auto& destination : chosen->route.destinations) {
        std::optional<int> weight;
        for (const auto& [word, value] : wanted.weights) {
            weight = isNamed(destination, word) ? std::optional(value) : weight;
        }
        named.push_back(weight);
    }
    const auto stored = storedWeights(chosen->route);
    change::WeightEdit edit{chosen->resource, chosen->route.section, chosen->route.index, {},
                            subsetsOf(chosen->route, config)};
    const bool relative = chosen->route.section == "rules";
    const auto completed = completeWeights(named, stored, 100);
    for (std::size_t i = 0; i < named.size(); ++i) { // without a sum to keep, unnamed weights stay as they are
        edit.weights.push_back(completed && !relative ? completed->at(i) : named[i].value_or(stored[i]));
    }
    return edit;
}

std::vector<change::WeightEdit> weightEdits(const change::Plan& plan, const mesh::ResourceTable* config) {
    std::vector<change::WeightEdit> edits;
    for (const change::PlannedObject& planned : plan.objects) {
        if (planned.operation != change::Operation::Patch || !planned.base) {
            continue;
        }
        mesh::Resource after = *planned.base;
        after.json = std::make_shared<const std::string>(planned.after.dump(-1, ' ', false, Json::error_handler_t::replace));
        const auto before = config::weightedRoutes(*planned.base);
        const auto then = config::weightedRoutes(after);
        for (std::size_t i = 0; i < std::min(before.size(), then.size()); ++i) {
            const bool sameDestinations =
                before[i].section == then[i].section && before[i].destinations.size() == then[i].destinations.size() &&
                std::equal(before[i].destinations.begin(), before[i].destinations.end(), then[i].destinations.begin(),
                           [](const auto& a, const auto& b) { return a.host == b.host && a.subset == b.subset; });
            if (sameDestinations && storedWeights(before[i]) != storedWeights(then[i])) {
                edits.push_back({planned.base, before[i].section, before[i].index, storedWeights(then[i]),
                                 config == nullptr ? std::vector<config::Subset>() : subsetsOf(before[i], *config)});
            }
        }
    }
    return edits;
}

} // namespace meshdeck::cli
