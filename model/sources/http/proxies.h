// Which proxy a URL is reached through; private to this folder.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <QtNetwork/QNetworkProxyFactory>

#include "base/result.h"

namespace meshdeck::sources::http {

using Environment = std::function<std::string(const char* name)>;
[[nodiscard]] std::string processEnvironment(const char* name);

// The proxy for a host by the rules Go programs follow: HTTPS_PROXY or HTTP_PROXY by scheme (lower case too), NO_PROXY
// with names, suffixes, addresses, CIDR blocks, ports and "*"; loopback is never proxied. "" for none.
[[nodiscard]] std::string proxyFromEnvironment(const std::string& scheme, const std::string& host, int port,
                                               const Environment& environment);

// http://, socks5:// and socks5h:// with optional user and password. InvalidArgument for anything else, https:// too:
// Qt cannot speak TLS to a proxy.
[[nodiscard]] Result<QNetworkProxy> parseProxy(const std::string& url);

// A factory for one manager: always `proxyUrl`, or by the environment when it is empty.
[[nodiscard]] std::unique_ptr<QNetworkProxyFactory> makeProxyFactory(const std::string& proxyUrl);

} // namespace meshdeck::sources::http
