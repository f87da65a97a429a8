#include <algorithm>

#include "policy/world/virtual_services.h"

namespace meshdeck::policy {

namespace {

using config::HttpMatch;
using config::HttpRoute;
using config::StringMatch;
using Kind = StringMatch::Kind;

// Whether both can hold at once, as far as istiod looks: a regular expression beside anything is refused.
bool conflict(const std::optional<StringMatch>& root, const std::optional<StringMatch>& leaf) {
    if (!root || !leaf) {
        return false;
    }
    if (root->kind == Kind::Regex || leaf->kind == Kind::Regex) {
        return true;
    }
    if (root->kind == Kind::Present || leaf->kind == Kind::Present) {
        return false;
    }
    if (root->kind == Kind::Exact) {
        return leaf->kind != Kind::Exact || root->value != leaf->value;
    }
    return !leaf->value.starts_with(root->value);
}

bool conflict(const config::StringMatches& root, const config::StringMatches& leaf) {
    return std::any_of(root.begin(), root.end(), [&](const auto& wanted) {
        return std::any_of(leaf.begin(), leaf.end(), [&](const auto& own) {
            return own.first == wanted.first && conflict(std::optional(wanted.second), std::optional(own.second));
        });
    });
}

bool conflict(const HttpMatch& root, const HttpMatch& leaf) {
    if (conflict(root.uri, leaf.uri) || conflict(root.scheme, leaf.scheme) || conflict(root.method, leaf.method) ||
        conflict(root.authority, leaf.authority) || conflict(root.headers, leaf.headers) ||
        conflict(root.withoutHeaders, leaf.withoutHeaders) || conflict(root.queryParams, leaf.queryParams)) {
        return true;
    }
    if (root.ignoreUriCase != leaf.ignoreUriCase && root.uri && leaf.uri) {
        return true;
    }
    const std::uint32_t rootPort = root.port.value_or(0);
    const std::uint32_t leafPort = leaf.port.value_or(0);
    if ((rootPort != 0 && leafPort != 0 && rootPort != leafPort) ||
        (!root.sourceNamespace.empty() && root.sourceNamespace != leaf.sourceNamespace)) {
        return true;
    }
    const bool labels = std::any_of(root.sourceLabels.begin(), root.sourceLabels.end(), [&](const auto& label) {
        const auto own = leaf.sourceLabels.find(label.first);
        return own != leaf.sourceLabels.end() && own->second != label.second;
    });
    const bool gateways = std::any_of(leaf.gateways.begin(), leaf.gateways.end(), [&](const std::string& gateway) {
        return std::find(root.gateways.begin(), root.gateways.end(), gateway) == root.gateways.end();
    });
    return labels || gateways;
}

// Conditions on one name: the delegate's, which is the narrower one where both are compatible.
void addMissing(config::StringMatches& into, const config::StringMatches& from) {
    for (const auto& each : from) {
        const bool known = std::any_of(into.begin(), into.end(), [&](const auto& own) { return own.first == each.first; });
        if (!known) {
            into.push_back(each);
        }
    }
}

HttpMatch merged(const HttpMatch& root, const HttpMatch& leaf) {
    HttpMatch out = leaf;
    if (!root.name.empty() && !leaf.name.empty()) {
        out.name = root.name + "-" + leaf.name;
    } else if (leaf.name.empty()) {
        out.name = root.name;
    }
    const auto fill = [](std::optional<StringMatch>& mine, const std::optional<StringMatch>& other) {
        if (!mine) {
            mine = other;
        }
    };
    fill(out.uri, root.uri);
    fill(out.scheme, root.scheme);
    fill(out.method, root.method);
    fill(out.authority, root.authority);
    addMissing(out.headers, root.headers);
    addMissing(out.withoutHeaders, root.withoutHeaders);
    addMissing(out.queryParams, root.queryParams);
    out.ignoreUriCase = root.ignoreUriCase || leaf.ignoreUriCase;
    if (out.port.value_or(0) == 0) {
        out.port = root.port;
    }
    out.sourceLabels.insert(root.sourceLabels.begin(), root.sourceLabels.end());
    if (out.sourceNamespace.empty()) {
        out.sourceNamespace = root.sourceNamespace;
    }
    if (out.gateways.empty()) {
        out.gateways = root.gateways;
    }
    return out;
}

template <typename T>
void fill(std::optional<T>& mine, const std::optional<T>& other) {
    if (!mine) {
        mine = other;
    }
}

void fillOperations(config::HeaderOperations& mine, const config::HeaderOperations& root) {
    const auto addPairs = [](config::StringPairs& into, const config::StringPairs& from) {
        for (const auto& each : from) {
            if (std::none_of(into.begin(), into.end(), [&](const auto& own) { return own.first == each.first; })) {
                into.push_back(each);
            }
        }
    };
    addPairs(mine.set, root.set);
    addPairs(mine.add, root.add);
    mine.remove.insert(mine.remove.end(), root.remove.begin(), root.remove.end());
}

// What the root gives where the delegate says nothing.
void fillActions(HttpRoute& rule, const HttpRoute& root) {
    fill(rule.rewrite, root.rewrite);
    fill(rule.directResponse, root.directResponse);
    fill(rule.timeout, root.timeout);
    fill(rule.retries, root.retries);
    fill(rule.fault, root.fault);
    fill(rule.cors, root.cors);
    if (rule.mirrors.empty()) {
        rule.mirrors = root.mirrors;
        rule.mirrorsListed = root.mirrorsListed;
    }
    fillOperations(rule.headers.request, root.headers.request);
    fillOperations(rule.headers.response, root.headers.response);
}

} // namespace

std::optional<MergedMatches> mergeMatches(const std::vector<HttpMatch>& root, const std::vector<HttpMatch>& delegate) {
    MergedMatches out;
    if (delegate.empty()) {
        out.matches = root;
        return out;
    }
    for (std::size_t i = 0; i < delegate.size(); ++i) {
        const std::size_t before = out.matches.size();
        if (root.empty()) {
            out.matches.push_back(delegate[i]);
        }
        for (const HttpMatch& match : root) {
            if (!conflict(match, delegate[i])) {
                out.matches.push_back(merged(match, delegate[i]));
            }
        }
        if (out.matches.size() == before) {
            return std::nullopt; // one match that fits nowhere drops the whole rule
        }
        out.own.resize(out.matches.size(), i);
    }
    return out;
}

std::vector<DelegatedRule> mergeDelegate(const HttpRoute& root, const std::vector<HttpRoute>& delegate) {
    std::vector<DelegatedRule> out;
    for (std::size_t i = 0; i < delegate.size(); ++i) {
        auto matches = mergeMatches(root.matches, delegate[i].matches);
        if (!matches) {
            continue;
        }
        DelegatedRule result{delegate[i], i, std::move(matches->own)};
        result.rule.matches = std::move(matches->matches);
        result.rule.delegate.reset(); // delegates cannot nest
        if (!root.name.empty()) {
            result.rule.name = result.rule.name.empty() ? root.name : root.name + "-" + result.rule.name;
        }
        fillActions(result.rule, root);
        out.push_back(std::move(result));
    }
    return out;
}

} // namespace meshdeck::policy
