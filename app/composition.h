// Creates and connects every object of one open mesh: kubeconfig, clients, sources, session, write path. Shared by the
// window and the commands.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "change/cluster.h"
#include "session/session.h"
#include "sources/kubernetes/credentials.h"
#include "traffic/graph_builder.h"

namespace meshdeck::app {

struct ConnectionOptions {
    std::optional<std::string> demo;        // mesh of a private meshdeck-demo: "bookinfo", "boutique", "fleet:N"
    std::optional<std::string> kubeconfig;  // --kubeconfig; else $KUBECONFIG, else ~/.kube/config
    std::optional<std::string> context;     // else current-context
    std::vector<std::string> namespaces;    // -n; empty: the whole cluster
    std::optional<std::string> prometheus;  // --prometheus URL
    std::optional<std::string> istiod;      // --istiod HOST:PORT
    Duration window = std::chrono::minutes(1);
    Duration refresh = std::chrono::seconds(15); // --refresh: telemetry is asked for so often, or less where it costs more
    std::optional<ServerTime> time;         // --time: telemetry of that moment; else now
    traffic::GraphOptions graph;
    bool readOnly = false;
    bool telemetry = true; // false: only the Kubernetes API (diff, apply)
    // Agrees to run a kubeconfig's exec plugin; asked on a worker thread. Without one no plugin runs.
    std::function<bool(const sources::ExecRequest&)> execConsent;
};

// How careful to be: production contexts start read-only (design.md 4.5). By name: prod, production, prd, live as a word.
enum class ContextKind { Production, Staging, Development, Demo, Other };
[[nodiscard]] ContextKind contextKind(const std::string& context, bool demo);

// One mesh. Destruction stops everything, the private demonstration mesh included.
class Connection {
public:
    // Reads the kubeconfig and builds all parts; contacts nothing yet except to start a private demonstration mesh.
    [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options);
    virtual ~Connection() = default;

    [[nodiscard]] virtual const std::string& context() const = 0;
    [[nodiscard]] virtual ContextKind kind() const = 0;
    [[nodiscard]] virtual session::Session& session() = 0;
    [[nodiscard]] virtual change::Cluster& cluster() = 0;
    [[nodiscard]] virtual change::ProxyWatch* proxyWatch() = 0; // null without istiod
    virtual void setReadOnly(bool readOnly) = 0; // enforced in cluster(): writes answer ReadOnly
    // All objects of a kind in the connection's namespaces, complete (sources/kubernetes/object_list.h). Blocks. NotServed
    // where there is no such kind, or no server to ask.
    [[nodiscard]] virtual Result<std::vector<mesh::ResourcePtr>> list(std::string_view group, std::string_view kind);
};

} // namespace meshdeck::app
