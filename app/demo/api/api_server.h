// The Kubernetes API of the demonstration mesh: who asks, may they, what do they want; each sort of request is answered
// by the file of its name. Free of sockets.
#pragma once

#include <memory>
#include <string>

#include "app/demo/api/access.h"
#include "app/demo/api/backends.h"
#include "app/demo/api/faults.h"
#include "app/demo/api/request.h"
#include "app/demo/api/store.h"

namespace meshdeck::demo::api {

// What the answers are made from. Everything in it outlives the requests.
struct ApiContext {
    ObjectStore& store;
    TokenBook& tokens;
    const Authenticator& authenticator;
    const Authorizer& authorizer;
    Faults& faults;
    WallClock clock;
    PodPages* pods = nullptr; // no pod answers without it
    // How long a read at a revision of the future waits before it is refused, as the real server does.
    std::chrono::milliseconds futureVersionWait{3'000};
    const Backends* backends = nullptr; // nothing but metrics pages answers without it
};

class ApiServer {
public:
    explicit ApiServer(ApiContext context)
        : m_context(std::move(context)) {}
    // Thread safe; never throws.
    [[nodiscard]] Reply handle(const Request& request) const;

private:
    [[nodiscard]] Reply dispatch(const Request& request, const User& user, const RequestInfo& info) const;
    [[nodiscard]] Reply resourceRequest(const Request& request, const User& user, const RequestInfo& info) const;

    ApiContext m_context;
};

} // namespace meshdeck::demo::api
