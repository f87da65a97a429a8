// The write path behind the views: plans and predicts on the UI thread (pure), runs the apply engine on its own strand.
#pragma once

#include <memory>
#include <stop_token>

#include "base/executor.h"
#include "changes/change_service.h"
#include "common/main_thread_queue.h"

namespace meshdeck::views {

class ChangeController final : public ChangeService {
    Q_OBJECT

public:
    // All outlive the controller; `proxies` may be null. The context's name goes into the journal.
    ChangeController(change::Cluster& cluster, change::ProxyWatch* proxies, change::Journal& journal, const Clock& clock,
                     std::string context, QObject* parent = nullptr);
    ~ChangeController() override;

    [[nodiscard]] std::vector<config::WeightedRoute> routes(const mesh::MeshSnapshot& snapshot, const std::string& ns,
                                                            const std::string& service) const override;
    [[nodiscard]] EditDraft draft(const change::WeightEdit& edit, const mesh::MeshSnapshot& snapshot) const override;
    void dryRun(const EditDraft& draft) override;
    void apply(bool allowOwned) override;
    void undoLast() override;
    void cancel() override;

private:
    struct Job; // what the strand works with, alive until its last job is done
    void deliver(std::function<void()> onUi);

    std::string m_context;
    std::shared_ptr<Job> m_job;
    MainThreadQueue m_ui;
    std::stop_source m_stop;
    Strand m_strand; // last: its jobs end before the rest goes
};

} // namespace meshdeck::views
