// A small plain-HTTP/1.1 server on a free loopback port, for scrapers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace meshdeck::demo {

struct HttpPage {
    std::string contentType;
    std::string body;
};
// The page of a GET's target ("/truth"); nothing becomes 404. Runs on the server's thread.
using PageHandler = std::function<std::optional<HttpPage>(const std::string& target)>;

class HttpServer {
public:
    // Listens at once. Throws nothing: without a port address() is empty.
    explicit HttpServer(PageHandler handler);
    ~HttpServer(); // closes every connection and joins its thread

    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] std::string address() const; // "127.0.0.1:PORT"

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace meshdeck::demo
