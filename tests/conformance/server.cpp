#include "server.h"

#include <cstdlib>

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QUuid>

#include "config/resource_json.h"

namespace meshdeck::conformance {
namespace {

// Ends with this program: its standard input closes.
class Demo {
public:
    Demo() {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QStringLiteral(MESHDECK_BIN) + QStringLiteral("/meshdeck-demo"),
                        {QStringLiteral("bookinfo"), QStringLiteral("--until-eof")});
        while (!m_process.canReadLine() && m_process.waitForReadyRead(30000)) {
        }
        const auto ready = QJsonDocument::fromJson(m_process.readLine()).object();
        m_kubeconfig = ready[QStringLiteral("kubeconfig")].toString().toStdString();
    }
    ~Demo() {
        m_process.closeWriteChannel();
        if (!m_process.waitForFinished(10000)) {
            m_process.kill();
            m_process.waitForFinished(1000);
        }
    }
    Demo(const Demo&) = delete;
    Demo& operator=(const Demo&) = delete;
    [[nodiscard]] const std::string& kubeconfig() const { return m_kubeconfig; }

private:
    QProcess m_process;
    std::string m_kubeconfig;
};

sources::ContextConfig context() {
    const auto config = sources::loadKubeconfig({kubeconfigPath(), {}, {}});
    if (!config) {
        ADD_FAILURE() << describe(config.error());
        return {};
    }
    const auto resolved = sources::resolveContext(*config, std::nullopt);
    if (!resolved) {
        ADD_FAILURE() << describe(resolved.error());
        return {};
    }
    return *resolved;
}

} // namespace

std::string kubeconfigPath() {
    const char* given = std::getenv("MESHDECK_CONFORMANCE_KUBECONFIG");
    if (given != nullptr && *given != '\0') {
        return given;
    }
    static Demo demo;
    if (demo.kubeconfig().empty()) {
        ADD_FAILURE() << "meshdeck-demo did not say where its kubeconfig is";
    }
    return demo.kubeconfig();
}

sources::ContextConfig adminContext() {
    return context();
}

sources::ContextConfig viewerContext() {
    sources::ContextConfig viewer = context();
    viewer.user.impersonate.user = "viewer";
    viewer.ns = kNamespace;
    return viewer;
}

Suite::Suite() = default;

Suite::~Suite() {
    for (const mesh::ResourceRef& one : m_created) {
        (void)cluster.remove(one, {}, {}, {});
    }
}

std::string Suite::freshName() {
    return "conformance-" + QUuid::createUuid().toString(QUuid::Id128).left(12).toStdString();
}

mesh::ResourceRef Suite::ref(const std::string& name) {
    return {"networking.istio.io", "VirtualService", kNamespace, name};
}

config::Json Suite::route(const std::string& name) {
    const auto destination = [](const char* subset, int weight) {
        return config::Json{{"destination", {{"host", "reviews"}, {"subset", subset}}}, {"weight", weight}};
    };
    const config::Json http = {{"route", config::Json::array({destination("v1", 90), destination("v2", 10)})}};
    return {{"apiVersion", "networking.istio.io/v1"},
            {"kind", "VirtualService"},
            {"metadata", {{"name", name}, {"namespace", kNamespace}}},
            {"spec", {{"hosts", config::Json::array({name + ".example.com"})},
                      {"http", config::Json::array({http})}}}};
}

mesh::ResourcePtr Suite::makeRoute() {
    const std::string name = freshName();
    auto created = cluster.create(route(name), {}, {});
    if (!created || !created->object) {
        ADD_FAILURE() << "create: " << (created ? "no object" : describe(created.error()));
        return std::make_shared<mesh::Resource>();
    }
    m_created.push_back(created->object->ref);
    return created->object;
}

change::JsonPatch Suite::weights(const mesh::Resource& seen, int from, int to) {
    using Op = change::PatchOperation::Op;
    return {{Op::Replace, "/metadata/resourceVersion", seen.resourceVersion},
            {Op::Test, "/metadata/uid", seen.uid},
            {Op::Test, "/spec/http/0/route/0/weight", from},
            {Op::Replace, "/spec/http/0/route/0/weight", to},
            {Op::Replace, "/spec/http/0/route/1/weight", 100 - to}};
}

int Suite::weight(const mesh::Resource& resource) {
    const auto object = config::parse(resource);
    const config::Json* value = object ? config::at(*object, "/spec/http/0/route/0/weight") : nullptr;
    return value != nullptr && value->is_number_integer() ? value->get<int>() : -1;
}

} // namespace meshdeck::conformance
