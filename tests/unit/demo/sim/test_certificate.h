// A certificate for one test run, as the demonstration mesh's CA would issue it for istiod.
#pragma once

#include "app/demo/contract.h"

namespace meshdeck::demo {

// Self-signed, for istiod.istio-system.svc, localhost and 127.0.0.1.
[[nodiscard]] ServerCertificate makeTestCertificate();

} // namespace meshdeck::demo
