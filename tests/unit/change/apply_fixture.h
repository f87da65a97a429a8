// An apply engine over a fake cluster with the bookinfo reviews route in it.
#pragma once

#include <memory>

#include <gtest/gtest.h>

#include "change/apply.h"
#include "fake_cluster.h"
#include "temp_folder.h"

namespace meshdeck::change {

class FakeProxies final : public ProxyWatch {
public:
    Result<mesh::ProxyReport> proxies(std::stop_token /*stop*/) override {
        ++asked;
        if (error) {
            return tl::unexpected(*error);
        }
        return report ? report(asked) : mesh::ProxyReport{};
    }
    std::function<mesh::ProxyReport(int asked)> report;
    std::optional<Error> error;
    int asked = 0;
};

inline mesh::ProxyStatus proxy(const std::string& id, mesh::SyncState state, int sentSecond,
                               const std::string& ns = "bookinfo", const std::string& rejection = {}) {
    mesh::ProxyStatus status;
    status.id = id;
    status.ns = ns;
    status.types.push_back({"rds", state, ServerTime(std::chrono::seconds(sentSecond)), rejection});
    return status;
}

class ApplyFixture : public ::testing::Test {
protected:
    ApplyFixture() {
        m_base = m_cluster.putYaml(kReviewsYaml);
        m_journal = Journal::open(m_folder.path()).value();
    }

    ApplyEngine engine(ProxyWatch* proxies = nullptr) {
        return ApplyEngine(m_cluster, proxies, *m_journal, m_clock,
                           [this](Duration time, const std::stop_token&) { m_clock.advance(time); });
    }
    [[nodiscard]] Plan plan(int v1 = 70, int v2 = 30) const {
        return planWeights(WeightEdit{m_base, "http", 0, {v1, v2}, {}}).value();
    }
    // Weight of v2 as stored now.
    [[nodiscard]] int stored() const {
        const config::Json* object = m_cluster.find(m_base->ref);
        return object == nullptr ? -1 : config::at(*object, "/spec/http/0/route/1/weight")->get<int>();
    }
    Result<ApplyReport> applyNow(const Plan& what, ApplyOptions options = {"prod", {}, false, {}}) {
        ApplyEngine e = engine();
        auto preview = e.preview(what, {});
        if (!preview) {
            return tl::unexpected(preview.error());
        }
        return e.apply(*preview, options, {});
    }

    TempFolder m_folder;
    FakeCluster m_cluster;
    ManualClock m_clock;
    mesh::ResourcePtr m_base;
    std::unique_ptr<Journal> m_journal;
};

} // namespace meshdeck::change
