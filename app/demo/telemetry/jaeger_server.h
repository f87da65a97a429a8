// Jaeger's query API, version 3, over plain gRPC on a free loopback port (facts/wire.md 7.1).
#pragma once

#include <memory>
#include <string>

#include "app/demo/telemetry/trace_store.h"

namespace meshdeck::demo {

class JaegerServer {
public:
    explicit JaegerServer(const TraceStore& store); // the store outlives the server
    ~JaegerServer();

    JaegerServer(const JaegerServer&) = delete;
    JaegerServer& operator=(const JaegerServer&) = delete;

    [[nodiscard]] std::string address() const; // "127.0.0.1:PORT"

private:
    class Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace meshdeck::demo
