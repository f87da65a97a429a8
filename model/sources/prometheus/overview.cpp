#include "sources/prometheus/overview.h"

#include <algorithm>
#include <array>
#include <map>

namespace meshdeck::sources {
namespace {

using traffic::Label;
using traffic::Sample;

using Pair = std::pair<traffic::Reporter, std::array<std::uint32_t, traffic::kLabelCount>>;

Pair pairOf(const Sample& sample) {
    Pair pair{sample.reporter, sample.labels};
    for (const Label label : {Label::ResponseCode, Label::GrpcResponseStatus}) {
        pair.second[static_cast<std::size_t>(label)] = 0;
    }
    return pair;
}

bool isTotal(const Sample& sample) {
    return sample.measure == traffic::Measure::Requests && sample.label(Label::ResponseCode) == 0 &&
           sample.label(Label::GrpcResponseStatus) == 0;
}

} // namespace

void settleOverview(traffic::SampleSet& samples) {
    std::map<Pair, double> failed;
    for (const Sample& sample : samples.samples) {
        if (sample.measure == traffic::Measure::Requests && !isTotal(sample)) {
            failed[pairOf(sample)] += sample.value;
        }
    }
    for (Sample& sample : samples.samples) {
        sample.outline = true;
        const auto found = isTotal(sample) ? failed.find(pairOf(sample)) : failed.end();
        if (found != failed.end()) {
            // The two queries may be evaluated a moment apart: never below zero.
            sample.value = std::max(0.0, sample.value - found->second);
        }
    }
}

void appendOverview(const traffic::SampleSet& overview, const std::set<std::string>& namespaces,
                    traffic::SampleSet& into) {
    std::vector<std::uint32_t> ids(overview.strings.size(), 0);
    std::vector<bool> inView(overview.strings.size());
    for (std::uint32_t id = 1; id < ids.size(); ++id) {
        ids[id] = into.strings.intern(overview.strings.text(id));
        inView[id] = namespaces.contains(std::string(overview.strings.text(id)));
    }
    for (const Sample& sample : overview.samples) {
        const bool covered = inView[sample.label(Label::SourceWorkloadNamespace)] ||
                             inView[sample.label(Label::DestinationWorkloadNamespace)] ||
                             inView[sample.label(Label::DestinationServiceNamespace)];
        if (covered) {
            continue;
        }
        Sample copy = sample;
        for (std::uint32_t& label : copy.labels) {
            label = ids[label];
        }
        into.samples.push_back(copy);
    }
    into.unusable += overview.unusable;
}

} // namespace meshdeck::sources
