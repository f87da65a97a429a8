// One gRPC service on a free loopback port, from construction to destruction. Private to this folder.
#pragma once

#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>

namespace meshdeck::demo {

class GrpcLoopback {
public:
    // The service outlives this object.
    GrpcLoopback(grpc::Service& service, const std::shared_ptr<grpc::ServerCredentials>& credentials);
    // Open streams are given a moment, then ended.
    ~GrpcLoopback();
    GrpcLoopback(const GrpcLoopback&) = delete;
    GrpcLoopback& operator=(const GrpcLoopback&) = delete;

    // "127.0.0.1:PORT"; empty when no port could be had.
    [[nodiscard]] const std::string& address() const { return m_address; }

private:
    std::unique_ptr<grpc::Server> m_server;
    std::string m_address;
};

} // namespace meshdeck::demo
