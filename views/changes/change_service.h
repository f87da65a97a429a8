// What the views need of the write path, narrow enough for a fake. ChangeController is the real one; it runs the apply
// engine on a worker. All signals arrive on the UI thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <QObject>

#include "change/apply.h"
#include "change/plan.h"
#include "change/prediction.h"
#include "config/routes.h"
#include "mesh/snapshot.h"

namespace meshdeck::views {

// One edit as the page shows it. Pure: nothing was sent anywhere.
struct EditDraft {
    change::WeightEdit edit;
    config::WeightedRoute route;
    change::Prediction prediction;
    std::size_t fields = 0; // that differ; 0: nothing to apply
    std::string baseYaml;   // as read when the edit began, without the server's own fields
    std::string mineYaml;   // as it would be stored
    change::JsonPatch patch; // as it would be sent, guards included; empty without a change
    std::optional<Error> problem;
};

struct DryRunReport {
    std::optional<bool> allowed; // to patch; nothing: could not be asked
    bool ok = false;             // the server would store it as previewed
    std::optional<Error> problem;
    std::string changedBy; // on conflict: who changed what
    std::vector<std::string> warnings;
    std::vector<change::Owner> owners;
    std::string liveYaml; // read fresh
    ServerTime at{};
};

struct ApplyDone {
    std::optional<Error> problem; // nothing was written
    std::optional<change::ApplyReport> report;
    bool undo = false;
};

class ChangeService : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    // Weighted routes to a service, from the snapshot's configuration.
    [[nodiscard]] virtual std::vector<config::WeightedRoute> routes(const mesh::MeshSnapshot& snapshot,
                                                                    const std::string& ns,
                                                                    const std::string& service) const = 0;
    [[nodiscard]] virtual EditDraft draft(const change::WeightEdit& edit, const mesh::MeshSnapshot& snapshot) const = 0;
    // Asks for permission, reads fresh, lets the server try. Answers with dryRunDone.
    virtual void dryRun(const EditDraft& draft) = 0;
    // Writes what the last successful dry run showed. Answers with progressed and applied.
    virtual void apply(bool allowOwned) = 0;
    // Takes the last applied change back, guarded like any write. Answers with applied.
    virtual void undoLast() = 0;
    virtual void cancel() = 0;

Q_SIGNALS:
    void dryRunDone(const meshdeck::views::DryRunReport& report);
    void progressed(const QString& phase, const meshdeck::change::ProxyProgress& proxies);
    void applied(const meshdeck::views::ApplyDone& done);
};

} // namespace meshdeck::views
