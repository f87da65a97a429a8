// Who sends a request: the words of `from` (commands.md) as a proxy.
#pragma once

#include "policy/request.h"

namespace meshdeck::policy {

struct Sender {
    Proxy proxy;
    bool outside = false; // a client without a proxy
};

// "ns/workload", "ns/gateway:NAME", "outside", or an object {namespace, labels, type, address, serviceAccount, name} for
// a proxy that need not exist in the config. A name without a namespace is of `defaultNamespace`. InvalidArgument with
// what is wrong; NotFound for a workload or gateway that the config does not have.
[[nodiscard]] Result<Sender> readSender(const config::Json& from, const World& world,
                                        const std::string& defaultNamespace);

} // namespace meshdeck::policy
