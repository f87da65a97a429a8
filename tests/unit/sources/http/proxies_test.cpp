#include "sources/http/proxies.h"

#include <map>

#include <QtNetwork/QNetworkProxy>
#include <gtest/gtest.h>

namespace meshdeck::sources::http {
namespace {

std::string proxyFor(const std::string& host, int port, std::map<std::string, std::string> variables) {
    return proxyFromEnvironment("https", host, port, [&](const char* name) { return variables[name]; });
}

TEST(Proxies, Environment_followsTheSchemeAndNoProxy) {
    const std::string proxy = "http://proxy:3128";
    EXPECT_EQ(proxyFor("api.example.com", 443, {{"HTTPS_PROXY", proxy}}), proxy);
    EXPECT_EQ(proxyFor("api.example.com", 443, {{"https_proxy", proxy}}), proxy);
    EXPECT_EQ(proxyFor("api.example.com", 443, {{"HTTP_PROXY", proxy}}), "");
    for (const char* rule : {"*", "example.com", ".example.com", "other, api.example.com", "api.example.com:443"}) {
        EXPECT_EQ(proxyFor("api.example.com", 443, {{"HTTPS_PROXY", proxy}, {"NO_PROXY", rule}}), "") << rule;
    }
    for (const char* rule : {"ample.com", "api.example.com:6443", "10.0.0.0/8"}) {
        EXPECT_EQ(proxyFor("api.example.com", 443, {{"HTTPS_PROXY", proxy}, {"NO_PROXY", rule}}), proxy) << rule;
    }
    EXPECT_EQ(proxyFor("10.1.2.3", 443, {{"HTTPS_PROXY", proxy}, {"NO_PROXY", "10.0.0.0/8"}}), "");
    EXPECT_EQ(proxyFor("127.0.0.1", 443, {{"HTTPS_PROXY", proxy}}), "");
    EXPECT_EQ(proxyFor("localhost", 443, {{"HTTPS_PROXY", proxy}}), "");
}

TEST(Proxies, Address_ofAProxy_isReadOrRefusedWithoutItsPassword) {
    EXPECT_EQ(parseProxy("socks5://p:1081")->type(), QNetworkProxy::Socks5Proxy);
    EXPECT_EQ(parseProxy("p:3128")->port(), 3128);
    EXPECT_EQ(parseProxy("http://u:s%20x@p:3128")->password(), QStringLiteral("s x"));
    const auto tls = parseProxy("https://u:secret@p");
    ASSERT_FALSE(tls);
    EXPECT_EQ(tls.error().what.find("secret"), std::string::npos);
}

} // namespace
} // namespace meshdeck::sources::http
