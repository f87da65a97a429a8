// OpenSSL for the test server.
#pragma once

#include "support/http_server.h"

namespace meshdeck::test {

// An SSL_CTX that serves with the certificate.
[[nodiscard]] void* serverContext(const ServerCertificate& certificate);

} // namespace meshdeck::test
