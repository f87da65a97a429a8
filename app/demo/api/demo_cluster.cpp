#include "app/demo/api/demo_cluster.h"

#include <algorithm>
#include <set>
#include <utility>

#include "app/demo/api/definitions.h"
#include "app/demo/api/json_values.h"
#include "app/demo/api/lifecycle.h"
#include "app/demo/api/managed_fields.h"

namespace meshdeck::demo::api {

namespace {

std::string contextName(const std::string& mesh) {
    std::string name = "demo-" + mesh;
    std::replace(name.begin(), name.end(), ':', '-'); // "fleet:100": a colon in a context name helps nobody
    return name;
}

// Whose owners anybody looks at; for the thousands of pods of a big mesh it would be most of the start's time.
bool recordsManagers(const Resource& resource) {
    return resource.custom || resource.kind == "Service" || resource.kind == "Deployment";
}

Json rootCertificateMap(const std::string& ns, const std::string& authorityPem) {
    return {
        {"kind", "ConfigMap"},
        {"apiVersion", "v1"},
        {"metadata", {{"name", "istio-ca-root-cert"}, {"namespace", ns}, {"labels", {{"istio.io/config", "true"}}}}},
        {"data", {{"root-cert.pem", authorityPem}}}};
}

} // namespace

std::unique_ptr<DemoCluster> DemoCluster::create(ClusterOptions options, std::string& error) {
    std::optional<KeyPair> authority = makeAuthority("meshdeck-demo");
    if (!authority) {
        error = "cannot make a certificate authority";
        return nullptr;
    }
    std::unique_ptr<DemoCluster> cluster(new DemoCluster(std::move(options), std::move(*authority)));
    return cluster->makeCertificates(error) ? std::move(cluster) : nullptr;
}

DemoCluster::DemoCluster(ClusterOptions options, KeyPair authority)
    : m_options(std::move(options))
    , m_authority(std::move(authority))
    , m_adminToken(randomHex(32))
    , m_viewerToken(randomHex(32))
    , m_tokens(m_options.clock)
    , m_authenticator(m_tokens)
    , m_authorizer(m_options.viewerNamespace) {
    m_authenticator.addToken(m_adminToken, {"admin", "uid1", {"system:masters", "system:authenticated"}});
    m_authenticator.addToken(m_viewerToken, {"viewer", "uid2", {"system:authenticated"}});
}

DemoCluster::~DemoCluster() {
    stop();
}

bool DemoCluster::makeCertificates(std::string& error) {
    const std::optional<KeyPair> other = m_options.wrongAuthority ? makeAuthority("somebody else") : m_authority;
    const auto server =
        other ? makeLeaf(*other, {"kube-apiserver", {}, {"localhost", "kubernetes"}, {"127.0.0.1"}, false})
              : std::nullopt;
    const auto client = makeLeaf(m_authority, {"demo-cert", {"system:masters"}, {}, {}, true});
    const auto istiod =
        makeLeaf(m_authority, {"istiod", {}, {"istiod.istio-system.svc", "localhost"}, {"127.0.0.1"}, false});
    if (!server || !client || !istiod) {
        error = "cannot make a certificate";
        return false;
    }
    m_serverCertificate = *server;
    m_client = *client;
    m_istiod = {m_authority.certPem, istiod->certPem, istiod->keyPem};
    return true;
}

std::vector<std::string> DemoCluster::seed(std::vector<Json> objects) {
    std::vector<std::string> refused;
    std::set<std::string> namespaces;
    const auto create = [&](Json object) {
        const Resource* resource = findByKind(stringAt(object, {"apiVersion"}), stringAt(object, {"kind"}));
        const std::string name = stringAt(object, {"kind"}) + " " + namespaceOf(object) + "/" + nameOf(object);
        if (resource == nullptr) {
            refused.push_back(name);
            return;
        }
        completeNew(object, *resource, m_options.clock());
        if (recordsManagers(*resource) && !object["metadata"].contains("managedFields")) {
            trackUpdate(nullptr, object, *resource,
                        {"kubectl-create", stringAt(object, {"apiVersion"}), "",
                         stringAt(object, {"metadata", "creationTimestamp"})});
            object = ordered(std::move(object), *resource);
        }
        if (resource->kind == "Namespace") {
            namespaces.insert(nameOf(object));
        }
        if (!m_store.swap(*resource, nullptr, std::move(object))) {
            refused.push_back(name);
        }
    };
    for (const Json& definition : resourceDefinitions()) {
        create(definition);
    }
    for (Json& object : objects) {
        create(std::move(object));
    }
    const std::set<std::string> found = namespaces;
    for (const std::string& ns : found) {
        create(rootCertificateMap(ns, m_authority.certPem));
    }
    m_store.forgetHistory();
    return refused;
}

bool DemoCluster::serve(PodPages* pods, std::string& error) {
    m_api = std::make_unique<ApiServer>(ApiContext{m_store, m_tokens, m_authenticator, m_authorizer, m_faults,
                                                   m_options.clock, pods, m_options.futureVersionWait, &m_backends});
    HttpsOptions https;
    https.certificate = m_serverCertificate;
    https.clientAuthority = m_authority.certPem;
    https.bookmarkInterval = m_options.bookmarkInterval;
    m_server = HttpsServer::start(
        std::move(https), [api = m_api.get()](const Request& request) { return api->handle(request); }, m_store,
        m_faults, error);
    return m_server != nullptr;
}

void DemoCluster::stop() {
    m_server.reset();
}

std::string DemoCluster::url() const {
    return m_server ? "https://127.0.0.1:" + std::to_string(m_server->port()) : std::string();
}

TokenReview DemoCluster::tokenReview() const {
    return [this](const std::string& token) { return m_tokens.review(token); };
}

KubeconfigContent DemoCluster::kubeconfig() const {
    KubeconfigContent content;
    content.context = contextName(m_options.mesh);
    content.server = url();
    content.authorityPem = m_authority.certPem;
    content.adminToken = m_adminToken;
    content.viewerToken = m_viewerToken;
    content.viewerNamespace = m_options.viewerNamespace;
    content.client = m_client;
    return content;
}

std::string viewerNamespaceOf(const std::vector<Json>& objects) {
    for (const Json& object : objects) {
        if (stringAt(object, {"kind"}) == "Deployment" && namespaceOf(object) != "istio-system") {
            return namespaceOf(object);
        }
    }
    return "default";
}

} // namespace meshdeck::demo::api
