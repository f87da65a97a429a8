#include "sources/http/http_client.h"

#include <atomic>
#include <latch>
#include <thread>

#include <QtCore/QByteArray>

#include <gtest/gtest.h>

#include "support/http_server.h"

namespace meshdeck::sources {
namespace {

using test::Connection;
using test::HttpServer;
using test::ServerRequest;

bool hello(const ServerRequest&, Connection& connection) {
    connection.answer(200, "hello");
    return true;
}

Error errorOf(const Result<HttpResponse>& result) {
    return result ? Error{} : result.error();
}

HttpOptions with(TlsOptions tls) {
    return {std::move(tls), {}, "meshdeck"};
}

// As RFC 1952 has it: the deflated stream of zlib's format with another frame around it.
std::string gzipped(const std::string& text) {
    const QByteArray zlib = qCompress(QByteArray::fromStdString(text)); // 4 bytes of length, 2 of header, 4 of Adler-32
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : text) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        }
    }
    std::string out("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10);
    out += zlib.mid(6, zlib.size() - 10).toStdString();
    for (const std::uint32_t word : {~crc, static_cast<std::uint32_t>(text.size())}) {
        for (unsigned shift = 0; shift < 32; shift += 8) {
            out += static_cast<char>(word >> shift & 0xFFU);
        }
    }
    return out;
}

bool inGzip(const std::string& bytes, Connection& connection) {
    connection.answer(200, bytes, "application/json", "Content-Encoding: gzip\r\n");
    return true;
}

TEST(HttpClient, GzippedBody_isOfferedAndUnpacked) {
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
        text += "{\"series\":" + std::to_string(i) + "}";
    }
    HttpServer server([&](const ServerRequest&, Connection& connection) { return inGzip(gzipped(text), connection); });
    HttpClient client({});
    const auto answer = client.send({"GET", server.url()});
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer->body, text);
    EXPECT_NE(server.requests().at(0).headers.at("accept-encoding").find("gzip"), std::string::npos);
}

TEST(HttpClient, GzippedBody_thatIsCutOrNone_isAnErrorAndNoText) {
    const std::string whole = gzipped(std::string(100'000, 'x') + "end");
    for (const std::string& bytes : {whole.substr(0, whole.size() / 2), std::string("plain text")}) {
        HttpServer server([&](const ServerRequest&, Connection& connection) { return inGzip(bytes, connection); });
        HttpClient client({});
        const auto answer = client.send({"GET", server.url()});
        // Qt hands over what it could unpack of a cut stream; it must at least not look like the whole.
        EXPECT_TRUE(!answer || answer->body.find("end") == std::string::npos);
    }
}

TEST(HttpClient, GzippedBody_thatUnpacksToMoreThanIsWanted_isTooLarge) {
    HttpServer server([](const ServerRequest&, Connection& connection) {
        return inGzip(gzipped(std::string(4U << 20U, '0')), connection); // four kilobytes on the wire
    });
    HttpClient client({});
    HttpRequest request{"GET", server.url()};
    request.maxBytes = 1U << 20U;
    EXPECT_EQ(errorOf(client.send(std::move(request))).kind, ErrorKind::TooLarge);
}

TEST(HttpClient, Request_isAnsweredWithStatusHeadersAndBody) {
    HttpServer server([](const ServerRequest& request, Connection& connection) {
        connection.answer(request.target == "/a%2Fb?c=%20d" ? 404 : 200, request.method + request.body, "text/plain",
                          "X-Thing: one\r\n");
        return true;
    });
    HttpClient client({});
    const auto answer = client.send({"POST", server.url() + "/a%2Fb?c=%20d", {{"Content-Type", "text/plain"}}, "body"});
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer->status, 404);
    EXPECT_EQ(answer->body, "POSTbody");
    EXPECT_EQ(answer->header("x-thing"), "one");
    EXPECT_FALSE(answer->http2);
    EXPECT_EQ(server.requests().at(0).headers.at("user-agent"), "meshdeck");
}

TEST(HttpClient, BadRequest_isAnAnswerLikeAnyOther) {
    HttpServer server([](const ServerRequest&, Connection& connection) {
        connection.answer(400, "no");
        return true;
    });
    HttpClient client({});
    const auto answer = client.send({"GET", server.url()});
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer->status, 400);
    EXPECT_EQ(answer->body, "no");
}

TEST(HttpClient, Redirect_isNotFollowed) {
    HttpServer server([](const ServerRequest&, Connection& connection) {
        connection.answer(302, "", "text/plain", "Location: /elsewhere\r\n");
        return true;
    });
    HttpClient client({});
    const auto answer = client.send({"GET", server.url(), {{"Authorization", "Bearer t"}}});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 302);
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpClient, Write_whoseConnectionCloses_isSentOnce) {
    HttpServer server([](const ServerRequest&, Connection&) { return false; });
    HttpClient client({});
    const auto answer = client.send({"PATCH", server.url(), {{"Content-Type", "application/json"}}, "[]"});
    EXPECT_EQ(errorOf(answer).kind, ErrorKind::Unreachable);
    EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpClient, Server_thatIsNotThere_isUnreachable) {
    std::string url;
    {
        const HttpServer server(hello);
        url = server.url();
    }
    HttpClient client({});
    const auto answer = client.send({"GET", url});
    EXPECT_EQ(errorOf(answer).kind, ErrorKind::Unreachable);
    EXPECT_NE(errorOf(answer).what.find("refuses the connection"), std::string::npos) << errorOf(answer).what;
}

TEST(HttpClient, Answer_thatIsCut_isUnreachable) {
    HttpServer server([](const ServerRequest&, Connection& connection) {
        connection.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        return false;
    });
    HttpClient client({});
    EXPECT_EQ(errorOf(client.send({"GET", server.url()})).kind, ErrorKind::Unreachable);
}

TEST(HttpClient, Server_thatIsSilent_isATimeout) {
    HttpServer server([](const ServerRequest&, Connection& connection) {
        connection.waitForEnd();
        return false;
    });
    HttpClient client({});
    EXPECT_EQ(errorOf(client.send({"GET", server.url(), {}, {}, std::chrono::milliseconds(100)})).kind,
              ErrorKind::Timeout);
}

TEST(HttpClient, Answer_overTheCap_isTooLarge) {
    HttpServer server([](const ServerRequest&, Connection& connection) {
        connection.answer(200, std::string(100000, 'x'));
        return true;
    });
    HttpClient client({});
    EXPECT_EQ(errorOf(client.send({"GET", server.url(), {}, {}, std::chrono::seconds(10), 1000})).kind,
              ErrorKind::TooLarge);
}

TEST(HttpClient, Stop_cancelsAtOnce) {
    std::latch arrived(1);
    HttpServer server([&](const ServerRequest&, Connection& connection) {
        arrived.count_down();
        connection.waitForEnd();
        return false;
    });
    HttpClient client({});
    std::stop_source stop;
    std::jthread canceller([&] {
        arrived.wait();
        stop.request_stop();
    });
    EXPECT_EQ(errorOf(client.send({"GET", server.url()}, stop.get_token())).kind, ErrorKind::Cancelled);
}

TEST(HttpClient, Destruction_cancelsWhatRuns) {
    std::latch arrived(2);
    std::latch cancelled(1);
    HttpServer server([&](const ServerRequest&, Connection& connection) {
        arrived.count_down();
        connection.waitForEnd();
        return false;
    });
    auto client = std::make_unique<HttpClient>(HttpOptions{});
    client->sendAsync({"GET", server.url()}, [&](const Result<HttpResponse>& result) {
        EXPECT_EQ(errorOf(result).kind, ErrorKind::Cancelled);
        cancelled.count_down();
    });
    const auto stream = client->openStream({"GET", server.url()}, {[](const HttpResponse&) {},
                                                                   [](std::string_view) {}, [](const Status&) {}});
    arrived.wait();
    client.reset();
    EXPECT_TRUE(cancelled.try_wait());
}

TEST(HttpClient, Stream_deliversPiecesAndItsEnd) {
    HttpServer server([](const ServerRequest&, Connection& connection) {
        connection.beginStream();
        connection.chunk("one\n");
        connection.chunk("two\n");
        connection.endStream();
        return true;
    });
    HttpClient client({});
    std::string text;
    int status = 0;
    std::latch ended(1);
    const auto stream = client.openStream(
        {"GET", server.url()},
        {[&](const HttpResponse& head) { status = head.status; }, [&](std::string_view bytes) { text += bytes; },
         [&](const Status& end) {
             EXPECT_TRUE(end);
             ended.count_down();
         }});
    ended.wait();
    EXPECT_EQ(status, 200);
    EXPECT_EQ(text, "one\ntwo\n");
}

TEST(HttpClient, Streams_byTheDozen_leaveRoomForRequests) {
    HttpServer server([](const ServerRequest& request, Connection& connection) {
        if (request.target == "/watch") {
            connection.beginStream();
            connection.waitForEnd();
            return false;
        }
        return hello(request, connection);
    });
    HttpClient client({});
    constexpr int kStreams = 24;
    std::latch open(kStreams);
    std::vector<std::unique_ptr<HttpStream>> streams;
    for (int i = 0; i < kStreams; ++i) {
        streams.push_back(client.openStream({"GET", server.url() + "/watch"},
                                            {[&](const HttpResponse&) { open.count_down(); }, [](std::string_view) {},
                                             [](const Status&) {}}));
    }
    open.wait();
    EXPECT_TRUE(client.send({"GET", server.url()}));
    streams.clear();
}

TEST(HttpClient, Tls_withItsAuthority_works) {
    const test::TestAuthority authority;
    HttpServer server(hello, authority.issue("IP:127.0.0.1"));
    HttpClient client(with({authority.pem(), {}, {}, {}, false}));
    const auto answer = client.send({"GET", server.url()});
    ASSERT_TRUE(answer) << describe(answer.error());
    EXPECT_EQ(answer->body, "hello");
}

TEST(HttpClient, Tls_withAnotherAuthority_namesTheIssuer) {
    const test::TestAuthority authority("Corporate CA");
    const test::TestAuthority other;
    HttpServer server(hello, authority.issue("IP:127.0.0.1"));
    HttpClient client(with({other.pem(), {}, {}, {}, false}));
    const Error error = errorOf(client.send({"GET", server.url()}));
    EXPECT_EQ(error.kind, ErrorKind::Tls);
    EXPECT_NE(error.what.find("Corporate CA"), std::string::npos) << error.what;
    EXPECT_TRUE(server.requests().empty());
}

TEST(HttpClient, Tls_thatExpired_saysWhen) {
    const test::TestAuthority authority;
    HttpServer server(hello, authority.issue("IP:127.0.0.1", -2));
    HttpClient client(with({authority.pem(), {}, {}, {}, false}));
    const Error error = errorOf(client.send({"GET", server.url()}));
    EXPECT_EQ(error.kind, ErrorKind::Tls);
    EXPECT_NE(error.what.find("expired on 20"), std::string::npos) << error.what;
}

TEST(HttpClient, Tls_forAnotherName_saysWhich_andServerNameHelps) {
    const test::TestAuthority authority;
    HttpServer server(hello, authority.issue("DNS:api.internal"));
    HttpClient strict(with({authority.pem(), {}, {}, {}, false}));
    const Error error = errorOf(strict.send({"GET", server.url()}));
    EXPECT_EQ(error.kind, ErrorKind::Tls);
    EXPECT_NE(error.what.find("api.internal"), std::string::npos) << error.what;
    HttpClient named(with({authority.pem(), {}, {}, "api.internal", false}));
    EXPECT_TRUE(named.send({"GET", server.url()}));
    HttpClient careless(with({{}, {}, {}, {}, true}));
    EXPECT_TRUE(careless.send({"GET", server.url()}));
}

TEST(HttpClient, Tls_clientCertificate_isSentAndItsLackIsNamed) {
    const test::TestAuthority authority;
    auto certificate = authority.issue("IP:127.0.0.1");
    certificate.clientCaPem = authority.pem();
    HttpServer server(hello, certificate);
    const auto mine = authority.issue("DNS:me");
    HttpClient client(with({authority.pem(), mine.certPem, mine.keyPem, {}, false}));
    const auto answer = client.send({"GET", server.url()});
    EXPECT_TRUE(answer) << describe(errorOf(answer));
    // With TLS 1.3 the server's alert comes after the handshake and may be lost behind the reset of its connection.
    Error error;
    for (int tries = 0; tries < 20 && error.kind != ErrorKind::Tls; ++tries) {
        HttpClient nobody(with({authority.pem(), {}, {}, {}, false}));
        error = errorOf(nobody.send({"GET", server.url()}));
    }
    EXPECT_EQ(error.kind, ErrorKind::Tls) << error.what;
    EXPECT_NE(error.what.find("client certificate"), std::string::npos) << error.what;
}

TEST(HttpClient, Options_thatCannotWork_areSentences) {
    EXPECT_EQ(errorOf(HttpClient(with({"no pem", {}, {}, {}, false})).send({"GET", "https://127.0.0.1:1"})).kind,
              ErrorKind::Tls);
    EXPECT_EQ(errorOf(HttpClient({{}, "https://proxy:1", "m"}).send({"GET", "http://127.0.0.1:1"})).kind,
              ErrorKind::InvalidArgument);
    EXPECT_EQ(errorOf(HttpClient({}).send({"GET", "not a url"})).kind, ErrorKind::InvalidArgument);
}

} // namespace
} // namespace meshdeck::sources
