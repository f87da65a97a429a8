// A write path that answers at once from canned values: what the views' tests and pictures use.
#pragma once

#include "changes/change_service.h"

namespace meshdeck::views::sample {

class FakeChangeService final : public ChangeService {
    Q_OBJECT

public:
    using ChangeService::ChangeService;

    [[nodiscard]] std::vector<config::WeightedRoute> routes(const mesh::MeshSnapshot& snapshot, const std::string& ns,
                                                            const std::string& service) const override;
    [[nodiscard]] EditDraft draft(const change::WeightEdit& edit, const mesh::MeshSnapshot& snapshot) const override;
    void dryRun(const EditDraft& draft) override;
    void apply(bool allowOwned) override;
    void undoLast() override;
    void cancel() override {}

    DryRunReport report; // what dryRun answers
    int applies = 0;
    bool lastAllowedOwned = false;
    int undos = 0;
    int dryRuns = 0;
};

} // namespace meshdeck::views::sample
