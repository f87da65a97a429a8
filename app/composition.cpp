#include "composition.h"

#include <set>
#include <utility>

#include "composition_demo.h"
#include "composition_istiod.h"
#include "composition_telemetry.h"
#include "sources/kubernetes/kubernetes_cluster.h"
#include "sources/kubernetes/kubernetes_source.h"
#include "sources/kubernetes/object_list.h"

namespace meshdeck::app {
namespace {

using namespace std::chrono_literals;

session::SessionConfig sessionConfig(const ConnectionOptions& options, const std::string& context) {
    session::SessionConfig config;
    config.context = context;
    config.graph = options.graph;
    config.graph.namespaces.insert(options.namespaces.begin(), options.namespaces.end());
    config.pollIntervals = {{"istiod", Duration(10s)}, {"scrape", options.refresh}};
    if (!options.time) { // a moment of the past is asked for once
        config.pollIntervals["prometheus"] = options.refresh;
    }
    return config;
}

// Members are destroyed from the last to the first: the session stops its sources before what they use goes.
class LiveConnection final : public Connection {
public:
    LiveConnection(const ConnectionOptions& options, std::unique_ptr<PrivateDemo> demo, sources::ContextConfig context)
        : m_context(options.demo ? "demo " + *options.demo : context.name),
          m_kind(contextKind(m_context, options.demo.has_value())), m_namespaces(options.namespaces), m_demo(std::move(demo)),
          m_client(std::move(context), options.execConsent),
          m_cluster(m_client, options.readOnly || m_kind == ContextKind::Production),
          m_session(sessionConfig(options, m_context), systemClock()) {
        m_session.addSource(std::make_unique<sources::KubernetesSource>(
            m_client, sources::KubernetesSourceOptions{options.namespaces}));
        addIstiod(options);
        if (options.telemetry) {
            m_session.addSource(makeTelemetrySource(options, m_client, [this] { return pods(); }, systemClock()));
        }
    }

    ~LiveConnection() override { m_session.stop(); }

    [[nodiscard]] const std::string& context() const override { return m_context; }
    [[nodiscard]] ContextKind kind() const override { return m_kind; }
    [[nodiscard]] session::Session& session() override { return m_session; }
    [[nodiscard]] change::Cluster& cluster() override { return m_cluster; }
    [[nodiscard]] change::ProxyWatch* proxyWatch() override { return m_proxyWatch; }
    void setReadOnly(bool readOnly) override { m_cluster.setReadOnly(readOnly); }
    [[nodiscard]] Result<std::vector<mesh::ResourcePtr>> list(std::string_view group, std::string_view kind) override {
        return sources::listObjects(m_client, group, kind, m_namespaces);
    }

private:
    void addIstiod(const ConnectionOptions& options) {
        auto istiod = makeIstiodSource(options, m_client, m_forwarder, systemClock());
        m_proxyWatch = istiod.get();
        if (!options.telemetry) {
            m_idleIstiod = std::move(istiod); // answers when asked, polls nothing
        } else {
            m_session.addSource(std::move(istiod));
        }
    }

    [[nodiscard]] std::vector<mesh::Pod> pods() const {
        std::vector<mesh::Pod> all;
        const mesh::SnapshotPtr snapshot = m_session.latest();
        for (const auto& [key, pod] : snapshot->inventory->pods) {
            all.push_back(pod);
        }
        return all;
    }

    const std::string m_context;
    const ContextKind m_kind;
    const std::vector<std::string> m_namespaces;
    const std::unique_ptr<PrivateDemo> m_demo;
    sources::KubernetesClient m_client;
    sources::KubernetesCluster m_cluster;
    sources::PortForwarder m_forwarder{m_client};
    std::unique_ptr<sources::IstiodSource> m_idleIstiod;
    change::ProxyWatch* m_proxyWatch = nullptr; // the session's istiod source, or the idle one
    session::Session m_session;
};

} // namespace

Result<std::vector<mesh::ResourcePtr>> Connection::list(std::string_view, std::string_view kind) {
    return fail(ErrorKind::NotServed, "there is no " + std::string(kind) + " to list");
}

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionOptions& options) {
    std::unique_ptr<PrivateDemo> demo;
    std::optional<std::string> file = options.kubeconfig;
    if (options.demo) {
        auto started = PrivateDemo::start(*options.demo);
        if (!started) {
            return tl::unexpected(started.error());
        }
        demo = *std::move(started);
        file = demo->kubeconfig();
    }
    const auto kubeconfig = sources::loadKubeconfig(sources::kubeconfigFiles(file));
    if (!kubeconfig) {
        return tl::unexpected(kubeconfig.error());
    }
    auto context = sources::resolveContext(*kubeconfig, options.context);
    if (!context) {
        return tl::unexpected(context.error());
    }
    return std::make_unique<LiveConnection>(options, std::move(demo), *std::move(context));
}

} // namespace meshdeck::app
