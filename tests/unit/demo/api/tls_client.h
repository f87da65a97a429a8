// A small blocking HTTPS/1.1 client on OpenSSL, so that the server is tested over real sockets by code that is not its
// own.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <openssl/ssl.h>

#include "app/demo/api/certificates.h"

namespace meshdeck::demo::api::test {

struct Answer {
    int status = 0;                                  // zero: the connection broke before the head was complete
    std::multimap<std::string, std::string> headers; // names in lower case
    std::string body;
    bool complete = false; // the body ended as its framing promised

    [[nodiscard]] std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? "" : found->second;
    }
};

using Headers = std::vector<std::pair<std::string, std::string>>;

class TlsClient {
public:
    // Verifies the server against authorityPem; reads give up after twenty seconds.
    TlsClient(unsigned short port, const std::string& authorityPem, const std::optional<KeyPair>& certificate = {});
    ~TlsClient();
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;

    [[nodiscard]] bool connected() const { return m_connected; }
    [[nodiscard]] std::string protocol() const; // what ALPN chose

    Answer send(const std::string& method, const std::string& target, const Headers& headers = {},
                const std::string& body = {});
    // For endless answers: the head first, then line by line; nothing at the end of the stream.
    Answer begin(const std::string& method, const std::string& target, const Headers& headers = {});
    std::optional<std::string> nextLine();
    // After nextLine gave nothing: whether the stream ended with its last chunk instead of being cut.
    [[nodiscard]] bool endedCleanly() const { return m_ended; }
    [[nodiscard]] const std::string& unfinishedLine() const { return m_text; }

private:
    bool fill(); // more bytes into m_input
    bool readHead(Answer& answer);
    bool readChunk(std::string& text); // false at the last chunk or when the stream is cut
    void write(const std::string& method, const std::string& target, const Headers& headers, const std::string& body);

    SSL_CTX* m_context = nullptr;
    SSL* m_ssl = nullptr;
    int m_socket = -1;
    bool m_connected = false;
    bool m_ended = false;
    std::string m_input; // bytes of the connection not consumed yet
    std::string m_text;  // of the stream, not yet a whole line
};

} // namespace meshdeck::demo::api::test
