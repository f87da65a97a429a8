#include "policy/expectations/compare.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace meshdeck::policy {
namespace {

using config::Json;

constexpr auto kFields = std::to_array<std::string_view>(
    {"verdict", "status", "responseFlag", "location", "body", "attempts", "upstream", "responseHeaders", "listener",
     "filterChain", "routeConfig", "virtualHost", "route", "cluster", "matched", "rejected", "destinations", "mirrors",
     "timeoutMs", "retries", "fault", "rewrite", "authorization", "mtls", "hops", "delayMs", "reasons", "policy", "split"});

// A number written as text, "200" or "10%".
std::optional<double> numberIn(const Json& json) {
    std::string text = json.is_string() ? json.get<std::string>() : std::string();
    if (text.ends_with('%')) {
        text.pop_back();
    }
    double number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
    return whole ? std::optional(number) : std::nullopt;
}

bool sameScalar(const Json& wanted, const Json& got) {
    if (wanted.is_number() && got.is_number()) {
        return std::abs(wanted.get<double>() - got.get<double>()) < 0.01; // percents are sums of fractions
    }
    if (wanted.is_string() && got.is_number()) {
        const auto number = numberIn(wanted);
        return number && sameScalar(*number, got);
    }
    return wanted == got;
}

// Names of headers have no case, and a result writes them small.
std::string lower(std::string name) {
    std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name;
}


void compare(const Json& wanted, const Json& got, const std::string& field, std::vector<Mismatch>& into) {
    if (wanted.is_object() && got.is_object()) {
        for (const auto& [key, value] : wanted.items()) {
            const auto found = got.find(field.ends_with(".headers") ? lower(key) : key);
            compare(value, found == got.end() ? Json(nullptr) : *found, field + "." + key, into);
        }
    } else if (wanted.is_array() && got.is_array() && wanted.size() == got.size()) {
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            compare(wanted[i], got[i], field + "[" + std::to_string(i) + "]", into);
        }
    } else if (!sameScalar(wanted, got)) {
        into.push_back({field, wanted, got});
    }
}

Json member(const Json& json, const char* object, const char* key) {
    const auto outer = json.find(object);
    if (outer == json.end() || !outer->is_object()) {
        return nullptr;
    }
    const auto inner = outer->find(key);
    return inner == outer->end() ? Json(nullptr) : *inner;
}

// What people call a destination: its subset, else its host or the first word of it.
bool isCalled(const Json& destination, const std::string& name) {
    const std::string host = destination.value("host", "");
    const std::string subset = destination.value("subset", "");
    return subset == name || destination.value("cluster", "") == name || host == name ||
           (subset.empty() && host.substr(0, host.find('.')) == name) ||
           (!subset.empty() && host.substr(0, host.find('.')) + "/" + subset == name);
}

void compareSplit(const Json& wanted, const Json& result, std::vector<Mismatch>& into) {
    const Json destinations = result.value("destinations", Json::array());
    std::vector<bool> named(destinations.size(), false);
    for (const auto& [name, written] : wanted.items()) {
        const auto number = numberIn(written);
        const Json percent = number ? Json(*number) : written;
        double sum = 0;
        bool found = false;
        for (std::size_t i = 0; i < destinations.size(); ++i) {
            if (isCalled(destinations[i], name)) {
                sum += destinations[i].value("percent", 0.0);
                named[i] = found = true;
            }
        }
        const Json got = found ? Json(sum) : Json(nullptr);
        const bool nothingWanted = !found && percent.is_number() && percent == 0;
        if (!nothingWanted && !sameScalar(percent, got)) {
            into.push_back({"split." + name, percent, got});
        }
    }
    for (std::size_t i = 0; i < destinations.size(); ++i) {
        if (!named[i]) {
            const std::string name = destinations[i].value("subset", destinations[i].value("host", ""));
            into.push_back({"split." + name, 0, destinations[i].value("percent", 0.0)});
        }
    }
}

// The field of the result that a short form means.
Json shortForm(const std::string& key, const Json& result) {
    if (key == "matched") {
        return member(result, "matched", "resource");
    }
    return key == "mtls" ? member(result, "mtls", "result") : member(result, "authorization", "decision");
}

} // namespace

Result<std::vector<Mismatch>> compareResult(const Json& expect, const Json& result) {
    if (!expect.is_object() || expect.empty()) {
        return fail(ErrorKind::InvalidArgument, "expect: says nothing", "any field of a result, for example verdict: routed");
    }
    std::vector<Mismatch> mismatches;
    for (const auto& [key, value] : expect.items()) {
        if (std::ranges::find(kFields, key) == kFields.end()) {
            return fail(ErrorKind::InvalidArgument, "expect." + key + ": no result has that field",
                        "meshdeck route -o json shows the fields");
        }
        if (key == "split" && !value.is_object()) {
            return fail(ErrorKind::InvalidArgument, "expect.split: is no map of destinations and percents", "split: {v1: 90, v2: 10}");
        }
        if (key == "split") {
            compareSplit(value, result, mismatches);
        } else if (key == "policy") {
            compare(value, member(result, "authorization", "policy"), key, mismatches);
        } else if (value.is_string() && (key == "matched" || key == "mtls" || key == "authorization")) {
            compare(value, shortForm(key, result), key, mismatches);
        } else {
            const auto found = result.find(key);
            compare(value, found == result.end() ? Json(nullptr) : *found, key, mismatches);
        }
    }
    return mismatches;
}

} // namespace meshdeck::policy
