#include "unit/policy/security/rbac_evaluator.h"

#include <algorithm>
#include <regex>

#include <arpa/inet.h>

namespace meshdeck::policy::test {
namespace {

using config::Json;

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

bool regexFits(std::string regex, const std::string& text) {
    auto flags = std::regex::ECMAScript;
    if (regex.starts_with("(?i)")) {
        regex.erase(0, 4);
        flags |= std::regex::icase;
    }
    return std::regex_match(text, std::regex(regex, flags));
}

bool stringFits(const Json& matcher, std::string text) {
    const bool ignoreCase = matcher.value("ignoreCase", false);
    const auto wanted = [&](const char* key) {
        const std::string value = matcher.at(key);
        return ignoreCase ? lower(value) : value;
    };
    if (matcher.contains("safeRegex")) {
        return regexFits(matcher.at("safeRegex").at("regex"), text);
    }
    if (ignoreCase) {
        text = lower(text);
    }
    if (matcher.contains("exact")) {
        return text == wanted("exact");
    }
    return matcher.contains("prefix") ? text.starts_with(wanted("prefix")) : text.ends_with(wanted("suffix"));
}

bool headerFits(const Json& matcher, const Sample& sample) {
    const auto found = sample.headers.find(matcher.at("name").get<std::string>());
    if (found == sample.headers.end()) {
        return false;
    }
    if (matcher.contains("presentMatch")) {
        return true;
    }
    if (matcher.contains("safeRegexMatch")) {
        return regexFits(matcher.at("safeRegexMatch").at("regex"), found->second);
    }
    return stringFits(matcher.at("stringMatch"), found->second);
}

bool addressFits(const Json& range, const std::string& address) {
    in_addr wanted{};
    in_addr given{};
    inet_pton(AF_INET, range.at("addressPrefix").get<std::string>().c_str(), &wanted);
    inet_pton(AF_INET, address.c_str(), &given);
    const unsigned length = range.at("prefixLen");
    const std::uint32_t mask = length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
    return (ntohl(wanted.s_addr) & mask) == (ntohl(given.s_addr) & mask);
}

int metadataFits(const Json& matcher, const Sample& sample) {
    if (matcher.at("filter") != "envoy.filters.http.jwt_authn") {
        return 1;
    }
    const auto claim = sample.claims.find(matcher.at("path").back().at("key").get<std::string>());
    return claim != sample.claims.end() && stringFits(matcher.at("value").at("stringMatch"), claim->second) ? 2 : 0;
}

int evaluate(const Json& node, const Sample& sample);

int all(const Json& nodes, const Sample& sample) {
    int result = 2;
    for (const Json& node : nodes) {
        result = std::min(result, evaluate(node, sample));
    }
    return result;
}

int any(const Json& nodes, const Sample& sample) {
    int result = 0;
    for (const Json& node : nodes) {
        result = std::max(result, evaluate(node, sample));
    }
    return result;
}

// One permission or principal: their nodes have different names for the same few things.
int evaluate(const Json& node, const Sample& sample) {
    const std::string key = node.begin().key();
    const Json& value = node.begin().value();
    if (key == "any") {
        return 2;
    }
    if (key == "andRules" || key == "andIds") {
        return all(value.begin().value(), sample);
    }
    if (key == "orRules" || key == "orIds") {
        return any(value.begin().value(), sample);
    }
    if (key == "notRule" || key == "notId") {
        return 2 - evaluate(value, sample);
    }
    if (key == "metadata") {
        return metadataFits(value, sample);
    }
    bool fits = false;
    if (key == "header") {
        fits = headerFits(value, sample);
    } else if (key == "urlPath") {
        const auto path = sample.headers.find(":path");
        fits = path != sample.headers.end() && stringFits(value.at("path"), path->second);
    } else if (key == "destinationPort") {
        fits = value == sample.port;
    } else if (key == "destinationIp") {
        fits = addressFits(value, sample.destinationIp);
    } else if (key == "directRemoteIp") {
        fits = addressFits(value, sample.sourceIp);
    } else if (key == "remoteIp") {
        fits = addressFits(value, sample.remoteIp);
    } else if (key == "requestedServerName") {
        fits = stringFits(value, sample.sni);
    } else if (key == "authenticated") {
        fits = !sample.identity.empty() && stringFits(value.at("principalName"), sample.identity);
    } else {
        throw std::runtime_error("unknown node " + key);
    }
    return fits ? 2 : 0;
}

// A text that the matcher takes.
std::string textFor(const Json& matcher) {
    if (matcher.contains("exact")) {
        return matcher.at("exact");
    }
    if (matcher.contains("prefix")) {
        return matcher.at("prefix").get<std::string>() + "ns/a/sa/b";
    }
    if (matcher.contains("suffix")) {
        return "x" + matcher.at("suffix").get<std::string>();
    }
    const Json& regex = matcher.contains("safeRegex") ? matcher.at("safeRegex") : matcher;
    std::string text = regex.at("regex");
    text = std::regex_replace(text, std::regex(R"(^\(\?i\))"), "");
    text = std::regex_replace(text, std::regex(R"(\[\^/\]\*)"), "td");
    text = std::regex_replace(text, std::regex(R"(^\.\*/ns)"), "spiffe://td/ns");
    text = std::regex_replace(text, std::regex(R"(/\.\*$)"), "/sa/b");
    text = std::regex_replace(text, std::regex(R"(\.[*+])"), "td");
    return std::regex_replace(text, std::regex(R"(\\(.))"), "$1");
}

void satisfy(const Json& node, Sample& sample, std::mt19937& random) {
    const std::string key = node.begin().key();
    const Json& value = node.begin().value();
    if (key == "andRules" || key == "andIds") {
        for (const Json& each : value.begin().value()) {
            satisfy(each, sample, random);
        }
    } else if (key == "orRules" || key == "orIds") {
        const Json& choices = value.begin().value();
        satisfy(choices.at(random() % choices.size()), sample, random);
    } else if (key == "header") {
        const std::string text = value.contains("presentMatch") ? "anything"
                                                                : textFor(value.contains("stringMatch")
                                                                              ? value.at("stringMatch")
                                                                              : value.at("safeRegexMatch"));
        sample.headers[value.at("name").get<std::string>()] = text;
    } else if (key == "urlPath") {
        sample.headers[":path"] = textFor(value.at("path"));
    } else if (key == "destinationPort") {
        sample.port = value;
    } else if (key == "destinationIp") {
        sample.destinationIp = value.at("addressPrefix");
    } else if (key == "directRemoteIp") {
        sample.sourceIp = value.at("addressPrefix");
    } else if (key == "remoteIp") {
        sample.remoteIp = value.at("addressPrefix");
    } else if (key == "requestedServerName") {
        sample.sni = textFor(value);
    } else if (key == "authenticated") {
        const std::string wanted = textFor(value.at("principalName"));
        sample.identity = wanted.starts_with("spiffe://") ? wanted : "spiffe://td/ns/a/sa/b";
    } else if (key == "metadata" && value.at("filter") == "envoy.filters.http.jwt_authn") {
        sample.claims[value.at("path").back().at("key").get<std::string>()] = textFor(value.at("value").at("stringMatch"));
    } // a notRule is left to chance
}

void changeOne(Sample& sample, std::mt19937& random) {
    static const std::vector<std::string> kHeaders{":method", ":authority", ":path", "X-abc", "X-header"};
    const std::string& header = kHeaders[random() % kHeaders.size()];
    switch (random() % 9) {
    case 0:
        sample.identity = random() % 2 == 0 ? "" : "spiffe://elsewhere/ns/other/sa/nobody";
        break;
    case 1:
        sample.sourceIp = "9.0.0.1";
        break;
    case 2:
        sample.remoteIp = "10.133.154.65";
        break;
    case 3:
        sample.destinationIp = "90.10.10.10";
        break;
    case 4:
        sample.port = random() % 2 == 0 ? 8000 : 9001;
        break;
    case 5:
        sample.sni = "not-exact.com";
        break;
    case 6:
        sample.claims["sub"] = "somebody";
        break;
    default:
        if (random() % 2 == 0 && !header.starts_with(':')) { // a request always has the parts of its first line
            sample.headers.erase(header);
        } else {
            std::string& text = sample.headers[header];
            text = random() % 2 == 0 ? text + "x" : lower(text) == text ? "X" + text : lower(text);
        }
    }
}

} // namespace

int evaluatePolicy(const Json& policy, const Sample& sample) {
    return std::min(any(policy.at("permissions"), sample), any(policy.at("principals"), sample));
}

Sample aimedAt(const Json& policy, std::mt19937& random) {
    Sample sample;
    sample.headers = {{":method", "GET"}, {":authority", "host"}, {":path", "/"}};
    const Json& permissions = policy.at("permissions");
    const Json& principals = policy.at("principals");
    satisfy(permissions.at(random() % permissions.size()), sample, random);
    satisfy(principals.at(random() % principals.size()), sample, random);
    for (unsigned changes = random() % 3; changes > 0; --changes) {
        changeOne(sample, random);
    }
    return sample;
}

} // namespace meshdeck::policy::test
