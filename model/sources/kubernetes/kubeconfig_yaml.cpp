#include "sources/kubernetes/kubeconfig_yaml.h"

#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include <QtCore/QByteArray>
#include <yaml-cpp/yaml.h>

#include "base/text.h"

namespace meshdeck::sources::kubernetes {
namespace {

constexpr int kExtensionBudget = 2000; // nodes of one extension: aliases cannot make a small file large

std::string absolute(const std::string& file, const std::string& directory) {
    if (file.empty()) {
        return file;
    }
    const std::filesystem::path path(file);
    return (path.is_absolute() ? path : std::filesystem::path(directory) / path).lexically_normal().string();
}

// Throws YAML exceptions for values of a wrong type; parseKubeconfig turns them into an Error.
class Reader {
public:
    Reader(std::string directory, std::string execRefusal)
        : m_directory(std::move(directory)), m_execRefusal(std::move(execRefusal)) {}

    [[nodiscard]] Kubeconfig read(const YAML::Node& root) const {
        Kubeconfig config;
        config.currentContext = string(root, "current-context");
        each(root, "clusters", "cluster", [&](const std::string& name, const YAML::Node& node) {
            config.clusters.emplace(name, cluster(node));
        });
        each(root, "users", "user", [&](const std::string& name, const YAML::Node& node) {
            config.users.emplace(name, user(node));
        });
        each(root, "contexts", "context", [&](const std::string& name, const YAML::Node& node) {
            config.contexts.emplace(name, ContextEntry{string(node, "cluster"), string(node, "user"),
                                                       string(node, "namespace")});
        });
        return config;
    }

private:
    static std::string string(const YAML::Node& node, const char* key) {
        const YAML::Node value = node[key];
        return value && !value.IsNull() ? value.as<std::string>() : std::string();
    }
    static bool flag(const YAML::Node& node, const char* key) {
        const YAML::Node value = node[key];
        return value && !value.IsNull() && value.as<bool>();
    }
    [[nodiscard]] std::string file(const YAML::Node& node, const char* key) const {
        return absolute(string(node, key), m_directory);
    }
    static std::string data(const YAML::Node& node, const char* key) {
        const std::string text = string(node, key);
        const auto decoded = QByteArray::fromBase64Encoding(
            QByteArray::fromStdString(text).simplified().replace(' ', ""), QByteArray::AbortOnBase64DecodingErrors);
        if (decoded.decodingStatus != QByteArray::Base64DecodingStatus::Ok) {
            throw YAML::RepresentationException(node[key].Mark(), std::string(key) + " is not base64");
        }
        return decoded.decoded.toStdString();
    }

    template <typename Call>
    static void each(const YAML::Node& root, const char* list, const char* key, const Call& call) {
        for (const YAML::Node& entry : root[list]) {
            const std::string name = string(entry, "name");
            if (const YAML::Node node = entry[key]; node && node.IsMap()) {
                call(name, node);
            } else {
                call(name, YAML::Node(YAML::NodeType::Map));
            }
        }
    }

    static config::Json json(const YAML::Node& node, int& budget) {
        if (--budget < 0) {
            throw YAML::RepresentationException(node.Mark(), "an extension is too large");
        }
        if (node.IsMap()) {
            config::Json object = config::Json::object();
            for (const auto& entry : node) {
                object[entry.first.as<std::string>()] = json(entry.second, budget);
            }
            return object;
        }
        if (node.IsSequence()) {
            config::Json array = config::Json::array();
            for (const YAML::Node& entry : node) {
                array.push_back(json(entry, budget));
            }
            return array;
        }
        return node.IsScalar() ? scalar(node) : config::Json(nullptr);
    }
    static config::Json scalar(const YAML::Node& node) {
        const std::string& text = node.Scalar();
        const bool quoted = node.Tag() == "!";
        bool truth = false;
        std::int64_t number = 0;
        if (!quoted && (text == "true" || text == "false") && YAML::convert<bool>::decode(node, truth)) {
            return truth;
        }
        if (!quoted && YAML::convert<std::int64_t>::decode(node, number)) {
            return number;
        }
        return text;
    }

    [[nodiscard]] ClusterEntry cluster(const YAML::Node& node) const {
        ClusterEntry entry;
        entry.server = string(node, "server");
        while (entry.server.ends_with('/')) {
            entry.server.pop_back();
        }
        entry.tlsServerName = string(node, "tls-server-name");
        entry.insecureSkipTlsVerify = flag(node, "insecure-skip-tls-verify");
        entry.certificateAuthorityFile = file(node, "certificate-authority");
        entry.certificateAuthorityData = data(node, "certificate-authority-data");
        entry.proxyUrl = string(node, "proxy-url");
        entry.disableCompression = flag(node, "disable-compression");
        for (const YAML::Node& extension : node["extensions"]) {
            const std::string name = string(extension, "name");
            int budget = kExtensionBudget;
            if (name == "client.authentication.k8s.io/exec") {
                entry.execExtension = json(extension["extension"], budget);
            } else if (name == "meshdeck.dev/endpoints") {
                const YAML::Node endpoints = extension["extension"];
                for (const char* key : {"istiod", "istiodServerName", "prometheus", "jaeger"}) {
                    entry.endpoints[key] = string(endpoints, key);
                }
            }
        }
        return entry;
    }

    [[nodiscard]] UserEntry user(const YAML::Node& node) const {
        UserEntry entry;
        entry.token = string(node, "token");
        entry.tokenFile = file(node, "tokenFile");
        entry.clientCertificateFile = file(node, "client-certificate");
        entry.clientCertificateData = data(node, "client-certificate-data");
        entry.clientKeyFile = file(node, "client-key");
        entry.clientKeyData = data(node, "client-key-data");
        entry.username = string(node, "username");
        entry.password = string(node, "password");
        entry.impersonate.user = string(node, "as");
        entry.impersonate.uid = string(node, "as-uid");
        for (const YAML::Node& group : node["as-groups"]) {
            entry.impersonate.groups.push_back(group.as<std::string>());
        }
        for (const auto& extra : node["as-user-extra"]) {
            for (const YAML::Node& value : extra.second) {
                entry.impersonate.extra.emplace_back(extra.first.as<std::string>(), value.as<std::string>());
            }
        }
        if (const YAML::Node provider = node["auth-provider"]; provider && provider.IsMap()) {
            entry.authProvider = string(provider, "name");
        }
        if (const YAML::Node command = node["exec"]; command && command.IsMap()) {
            entry.exec = exec(command);
        }
        return entry;
    }

    [[nodiscard]] ExecConfig exec(const YAML::Node& node) const {
        ExecConfig config;
        config.apiVersion = string(node, "apiVersion");
        config.command = string(node, "command");
        if (config.command.find('/') != std::string::npos) {
            config.command = absolute(config.command, m_directory);
        }
        for (const YAML::Node& argument : node["args"]) {
            config.args.push_back(argument.as<std::string>());
        }
        for (const YAML::Node& variable : node["env"]) {
            config.env.emplace_back(string(variable, "name"), string(variable, "value"));
        }
        config.installHint = string(node, "installHint");
        config.provideClusterInfo = flag(node, "provideClusterInfo");
        config.interactiveMode = string(node, "interactiveMode");
        config.refused = m_execRefusal;
        return config;
    }

    std::string m_directory;
    std::string m_execRefusal;
};

Error yamlError(const YAML::Exception& error, const std::string& path) {
    const std::string where = error.mark.is_null() ? std::string()
                                                   : ", line " + std::to_string(error.mark.line + 1) + ", column " +
                                                         std::to_string(error.mark.column + 1);
    return {ErrorKind::InvalidArgument,
            "the kubeconfig " + text::safe(path) + where + " cannot be read: " + text::safe(error.msg),
            "correct the file, or choose another with --kubeconfig", {}};
}

} // namespace

Result<Kubeconfig> parseKubeconfig(const std::string& text, const std::string& path) {
    try {
        const YAML::Node root = YAML::Load(text);
        if (root.IsNull()) {
            return Kubeconfig{};
        }
        if (!root.IsMap()) {
            return fail(ErrorKind::InvalidArgument, "the file " + text::safe(path) + " is no kubeconfig",
                        "choose another with --kubeconfig");
        }
        return Reader(std::filesystem::path(path).parent_path().string(), untrustedFile(path)).read(root);
    } catch (const YAML::Exception& error) {
        return tl::unexpected(yamlError(error, path));
    } catch (const std::exception& error) {
        return fail(ErrorKind::InvalidArgument,
                    "the kubeconfig " + text::safe(path) + " cannot be read: " + text::safe(error.what()));
    }
}

std::string untrustedFile(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
        return {};
    }
    if ((info.st_mode & S_IWOTH) != 0) {
        return "the kubeconfig " + text::safe(path) + " can be written by everybody, so its exec command is not run";
    }
    if (info.st_uid != ::geteuid() && info.st_uid != 0) {
        return "the kubeconfig " + text::safe(path) + " belongs to another user, so its exec command is not run";
    }
    return {};
}

} // namespace meshdeck::sources::kubernetes
