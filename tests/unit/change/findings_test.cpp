#include "change/findings.h"

#include <gtest/gtest.h>

#include "fake_cluster.h"

namespace meshdeck::change {

namespace {

constexpr const char* kMesh = R"(
apiVersion: v1
kind: Service
metadata: {name: reviews, namespace: bookinfo}
spec: {ports: [{name: http, port: 9080}], selector: {app: reviews}}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: bookinfo}
spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: bookinfo}
spec:
  hosts: [reviews]
  http:
  - route: [{destination: {host: reviews, subset: v1}, weight: 100}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: broken, namespace: bookinfo}
spec:
  hosts: [reviews.bookinfo.svc.cluster.local]
  gateways: [nowhere]
  http:
  - route: [{destination: {host: gone}}]
)";

class Findings : public ::testing::Test {
protected:
    Findings() {
        std::vector<config::ConfigObjectPtr> objects;
        const auto documents = config::parseYaml(kMesh);
        for (const config::Json& json : *documents) {
            m_resources.push_back(m_cluster.put(json));
            objects.push_back(config::readConfig(*m_resources.back()).value());
        }
        policy::CheckOptions options;
        options.secretsKnown = false;
        m_checks = std::make_unique<policy::IncrementalChecks>(policy::World::build(std::move(objects)), options);
        m_before = m_checks->report();
    }
    mesh::ResourcePtr live(const std::string& name, const std::string& kind) const {
        for (const mesh::ResourcePtr& resource : m_resources) {
            if (resource->ref.name == name && resource->ref.kind == kind) {
                return resource;
            }
        }
        return nullptr;
    }
    FindingsChange of(const std::string& yaml, const mesh::ResourcePtr& base) {
        const Plan plan = planObjects({{config::parseYaml(yaml).value().front(), base}}).value();
        return compareFindings(m_before, m_checks->apply(editsOf(plan)));
    }
    static std::vector<std::string> codes(const std::vector<policy::Finding>& findings) {
        std::vector<std::string> codes;
        for (const policy::Finding& finding : findings) {
            codes.push_back(finding.code + " " + finding.object->ref.name);
        }
        return codes;
    }

    FakeCluster m_cluster;
    std::vector<mesh::ResourcePtr> m_resources;
    std::unique_ptr<policy::IncrementalChecks> m_checks;
    policy::CheckReport m_before;
};

bool holds(const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

} // namespace

TEST_F(Findings, RouteToASubsetThatIsNotThere_isNew) {
    const FindingsChange change = of(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: bookinfo}
spec:
  hosts: [reviews]
  http:
  - route:
    - {destination: {host: reviews, subset: v1}, weight: 50}
    - {destination: {host: reviews, subset: v9}, weight: 50}
)", live("reviews", "VirtualService"));
    EXPECT_TRUE(holds(codes(change.added), "IST0101 reviews")) << ::testing::PrintToString(codes(change.added));
    EXPECT_GE(change.errors(), 1U);
    EXPECT_EQ(change.added.front().severity, policy::Severity::Error) << "worst first";
    EXPECT_TRUE(change.fixed.empty()) << ::testing::PrintToString(codes(change.fixed));
    EXPECT_EQ(change.remaining, m_before.findings.size());
}

TEST_F(Findings, DeletedObject_takesItsFindingsAlong) {
    Plan plan;
    PlannedObject gone;
    gone.operation = Operation::Delete;
    gone.base = live("broken", "VirtualService");
    gone.ref = gone.base->ref;
    plan.objects.push_back(gone);
    const FindingsChange change = compareFindings(m_before, m_checks->apply(editsOf(plan)));
    EXPECT_TRUE(holds(codes(change.fixed), "IST0101 broken")) << ::testing::PrintToString(codes(change.fixed));
    EXPECT_TRUE(change.added.empty()) << ::testing::PrintToString(codes(change.added));
}

TEST_F(Findings, EditOfSomethingElse_changesNone) {
    const FindingsChange change = of(R"(
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: reviews, namespace: bookinfo, labels: {team: books}}
spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
)", live("reviews", "DestinationRule"));
    EXPECT_TRUE(change.added.empty());
    EXPECT_TRUE(change.fixed.empty());
    EXPECT_EQ(change.remaining, m_before.findings.size());
}

TEST_F(Findings, PushedDownRule_keepsItsFindings) {
    const FindingsChange change = of(R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: broken, namespace: bookinfo}
spec:
  hosts: [reviews.bookinfo.svc.cluster.local]
  gateways: [nowhere]
  http:
  - match: [{uri: {prefix: /a}}]
    route: [{destination: {host: reviews}}]
  - route: [{destination: {host: gone}}]
)", live("broken", "VirtualService"));
    EXPECT_FALSE(holds(codes(change.added), "IST0101 broken")) << ::testing::PrintToString(codes(change.added));
    EXPECT_FALSE(holds(codes(change.fixed), "IST0101 broken")) << ::testing::PrintToString(codes(change.fixed));
}

} // namespace meshdeck::change
