#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "app/demo/api/json_values.h"
#include "app/demo/api/port_forward.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace net = boost::asio;

constexpr auto kLimit = std::chrono::seconds(30);

http::request<http::string_body> backendRequest(const Request& request, const std::string& path) {
    http::request<http::string_body> message;
    message.method_string(request.method);
    message.target(request.rawQuery.empty() ? path : path + "?" + request.rawQuery);
    message.version(11);
    message.set(http::field::host, "localhost");
    message.keep_alive(false);
    for (const char* name : {"accept", "content-type", "user-agent"}) {
        if (const std::string value = request.header(name); !value.empty()) {
            message.set(name, value);
        }
    }
    message.body() = request.body;
    message.prepare_payload();
    return message;
}

// Runs the exchange on an event loop of its own, for only that knows a time limit. Throws on failure.
http::response<http::string_body> askBackend(unsigned short port, const http::request<http::string_body>& message) {
    net::io_context loop;
    beast::tcp_stream stream(loop);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(boost::none);
    boost::system::error_code failure = net::error::timed_out;
    stream.expires_after(kLimit);
    stream.async_connect({net::ip::address_v4::loopback(), port}, [&](boost::system::error_code error) {
        failure = error;
        if (error) {
            return;
        }
        failure = net::error::timed_out;
        http::async_write(stream, message, [&](boost::system::error_code written, std::size_t) {
            if (written) {
                failure = written;
                return;
            }
            http::async_read(stream, buffer, parser,
                             [&](boost::system::error_code read, std::size_t) { failure = read; });
        });
    });
    loop.run();
    if (failure) {
        throw boost::system::system_error(failure);
    }
    return parser.release();
}

} // namespace

Reply serviceProxyReply(const ApiContext& context, const Request& request, const RequestInfo& info) {
    const Resource& services = *findByKind("v1", "Service");
    const std::size_t colon = info.name.find(':');
    const std::string name = info.name.substr(0, colon);
    const std::string port = colon == std::string::npos ? std::string() : info.name.substr(colon + 1);
    const ObjectPtr service = context.store.get(services, info.ns, name);
    if (!service) {
        return notFound(services, name);
    }
    const std::optional<unsigned short> local =
        context.backends == nullptr ? std::nullopt : context.backends->ofService(info.ns, name, port);
    Reply reply;
    if (!local) {
        return replyOf(503, failure(503, "ServiceUnavailable",
                                    "no endpoints available for service " + inQuotes(info.name), Json::object()));
    }
    try {
        const auto answer = askBackend(*local, backendRequest(request, info.rest));
        reply.status = static_cast<int>(answer.result_int());
        reply.contentType = std::string(answer[http::field::content_type]);
        reply.body = answer.body();
    } catch (const std::exception& exception) {
        return replyOf(503, failure(503, "ServiceUnavailable",
                                    std::string("error trying to reach service: ") + exception.what(), Json::object()));
    }
    return reply;
}

} // namespace meshdeck::demo::api
