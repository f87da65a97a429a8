#include "sources/http/websocket_frames.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

namespace meshdeck::sources::http {
namespace {

constexpr const char* kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3
constexpr std::size_t kMaxControl = 125;

std::string base64(const unsigned char* bytes, std::size_t size) {
    std::string out(4 * ((size + 2) / 3), '\0');
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes, static_cast<int>(size));
    return out;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool hasToken(const std::string& list, std::string_view token) {
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        if (lower(trimmed(std::string_view(list).substr(begin, end - begin))) == token) {
            return true;
        }
        begin = end + 1;
    }
    return false;
}

Error protocolError(std::string what) {
    return {ErrorKind::Protocol, std::move(what), {}, {}};
}

// A chunked body put together; nothing when its last chunk is not there yet.
std::optional<std::string> unchunked(std::string_view bytes) {
    std::string body;
    for (;;) {
        const auto end = bytes.find("\r\n");
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        std::size_t size = 0;
        if (std::from_chars(bytes.data(), bytes.data() + end, size, 16).ec != std::errc() || size == 0) {
            return body;
        }
        if (bytes.size() < end + 2 || bytes.size() - end - 2 < size) {
            return std::nullopt;
        }
        body.append(bytes.substr(end + 2, size));
        bytes.remove_prefix(std::min(bytes.size(), end + 2 + size + 2));
    }
}

std::uint64_t bigEndian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes) {
        value = (value << 8U) | static_cast<unsigned char>(c);
    }
    return value;
}

bool isControl(Opcode opcode) {
    return static_cast<std::uint8_t>(opcode) >= 8;
}

bool isKnown(std::uint8_t opcode) {
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

} // namespace

std::string newWebSocketKey() {
    std::array<unsigned char, 16> bytes{};
    RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
    return base64(bytes.data(), bytes.size());
}

std::array<std::uint8_t, 4> newMask() {
    std::array<std::uint8_t, 4> mask{};
    RAND_bytes(mask.data(), static_cast<int>(mask.size()));
    return mask;
}

std::string acceptOf(const std::string& key) {
    const std::string text = key + kGuid;
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return base64(digest.data(), digest.size());
}

Result<std::string> upgradeRequest(const std::string& host, const std::string& target, const std::string& protocol,
                                   const std::string& key, const Headers& headers) {
    std::string request = "GET " + target + " HTTP/1.1\r\nHost: " + host +
                          "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: " + key + "\r\nSec-WebSocket-Protocol: " + protocol + "\r\n";
    for (const auto& [name, value] : headers) {
        request += name;
        request += ": ";
        request += value;
        request += "\r\n";
    }
    const auto breaks = static_cast<std::size_t>(std::count(request.begin(), request.end(), '\n'));
    if (breaks != headers.size() + 7) {
        return fail(ErrorKind::InvalidArgument, "a request header has a line break in it", "check the kubeconfig's user");
    }
    return request + "\r\n";
}

std::string encodeFrame(Opcode opcode, std::string_view payload, const std::array<std::uint8_t, 4>& mask) {
    std::string frame(1, static_cast<char>(0x80U | static_cast<std::uint8_t>(opcode)));
    const auto putLength = [&frame, size = payload.size()](unsigned bytes) {
        for (unsigned i = bytes; i-- > 0;) {
            frame += static_cast<char>((std::uint64_t(size) >> (8 * i)) & 0xFFU);
        }
    };
    if (payload.size() <= kMaxControl) {
        frame += static_cast<char>(0x80U | payload.size());
    } else if (payload.size() <= 0xFFFF) {
        frame += static_cast<char>(0x80U | 126U);
        putLength(2);
    } else {
        frame += static_cast<char>(0x80U | 127U);
        putLength(8);
    }
    for (const std::uint8_t byte : mask) {
        frame += static_cast<char>(byte);
    }
    const std::size_t begin = frame.size();
    frame.append(payload);
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame[begin + i] = static_cast<char>(static_cast<unsigned char>(frame[begin + i]) ^ mask[i % 4]);
    }
    return frame;
}

Status UpgradeReader::readHead(std::string_view head) {
    const auto lineEnd = std::min(head.find("\r\n"), head.size());
    const std::string_view first = head.substr(0, lineEnd);
    int status = 0;
    if (!first.starts_with("HTTP/1.") || first.size() < 12 ||
        std::from_chars(first.data() + 9, first.data() + 12, status).ec != std::errc() || status < 100) {
        return tl::unexpected(protocolError("the server does not speak HTTP as expected"));
    }
    m_response.status = status;
    for (std::size_t begin = lineEnd + 2; begin < head.size();) {
        const std::size_t end = std::min(head.find("\r\n", begin), head.size());
        const std::string_view line = head.substr(begin, end - begin);
        if (const auto colon = line.find(':'); colon != std::string_view::npos) {
            m_response.headers.emplace_back(lower(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1))));
        }
        begin = end + 2;
    }
    return {};
}

bool UpgradeReader::bodyComplete() {
    if (m_response.status == 101) {
        return true;
    }
    if (hasToken(m_response.header("transfer-encoding"), "chunked")) {
        auto body = unchunked(m_bytes);
        if (body) {
            m_response.body = std::move(*body);
        }
        return body.has_value();
    }
    const std::string& length = m_response.header("content-length");
    std::size_t size = 0;
    if (length.empty() || std::from_chars(length.data(), length.data() + length.size(), size).ec != std::errc() ||
        m_bytes.size() < size) {
        return false;
    }
    m_response.body = m_bytes.substr(0, size);
    return true;
}

Result<bool> UpgradeReader::feed(std::string_view bytes) {
    m_bytes.append(bytes);
    while (!m_headRead) {
        const auto end = m_bytes.find("\r\n\r\n");
        if (std::min(end, m_bytes.size()) > kMaxHead) {
            return fail(ErrorKind::TooLarge, "the head of the server's answer is larger than 64 KiB");
        }
        if (end == std::string::npos) {
            return false;
        }
        m_response = {};
        if (Status read = readHead(std::string_view(m_bytes).substr(0, end)); !read) {
            return tl::unexpected(read.error());
        }
        m_bytes.erase(0, end + 4);
        m_headRead = m_response.status >= 200 || m_response.status == 101; // others announce the real answer
    }
    if (m_response.status != 101 && m_bytes.size() > kMaxBody) {
        return fail(ErrorKind::TooLarge, "the server's refusal is larger than 1 MiB");
    }
    return bodyComplete();
}

bool UpgradeReader::finish() {
    if (!m_headRead || m_response.status == 101) {
        return false;
    }
    if (m_response.body.empty() && !hasToken(m_response.header("transfer-encoding"), "chunked")) {
        m_response.body = m_bytes;
    }
    return true;
}

std::string UpgradeReader::takeRest() {
    return std::exchange(m_bytes, {});
}

Status checkUpgrade(const HttpResponse& response, const std::string& key, const std::string& protocol) {
    if (!hasToken(response.header("upgrade"), "websocket") || !hasToken(response.header("connection"), "upgrade")) {
        return tl::unexpected(protocolError("the server switched to another protocol than WebSocket"));
    }
    if (response.header("sec-websocket-accept") != acceptOf(key)) {
        return tl::unexpected(protocolError("the server's answer to the WebSocket key is wrong"));
    }
    if (response.header("sec-websocket-protocol") != protocol) {
        return tl::unexpected(protocolError("the server does not speak " + protocol));
    }
    return {};
}

Result<std::optional<MessageReader::Frame>> MessageReader::nextFrame() {
    if (m_bytes.size() < 2) {
        return std::nullopt;
    }
    const auto first = static_cast<std::uint8_t>(m_bytes[0]);
    const auto second = static_cast<std::uint8_t>(m_bytes[1]);
    if ((first & 0x70U) != 0 || (second & 0x80U) != 0 || !isKnown(first & 0x0FU)) {
        return tl::unexpected(protocolError("the server sent a WebSocket frame that is not allowed"));
    }
    Frame frame;
    frame.final = (first & 0x80U) != 0;
    frame.opcode = static_cast<Opcode>(first & 0x0FU);
    const std::uint8_t shortSize = second & 0x7FU;
    const std::size_t extended = shortSize == 126 ? 2 : shortSize == 127 ? 8 : 0;
    if (m_bytes.size() < 2 + extended) {
        return std::nullopt;
    }
    const std::uint64_t size = extended == 0 ? shortSize : bigEndian(std::string_view(m_bytes).substr(2, extended));
    if (isControl(frame.opcode) && (!frame.final || size > kMaxControl)) {
        return tl::unexpected(protocolError("the server sent a WebSocket frame that is not allowed"));
    }
    if (size > kMaxMessage) {
        return fail(ErrorKind::TooLarge, "a WebSocket message is larger than 16 MiB");
    }
    const std::size_t begin = 2 + extended;
    if (m_bytes.size() - begin < size) {
        return std::nullopt;
    }
    frame.payload = m_bytes.substr(begin, static_cast<std::size_t>(size));
    m_bytes.erase(0, begin + static_cast<std::size_t>(size));
    return frame;
}

Result<std::optional<Message>> MessageReader::next() {
    for (;;) {
        auto frame = nextFrame();
        if (!frame) {
            return tl::unexpected(frame.error());
        }
        if (!*frame) {
            return std::nullopt;
        }
        Frame& part = **frame;
        if (isControl(part.opcode)) {
            return Message{part.opcode, std::move(part.payload)};
        }
        const bool continues = part.opcode == Opcode::Continuation;
        if (continues != m_partial.has_value()) {
            return tl::unexpected(protocolError("the server mixed two WebSocket messages"));
        }
        if (!continues) {
            m_partial = Message{part.opcode, {}};
        }
        if (m_partial->payload.size() + part.payload.size() > kMaxMessage) {
            return fail(ErrorKind::TooLarge, "a WebSocket message is larger than 16 MiB");
        }
        m_partial->payload += part.payload;
        if (part.final) {
            return std::exchange(m_partial, std::nullopt);
        }
    }
}

} // namespace meshdeck::sources::http
