#include "cli/route_writers.h"

#include "base/text.h"
#include "cli/text_table.h"
#include "policy/expectations/result_json.h"

namespace meshdeck::cli {
namespace {

using policy::RequestResult;
using policy::Verdict;

std::string number(double value) {
    return text::significant(value);
}

void line(std::string& out, const std::string& label, const std::string& value) {
    if (!value.empty()) {
        out += "  " + label + std::string(label.size() < 13 ? 13 - label.size() : 1, ' ') + text::safe(value) + "\n";
    }
}

std::string endWords(const RequestResult& result) {
    std::string words(policy::name(result.verdict));
    if (result.status) {
        words += ", " + std::to_string(*result.status);
    } else if (result.verdict != Verdict::Routed && result.verdict != Verdict::CannotTell) {
        words += ", no answer";
    }
    return result.responseFlag.empty() ? words : words + " " + result.responseFlag;
}

void addDestinations(std::string& out, const std::vector<policy::DestinationShare>& shares, const std::string& label) {
    for (const policy::DestinationShare& share : shares) {
        std::string endpoints;
        for (std::size_t i = 0; i < share.endpoints.size() && i < 3; ++i) {
            endpoints += (i == 0 ? "  " : ", ") + share.endpoints[i];
        }
        if (share.endpoints.size() > 3) {
            endpoints += " and " + std::to_string(share.endpoints.size() - 3) + " more";
        }
        line(out, label, number(share.percent) + " %  " + share.cluster + endpoints);
    }
}

std::string faultWords(const policy::FaultPlan& fault) {
    std::string words;
    if (fault.delayMs) {
        words = "delay of " + number(*fault.delayMs) + " ms" +
                (fault.delayPercent ? " for " + number(*fault.delayPercent) + " %" : "");
    }
    if (fault.abortStatus) {
        words += (words.empty() ? "" : ", ") + std::string("abort with ") + std::to_string(*fault.abortStatus) +
                 (fault.abortPercent ? " for " + number(*fault.abortPercent) + " %" : "");
    }
    return words;
}

void addPlan(std::string& out, const RequestResult& result) {
    if (result.timeoutMs) {
        line(out, "timeout", number(*result.timeoutMs) + " ms");
    }
    if (result.retries) {
        line(out, "retries", std::to_string(result.retries->attempts) +
                                 (result.retries->retryOn.empty() ? "" : " on " + result.retries->retryOn));
    }
    if (result.fault) {
        line(out, "fault", faultWords(*result.fault));
    }
    line(out, "rewrite", result.rewrite);
    line(out, "location", result.location);
    if (result.upstreamHost || result.upstreamPath) {
        line(out, "server sees", result.upstreamHost.value_or("") + result.upstreamPath.value_or(""));
    }
}

void addSecurity(std::string& out, const RequestResult& result) {
    if (result.mtls) {
        line(out, "mTLS", std::string(policy::name(result.mtls->outcome)) + ": client " + result.mtls->client +
                              ", server " + result.mtls->server);
    }
    if (result.authorization) {
        line(out, "authorization", std::string(policy::name(result.authorization->decision)) + ": " +
                                       result.authorization->reason);
    }
}

} // namespace

std::string routeText(const policy::Request& request, const RequestResult& result, bool colour) {
    const bool good = result.verdict == Verdict::Routed || result.verdict == Verdict::Redirect || result.verdict == Verdict::Direct;
    const Ink ink = good ? Ink::Green : result.verdict == Verdict::CannotTell ? Ink::Yellow : Ink::Red;
    const std::string title = request.name.empty() ? request.method + " " + request.host + request.path : request.name;
    std::string out = inked(text::safe(title), Ink::Bold, colour) + "\n  " + inked(endWords(result), ink, colour) + "\n";
    for (const policy::Hop& hop : result.hops) {
        std::string where = hop.at;
        for (const std::string& part : {hop.listener, hop.virtualHost, hop.cluster}) {
            where += part.empty() ? "" : " > " + part;
        }
        line(out, "hop", where);
    }
    addDestinations(out, result.destinations, "to");
    addDestinations(out, result.mirrors, "mirrored to");
    addPlan(out, result);
    addSecurity(out, result);
    if (result.body) {
        line(out, "body", *result.body);
    }
    for (const std::string& why : policy::explanation(result)) {
        line(out, "why", why);
    }
    return out;
}

} // namespace meshdeck::cli
