// After any sequence of edits the incremental report is that of a full run.
#include <random>

#include "unit/policy/checks/case_files.h"

namespace meshdeck::policy {
namespace {

std::vector<std::string> lines(const CheckReport& report) {
    std::vector<std::string> all;
    for (const Finding& finding : report.findings) {
        all.push_back(finding.code + " " + finding.object->ref.display() + " " + finding.pointer + " " + finding.message);
    }
    return all;
}

std::vector<ConfigObjectPtr> mesh(std::size_t index) {
    static const auto kDocument = config::parseJson(slurp(MESHDECK_TEST_DATA "/live-analysis/cases.json"));
    std::vector<ConfigObjectPtr> objects;
    addObjects("config.yaml", kDocument->at("cases").at(index).at("config"), objects);
    return objects;
}

class Incremental : public testing::TestWithParam<std::size_t> {};

} // namespace

// Objects come and go in random order: deletions, restorations, and objects of another mesh laid over.
TEST_P(Incremental, Report_equalsFullRun) {
    std::mt19937 random(static_cast<unsigned>(GetParam()) + 7);
    const std::vector<ConfigObjectPtr> own = mesh(GetParam());
    std::vector<ConfigObjectPtr> pool = own;
    const std::vector<ConfigObjectPtr> other = mesh(GetParam() + 1);
    pool.insert(pool.end(), other.begin(), other.end());
    IncrementalChecks checks(World::build(own), {});
    EXPECT_EQ(lines(checks.report()), lines(runChecks(World::build(own))));
    for (int step = 0; step < 12; ++step) {
        std::vector<ConfigEdit> edits;
        for (std::size_t n = 0; n <= random() % 2; ++n) {
            const ConfigObjectPtr& object = pool[random() % pool.size()];
            edits.push_back({object->ref, random() % 3 == 0 ? nullptr : object});
        }
        checks.apply(edits);
        ASSERT_EQ(lines(checks.report()), lines(runChecks(World::build(checks.world()->objects()))))
            << "step " << step << " after " << edits.front().ref.display();
    }
}

INSTANTIATE_TEST_SUITE_P(Meshes, Incremental, testing::Range<std::size_t>(0, 40, 3));

} // namespace meshdeck::policy
