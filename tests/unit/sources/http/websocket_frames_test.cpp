// The bytes of a WebSocket, by the examples and rules of RFC 6455, and the channels of a port-forward inside of it.
#include <gtest/gtest.h>

#include "sources/http/websocket_frames.h"
#include "sources/kubernetes/port_forward.h"

namespace meshdeck::sources::http {
namespace {

std::string serverFrame(int first, const std::string& payload) { // servers do not mask
    std::string frame(1, static_cast<char>(first));
    if (payload.size() < 126) {
        frame += static_cast<char>(payload.size());
    } else {
        frame += static_cast<char>(126);
        frame += static_cast<char>(payload.size() >> 8U);
        frame += static_cast<char>(payload.size() & 0xFFU);
    }
    return frame + payload;
}

std::optional<Message> read(MessageReader& reader, const std::string& bytes) {
    reader.feed(bytes);
    const auto next = reader.next();
    return next ? *next : std::nullopt;
}

} // namespace

TEST(WebSocketFrames, AcceptKey_ofTheStandardsExample) {
    EXPECT_EQ(acceptOf("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketFrames, Encode_masksAsTheStandardsExample) {
    EXPECT_EQ(encodeFrame(Opcode::Text, "Hello", {0x37, 0xfa, 0x21, 0x3d}),
              std::string("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11));
}

TEST(WebSocketFrames, Encode_longPayloads_haveTheLongLengths) {
    const std::array<std::uint8_t, 4> mask{};
    EXPECT_EQ(encodeFrame(Opcode::Binary, std::string(125, 'x'), mask).size(), 2 + 4 + 125U);
    EXPECT_EQ(encodeFrame(Opcode::Binary, std::string(126, 'x'), mask).size(), 4 + 4 + 126U);
    EXPECT_EQ(encodeFrame(Opcode::Binary, std::string(65536, 'x'), mask).size(), 10 + 4 + 65536U);
}

TEST(WebSocketFrames, Messages_arriveByteByByteAndInParts) {
    MessageReader reader;
    const std::string bytes = serverFrame(0x02, "one ") + serverFrame(0x89, "ping") + serverFrame(0x80, "two");
    std::vector<Message> messages;
    for (const char byte : bytes) {
        if (auto message = read(reader, std::string(1, byte))) {
            messages.push_back(*std::move(message));
        }
    }
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0].opcode, Opcode::Ping); // may come between the parts of a message
    EXPECT_EQ(messages[1].opcode, Opcode::Binary);
    EXPECT_EQ(messages[1].payload, "one two");
    EXPECT_EQ(read(reader, serverFrame(0x82, std::string(300, 'y')))->payload.size(), 300U);
}

TEST(WebSocketFrames, Nonsense_isAnError) {
    for (const std::string& bytes : {serverFrame(0xF2, "reserved bits"), serverFrame(0x83, "unknown opcode"),
                                     serverFrame(0x80, "continues nothing"), serverFrame(0x09, "ping in parts")}) {
        MessageReader reader;
        reader.feed(bytes);
        const auto next = reader.next();
        ASSERT_FALSE(next) << bytes.substr(2);
        EXPECT_EQ(next.error().kind, ErrorKind::Protocol);
    }
}

TEST(WebSocketFrames, Request_withALineBreakInAHeader_isRefused) {
    const auto request = upgradeRequest("h", "/t", "p", newWebSocketKey(), {{"Authorization", "Bearer a\r\nX: y"}});
    ASSERT_FALSE(request);
    EXPECT_EQ(request.error().kind, ErrorKind::InvalidArgument);
}

TEST(WebSocketFrames, Upgrade_isCheckedAndItsRestKept) {
    const std::string key = "dGhlIHNhbXBsZSBub25jZQ==";
    UpgradeReader reader;
    const auto done = reader.feed("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                                  "Sec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\nfirst");
    ASSERT_TRUE(done && *done);
    EXPECT_TRUE(checkUpgrade(reader.response(), key, "v4.channel.k8s.io"));
    EXPECT_FALSE(checkUpgrade(reader.response(), newWebSocketKey(), "v4.channel.k8s.io"));
    EXPECT_FALSE(checkUpgrade(reader.response(), key, "another"));
    EXPECT_EQ(reader.takeRest(), "first");
}

TEST(WebSocketFrames, Refusal_isReadWithItsBody) {
    UpgradeReader reader;
    ASSERT_FALSE(*reader.feed("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nno"));
    ASSERT_TRUE(*reader.feed("pe"));
    EXPECT_EQ(reader.response().status, 403);
    EXPECT_EQ(reader.response().body, "nope");
}

TEST(ForwardChannels, Data_comesOnceBothChannelsAreAnnounced) {
    kubernetes::ForwardChannels channels(15012);
    const std::string port = {static_cast<char>(15012 & 0xFF), static_cast<char>(15012 >> 8)};
    EXPECT_EQ(*channels.take(std::string(1, '\0') + port), "");
    EXPECT_FALSE(channels.open());
    EXPECT_EQ(*channels.take("\1" + port), "");
    EXPECT_TRUE(channels.open());
    EXPECT_EQ(*channels.take(std::string("\0abc", 4)), "abc");
    const auto failed = channels.take("\1nothing listens there");
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, ErrorKind::Unreachable);
    EXPECT_NE(failed.error().what.find("nothing listens there"), std::string::npos);
}

TEST(ForwardChannels, WrongPortOrChannel_isProtocol) {
    for (const std::string& message : {std::string("\0\1\1", 3), std::string("\7xx"), std::string()}) {
        kubernetes::ForwardChannels channels(15012);
        const auto taken = channels.take(message);
        ASSERT_FALSE(taken);
        EXPECT_EQ(taken.error().kind, ErrorKind::Protocol);
    }
}

} // namespace meshdeck::sources::http
