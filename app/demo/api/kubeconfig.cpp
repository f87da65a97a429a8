#include "app/demo/api/kubeconfig.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "app/demo/api/encoding.h"
#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

std::string endpointsJson(const KubeconfigContent& content) {
    Json endpoints = Json::object();
    if (!content.istiod.empty()) {
        endpoints["istiod"] = content.istiod;
        endpoints["istiodServerName"] = "istiod.istio-system.svc";
    }
    if (!content.jaeger.empty()) {
        endpoints["jaeger"] = content.jaeger;
    }
    if (!content.prometheus.empty()) {
        endpoints["prometheus"] = content.prometheus;
    }
    return textOf(endpoints);
}

std::string contextText(const std::string& name, const std::string& cluster, const std::string& user,
                        const std::string& ns) {
    return "- name: " + name + "\n  context:\n    cluster: " + cluster + "\n    user: " + user +
           "\n    namespace: " + ns + "\n";
}

} // namespace

std::string kubeconfigText(const KubeconfigContent& content) {
    // Every value is base64, hex, a URL or a name, and JSON is YAML: nothing here needs quoting.
    std::string text = "apiVersion: v1\nkind: Config\n";
    text += "current-context: " + content.context + "\n";
    text += "clusters:\n- name: " + content.context + "\n  cluster:\n    server: " + content.server +
            "\n    certificate-authority-data: " + base64Of(content.authorityPem) +
            "\n    extensions:\n    - name: meshdeck.dev/endpoints\n      extension: " + endpointsJson(content) + "\n";
    text += "users:\n- name: demo\n  user:\n    token: " + content.adminToken + "\n";
    text += "- name: demo-cert\n  user:\n    client-certificate-data: " + base64Of(content.client.certPem) +
            "\n    client-key-data: " + base64Of(content.client.keyPem) + "\n";
    text += "- name: viewer\n  user:\n    token: " + content.viewerToken + "\n";
    text += "contexts:\n";
    text += contextText(content.context, content.context, "demo", content.viewerNamespace);
    text += contextText(content.context + "-cert", content.context, "demo-cert", content.viewerNamespace);
    text += contextText(content.context + "-viewer", content.context, "viewer", content.viewerNamespace);
    return text;
}

bool writePrivateFile(const std::string& path, const std::string& text, std::string& error) {
    const std::string temporary = path + ".new";
    const auto failed = [&](const char* what) {
        error = std::string(what) + " " + temporary + ": " + std::strerror(errno);
        ::unlink(temporary.c_str());
        return false;
    };
    ::unlink(temporary.c_str());
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) {
        error = "cannot create " + temporary + ": " + std::strerror(errno);
        return false;
    }
    const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (::close(file) != 0 || !written) {
        return failed("cannot write");
    }
    return std::rename(temporary.c_str(), path.c_str()) == 0 || failed("cannot rename");
}

} // namespace meshdeck::demo::api
