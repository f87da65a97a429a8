// istiod's ADS port as far as debugging tools use it: istio.io/debug/syncz and istio.io/debug over TLS, with its
// answers to missing or wrong credentials and nodes (facts/real-servers.md 2, facts/wire.md 1.3-1.8).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/demo/contract.h"
#include "app/demo/sim/control_plane.h"

namespace meshdeck::demo {

struct AdsState {
    std::string version; // of the newest push
    std::vector<ProxyStatus> proxies;
};

class AdsServer {
public:
    // `state` is called on gRPC's threads.
    AdsServer(const ServerCertificate& certificate, TokenReview review, std::function<AdsState()> state);
    ~AdsServer(); // cancels open streams and waits for them

    AdsServer(const AdsServer&) = delete;
    AdsServer& operator=(const AdsServer&) = delete;

    [[nodiscard]] std::string address() const; // "127.0.0.1:PORT", "" when the certificate is not usable

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace meshdeck::demo
