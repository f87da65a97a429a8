// Jaeger's query API over real gRPC: the traces of the simulated requests.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include "jaeger/api_v3/query_service.grpc.pb.h"
#include "unit/demo/sim/mesh_run.h"
#include "unit/demo/sim/test_certificate.h"

namespace meshdeck::demo {

namespace {

namespace api = jaeger::api_v3;
namespace otlp = opentelemetry::proto::trace::v1;

class JaegerTest : public testing::Test {
protected:
    JaegerTest()
        : mesh("bookinfo") {
        mesh.run(60);
        const auto endpoints = mesh.simulation.serve(makeTestCertificate(), nullptr);
        stub = api::QueryService::NewStub(grpc::CreateChannel(endpoints.jaeger, grpc::InsecureChannelCredentials()));
    }

    static api::FindTracesRequest lastHour(const std::string& service) {
        api::FindTracesRequest request;
        const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
        request.mutable_query()->set_service_name(service);
        request.mutable_query()->mutable_start_time_min()->set_seconds(now - 3600);
        request.mutable_query()->mutable_start_time_max()->set_seconds(now + 3600);
        request.mutable_query()->set_search_depth(50);
        return request;
    }
    std::vector<otlp::TracesData> find(const api::FindTracesRequest& request, grpc::Status* status = nullptr) {
        grpc::ClientContext context;
        const auto reader = stub->FindTraces(&context, request);
        std::vector<otlp::TracesData> list;
        otlp::TracesData data;
        while (reader->Read(&data)) {
            list.push_back(data);
        }
        const grpc::Status ended = reader->Finish();
        if (status != nullptr) {
            *status = ended;
        }
        return list;
    }
    static std::vector<std::pair<std::string, otlp::Span>> spansOf(const otlp::TracesData& data) {
        std::vector<std::pair<std::string, otlp::Span>> spans;
        for (const auto& resource : data.resource_spans()) {
            for (const auto& scope : resource.scope_spans()) {
                for (const auto& span : scope.spans()) {
                    spans.emplace_back(resource.resource().attributes(0).value().string_value(), span);
                }
            }
        }
        return spans;
    }
    static std::string attribute(const otlp::Span& span, const std::string& key) {
        for (const auto& entry : span.attributes()) {
            if (entry.key() == key) {
                return entry.value().string_value();
            }
        }
        return {};
    }

    MeshRun mesh;
    std::unique_ptr<api::QueryService::Stub> stub;
};

} // namespace

TEST_F(JaegerTest, Services_areAppsWithTheirNamespaces) {
    grpc::ClientContext context;
    api::GetServicesResponse response;
    ASSERT_TRUE(stub->GetServices(&context, {}, &response).ok());
    const std::set<std::string> services(response.services().begin(), response.services().end());
    EXPECT_EQ(services, (std::set<std::string>{"details.bookinfo", "istio-ingressgateway.istio-system",
                                               "productpage.bookinfo", "ratings.bookinfo", "reviews.bookinfo"}));
    grpc::ClientContext second;
    api::GetOperationsRequest request;
    request.set_service("productpage.bookinfo");
    request.set_span_kind("client");
    api::GetOperationsResponse operations;
    ASSERT_TRUE(stub->GetOperations(&second, request, &operations).ok());
    ASSERT_EQ(operations.operations_size(), 2);
    EXPECT_EQ(operations.operations(0).name(), "details.bookinfo.svc.cluster.local:9080/*");
}

TEST_F(JaegerTest, Trace_nestsInTimeAndNamesItsProxies) {
    const std::vector<otlp::TracesData> traces = find(lastHour("reviews.bookinfo"));
    ASSERT_GT(traces.size(), 20U);
    for (const otlp::TracesData& trace : traces) {
        std::map<std::string, otlp::Span> byId;
        for (const auto& [service, span] : spansOf(trace)) {
            byId[span.span_id()] = span;
            EXPECT_EQ(span.trace_id().size(), 16U);
            EXPECT_EQ(attribute(span, "component"), "proxy");
            const std::string node = attribute(span, "node_id");
            EXPECT_EQ(std::count(node.begin(), node.end(), '~'), 3) << node;
            EXPECT_FALSE(attribute(span, "http.status_code").empty());
        }
        int roots = 0;
        for (const auto& [id, span] : byId) {
            EXPECT_LE(span.start_time_unix_nano(), span.end_time_unix_nano());
            if (span.parent_span_id().empty()) {
                ++roots;
                continue;
            }
            ASSERT_TRUE(byId.contains(span.parent_span_id()));
            const otlp::Span& parent = byId[span.parent_span_id()];
            EXPECT_GE(span.start_time_unix_nano(), parent.start_time_unix_nano());
            EXPECT_LE(span.end_time_unix_nano(), parent.end_time_unix_nano()) << span.name();
        }
        EXPECT_EQ(roots, 1);
        EXPECT_GE(byId.size(), 6U);
    }
}

TEST_F(JaegerTest, GetTrace_findsByHexIdAndSaysWhenThereIsNone) {
    const otlp::TracesData one = find(lastHour("ratings.bookinfo")).at(0);
    std::string hex;
    const std::string traceId = spansOf(one).at(0).second.trace_id();
    for (const char c : traceId) {
        char text[3];
        std::snprintf(text, sizeof text, "%02x", static_cast<unsigned char>(c));
        hex += text;
    }
    for (const auto& [id, code] :
         std::vector<std::pair<std::string, grpc::StatusCode>>{{hex, grpc::StatusCode::OK},
                                                               {"1234", grpc::StatusCode::NOT_FOUND},
                                                               {"xyz", grpc::StatusCode::INVALID_ARGUMENT}}) {
        grpc::ClientContext context;
        api::GetTraceRequest request;
        request.set_trace_id(id);
        const auto reader = stub->GetTrace(&context, request);
        otlp::TracesData data;
        const bool read = reader->Read(&data);
        EXPECT_EQ(reader->Finish().error_code(), code) << id;
        EXPECT_EQ(read, code == grpc::StatusCode::OK);
    }
}

TEST_F(JaegerTest, Query_narrowsByAttributesDurationAndDepth) {
    api::FindTracesRequest request = lastHour("istio-ingressgateway.istio-system");
    request.mutable_query()->set_search_depth(5);
    EXPECT_EQ(find(request).size(), 5U);
    request.mutable_query()->set_search_depth(1000);
    const std::size_t all = find(request).size();
    (*request.mutable_query()->mutable_attributes())["http.method"] = "POST";
    EXPECT_LT(find(request).size(), all / 4);
    request.mutable_query()->mutable_attributes()->clear();
    request.mutable_query()->mutable_duration_min()->set_seconds(5);
    EXPECT_EQ(find(request).size(), 0U);
    request.mutable_query()->clear_start_time_min();
    grpc::Status status;
    find(request, &status);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

} // namespace meshdeck::demo
