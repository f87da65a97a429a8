// What a client sees when the server's proxy does not take its connection.
#include "policy/security/inbound.h"

namespace meshdeck::policy {
namespace {

// Whether the client's proxy tried again before it answered; without a plan Istio's default retries connect failures.
bool retried(const RequestResult& result, Broken how) {
    if (!result.retries) {
        return how == Broken::Handshake;
    }
    if (result.retries->attempts <= 0) {
        return false;
    }
    const std::string on = "," + result.retries->retryOn + ",";
    const auto has = [&](const char* condition) { return on.find("," + std::string(condition) + ",") != std::string::npos; };
    if (has("5xx") || has("gateway-error") || has("reset")) {
        return true;
    }
    return how == Broken::Handshake ? on == ",," || has("connect-failure") || has("reset-before-request") : false;
}

} // namespace

void breakConnection(const Request& request, Broken how, RequestResult& result) {
    result.attempts = 0;
    const bool proxied = !request.outside && request.direction != Request::Direction::Inbound &&
                         request.from.type != Proxy::Type::None && request.from.type != Proxy::Type::Ztunnel;
    if (!proxied || request.protocol == "tcp") {
        result.status.reset();
        result.body.reset();
        result.responseFlag.clear();
        return;
    }
    result.status = 503;
    result.responseFlag = how == Broken::Handshake ? "UF" : "UC";
    result.body = "upstream connect error or disconnect/reset before headers. " +
                  std::string(retried(result, how) ? "retried and the latest reset reason: " : "reset reason: ") +
                  (how == Broken::Handshake ? "remote connection failure" : "connection termination");
}

} // namespace meshdeck::policy
