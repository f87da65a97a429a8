#include "app/demo/telemetry/jaeger_server.h"

#include <chrono>

#include <grpcpp/grpcpp.h>

#include "app/demo/telemetry/grpc_loopback.h"
#include "jaeger/api_v3/query_service.grpc.pb.h"

namespace meshdeck::demo {

namespace {

namespace api = jaeger::api_v3;
namespace otlp = opentelemetry::proto::trace::v1;

std::int64_t nanosOf(const google::protobuf::Timestamp& stamp) {
    return stamp.seconds() * 1000000000 + stamp.nanos();
}

std::int64_t nanosOf(const google::protobuf::Duration& duration) {
    return duration.seconds() * 1000000000 + duration.nanos();
}

void addAttribute(google::protobuf::RepeatedPtrField<otlp::KeyValue>& list, const std::string& key,
                  const std::string& value) {
    otlp::KeyValue& attribute = *list.Add();
    attribute.set_key(key);
    attribute.mutable_value()->set_string_value(value);
}

void fillSpan(const TraceRecord& trace, const SpanRecord& record, otlp::Span& span) {
    constexpr int kServer = 2;
    constexpr int kClient = 3;
    constexpr int kError = 2;
    span.set_trace_id(trace.id.data(), trace.id.size());
    span.set_span_id(record.id.data(), record.id.size());
    if (record.parent) {
        span.set_parent_span_id(record.parent->data(), record.parent->size());
    }
    span.set_name(record.name);
    span.set_kind(record.server ? kServer : kClient);
    span.set_start_time_unix_nano(static_cast<std::uint64_t>(record.startNs));
    span.set_end_time_unix_nano(static_cast<std::uint64_t>(record.endNs));
    for (const auto& [key, value] : record.attributes) {
        addAttribute(*span.mutable_attributes(), key, value);
    }
    if (record.error) {
        span.mutable_status()->set_code(kError);
    }
}

// Spans of one service share a resource, as collectors store them.
otlp::TracesData tracesData(const TraceRecord& trace) {
    otlp::TracesData data;
    std::map<std::string, otlp::ScopeSpans*> byService;
    for (const SpanRecord& record : trace.spans) {
        otlp::ScopeSpans*& scope = byService[record.service];
        if (scope == nullptr) {
            otlp::ResourceSpans& resource = *data.add_resource_spans();
            addAttribute(*resource.mutable_resource()->mutable_attributes(), "service.name", record.service);
            scope = resource.add_scope_spans();
        }
        fillSpan(trace, record, *scope->add_spans());
    }
    return data;
}

class Service : public api::QueryService::Service {
public:
    explicit Service(const TraceStore& store)
        : m_store(store) {}

    grpc::Status GetTrace(grpc::ServerContext*, const api::GetTraceRequest* request,
                          grpc::ServerWriter<otlp::TracesData>* writer) override {
        const std::optional<TraceId> id = traceIdOf(request->trace_id());
        if (!id) {
            return {grpc::StatusCode::INVALID_ARGUMENT, "malformed trace ID"};
        }
        const TracePtr trace = m_store.trace(*id);
        if (!trace) {
            return {grpc::StatusCode::NOT_FOUND, "trace not found"};
        }
        writer->Write(tracesData(*trace));
        return grpc::Status::OK;
    }

    grpc::Status FindTraces(grpc::ServerContext*, const api::FindTracesRequest* request,
                            grpc::ServerWriter<otlp::TracesData>* writer) override {
        const api::TraceQueryParameters& wanted = request->query();
        if (!request->has_query()) {
            return {grpc::StatusCode::INVALID_ARGUMENT, "missing query"};
        }
        if (!wanted.has_start_time_min() || !wanted.has_start_time_max()) {
            return {grpc::StatusCode::INVALID_ARGUMENT, "start time min and max are required parameters"};
        }
        TraceQuery query;
        query.service = wanted.service_name();
        query.operation = wanted.operation_name();
        query.attributes = {wanted.attributes().begin(), wanted.attributes().end()};
        query.startMinNs = nanosOf(wanted.start_time_min());
        query.startMaxNs = nanosOf(wanted.start_time_max());
        query.durationMinNs = nanosOf(wanted.duration_min());
        query.durationMaxNs = nanosOf(wanted.duration_max());
        query.limit = wanted.search_depth() > 0 ? wanted.search_depth() : 100;
        for (const TracePtr& trace : m_store.find(query)) {
            if (!writer->Write(tracesData(*trace))) {
                break;
            }
        }
        return grpc::Status::OK;
    }

    grpc::Status GetServices(grpc::ServerContext*, const api::GetServicesRequest*,
                             api::GetServicesResponse* response) override {
        for (const std::string& name : m_store.services()) {
            response->add_services(name);
        }
        return grpc::Status::OK;
    }

    grpc::Status GetOperations(grpc::ServerContext*, const api::GetOperationsRequest* request,
                               api::GetOperationsResponse* response) override {
        for (const auto& [name, kind] : m_store.operations(request->service(), request->span_kind())) {
            api::Operation& operation = *response->add_operations();
            operation.set_name(name);
            operation.set_span_kind(kind);
        }
        return grpc::Status::OK;
    }

private:
    const TraceStore& m_store;
};

} // namespace

class JaegerServer::Impl {
public:
    explicit Impl(const TraceStore& store)
        : m_service(store)
        , m_server(m_service, grpc::InsecureServerCredentials()) {}
    [[nodiscard]] const std::string& address() const { return m_server.address(); }

private:
    Service m_service;
    GrpcLoopback m_server; // last: it ends before what it serves
};

JaegerServer::JaegerServer(const TraceStore& store)
    : m_impl(std::make_unique<Impl>(store)) {}
JaegerServer::~JaegerServer() = default;

std::string JaegerServer::address() const {
    return m_impl->address();
}

} // namespace meshdeck::demo
