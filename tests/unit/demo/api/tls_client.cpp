#include "unit/demo/api/tls_client.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <unistd.h>

namespace meshdeck::demo::api::test {

namespace {

BIO* memory(const std::string& pem) {
    return BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
}

void trust(SSL_CTX* context, const std::string& authorityPem) {
    BIO* bio = memory(authorityPem);
    X509* authority = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority);
    X509_free(authority);
    BIO_free(bio);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

void identify(SSL_CTX* context, const KeyPair& pair) {
    BIO* bio = memory(pair.certPem);
    X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    bio = memory(pair.keyPem);
    EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
    BIO_free(bio);
    SSL_CTX_use_certificate(context, certificate);
    SSL_CTX_use_PrivateKey(context, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

int connectTo(unsigned short port) {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval limit{20, 0};
    ::setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        ::close(file);
        return -1;
    }
    return file;
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

} // namespace

TlsClient::TlsClient(unsigned short port, const std::string& authorityPem, const std::optional<KeyPair>& certificate)
    : m_context(SSL_CTX_new(TLS_client_method()))
    , m_ssl(nullptr)
    , m_socket(connectTo(port)) {
    trust(m_context, authorityPem);
    if (certificate) {
        identify(m_context, *certificate);
    }
    static const unsigned char kProtocols[] = "\x02h2\x08http/1.1";
    SSL_CTX_set_alpn_protos(m_context, kProtocols, sizeof kProtocols - 1);
    m_ssl = SSL_new(m_context);
    SSL_set_fd(m_ssl, m_socket);
    std::signal(SIGPIPE, SIG_IGN); // a server that leaves is an answer for a test, not its end
    SSL_set1_host(m_ssl, "localhost");
    m_connected = m_socket >= 0 && SSL_connect(m_ssl) == 1;
}

TlsClient::~TlsClient() {
    SSL_free(m_ssl);
    SSL_CTX_free(m_context);
    if (m_socket >= 0) {
        ::close(m_socket);
    }
}

std::string TlsClient::protocol() const {
    const unsigned char* name = nullptr;
    unsigned int length = 0;
    SSL_get0_alpn_selected(m_ssl, &name, &length);
    return {reinterpret_cast<const char*>(name), length};
}

void TlsClient::write(const std::string& method, const std::string& target, const Headers& headers,
                      const std::string& body) {
    std::string text = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n";
    for (const auto& [name, value] : headers) {
        text += name + ": " + value + "\r\n";
    }
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    SSL_write(m_ssl, text.data(), static_cast<int>(text.size()));
}

bool TlsClient::fill() {
    char bytes[16384];
    const int count = SSL_read(m_ssl, bytes, sizeof bytes);
    if (count <= 0) {
        return false;
    }
    m_input.append(bytes, static_cast<std::size_t>(count));
    return true;
}

bool TlsClient::readHead(Answer& answer) {
    std::size_t end = 0;
    while ((end = m_input.find("\r\n\r\n")) == std::string::npos) {
        if (!fill()) {
            return false;
        }
    }
    answer.status = std::atoi(m_input.c_str() + m_input.find(' ') + 1);
    for (std::size_t begin = m_input.find("\r\n") + 2; begin < end + 2;) {
        const std::size_t line = m_input.find("\r\n", begin);
        const std::size_t colon = m_input.find(": ", begin);
        answer.headers.emplace(lower(m_input.substr(begin, colon - begin)),
                               m_input.substr(colon + 2, line - colon - 2));
        begin = line + 2;
    }
    m_input.erase(0, end + 4);
    return true;
}

bool TlsClient::readChunk(std::string& text) {
    std::size_t end = 0;
    while ((end = m_input.find("\r\n")) == std::string::npos) {
        if (!fill()) {
            return false;
        }
    }
    const std::size_t size = std::strtoul(m_input.c_str(), nullptr, 16);
    while (m_input.size() < end + 2 + size + 2) {
        if (!fill()) {
            return false;
        }
    }
    text += m_input.substr(end + 2, size);
    m_input.erase(0, end + 2 + size + 2);
    m_ended = size == 0;
    return size != 0;
}

Answer TlsClient::send(const std::string& method, const std::string& target, const Headers& headers,
                       const std::string& body) {
    Answer answer;
    m_ended = false;
    write(method, target, headers, body);
    if (!readHead(answer)) {
        return answer;
    }
    if (answer.header("transfer-encoding") == "chunked") {
        while (readChunk(answer.body)) {
        }
        answer.complete = m_ended;
        return answer;
    }
    const std::size_t size = std::strtoul(answer.header("content-length").c_str(), nullptr, 10);
    while (m_input.size() < size && fill()) {
    }
    answer.complete = m_input.size() >= size;
    answer.body = m_input.substr(0, size);
    m_input.erase(0, size);
    return answer;
}

Answer TlsClient::begin(const std::string& method, const std::string& target, const Headers& headers) {
    Answer answer;
    m_text.clear();
    m_ended = false;
    write(method, target, headers, {});
    readHead(answer);
    return answer;
}

std::optional<std::string> TlsClient::nextLine() {
    std::size_t end = 0;
    while ((end = m_text.find('\n')) == std::string::npos) {
        if (m_ended || !readChunk(m_text)) {
            return std::nullopt;
        }
    }
    std::string line = m_text.substr(0, end);
    m_text.erase(0, end + 1);
    return line;
}

} // namespace meshdeck::demo::api::test
