// The bytes of a WebSocket (RFC 6455) as a client sends and reads them: the upgrade request and its answer, frames,
// messages. Free of sockets. Private to sources.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sources/http/http_client.h"

namespace meshdeck::sources::http {

enum class Opcode : std::uint8_t { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

// Sixteen random bytes in base64, for Sec-WebSocket-Key.
[[nodiscard]] std::string newWebSocketKey();
// What the server must answer to a key in Sec-WebSocket-Accept.
[[nodiscard]] std::string acceptOf(const std::string& key);

// "GET target HTTP/1.1" with everything that asks for the upgrade. InvalidArgument for a header with a line break in it.
[[nodiscard]] Result<std::string> upgradeRequest(const std::string& host, const std::string& target,
                                                 const std::string& protocol, const std::string& key,
                                                 const Headers& headers);

// One frame of a client, masked as a client's must be.
[[nodiscard]] std::string encodeFrame(Opcode opcode, std::string_view payload, const std::array<std::uint8_t, 4>& mask);
[[nodiscard]] std::array<std::uint8_t, 4> newMask();

// Reads the server's answer to the upgrade request, piece by piece. Anything but a 101 is an ordinary answer, which is
// read with its body.
class UpgradeReader {
public:
    static constexpr std::size_t kMaxHead = std::size_t(64) << 10U;
    static constexpr std::size_t kMaxBody = std::size_t(1) << 20U;

    // True when the answer is complete. Protocol for what is no HTTP, TooLarge beyond the caps.
    [[nodiscard]] Result<bool> feed(std::string_view bytes);
    // The connection has ended: a body without a length is complete by that. False when the answer is not.
    [[nodiscard]] bool finish();
    [[nodiscard]] const HttpResponse& response() const { return m_response; }
    // What came behind the head of a 101: the first frames.
    [[nodiscard]] std::string takeRest();

private:
    Status readHead(std::string_view head);
    [[nodiscard]] bool bodyComplete();

    std::string m_bytes;
    bool m_headRead = false;
    HttpResponse m_response;
};

// Whether a 101 answers our upgrade: Protocol with what is missing.
[[nodiscard]] Status checkUpgrade(const HttpResponse& response, const std::string& key, const std::string& protocol);

struct Message {
    Opcode opcode = Opcode::Binary; // Text, Binary, Close, Ping or Pong
    std::string payload;
};

// Joins frames to messages; control frames may come between the parts of one.
class MessageReader {
public:
    static constexpr std::size_t kMaxMessage = std::size_t(16) << 20U;

    void feed(std::string_view bytes) { m_bytes.append(bytes); }
    // The next complete message, nothing when more bytes are needed. Protocol or TooLarge: the connection is of no
    // further use.
    [[nodiscard]] Result<std::optional<Message>> next();

private:
    struct Frame {
        bool final = true;
        Opcode opcode = Opcode::Binary;
        std::string payload;
    };
    Result<std::optional<Frame>> nextFrame();

    std::string m_bytes;
    std::optional<Message> m_partial;
};

} // namespace meshdeck::sources::http
