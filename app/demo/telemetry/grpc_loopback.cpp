#include "app/demo/telemetry/grpc_loopback.h"

#include <chrono>

namespace meshdeck::demo {

GrpcLoopback::GrpcLoopback(grpc::Service& service, const std::shared_ptr<grpc::ServerCredentials>& credentials) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", credentials, &port);
    builder.RegisterService(&service);
    m_server = builder.BuildAndStart();
    if (m_server && port != 0) {
        m_address = "127.0.0.1:" + std::to_string(port);
    }
}

GrpcLoopback::~GrpcLoopback() {
    if (m_server) {
        m_server->Shutdown(std::chrono::system_clock::now() + std::chrono::milliseconds(200));
        m_server->Wait();
    }
}

} // namespace meshdeck::demo
