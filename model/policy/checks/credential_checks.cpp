// Certificates of Istio Gateways: the Secret they name, what is in it, and whether two gateways share it
// (facts/semantics.md 7.4). Secrets are never read from a cluster; without any Secret in the files nothing is said.
#include <algorithm>
#include <map>
#include <memory>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "policy/checks/base64.h"
#include "policy/checks/check_lists.h"
#include "policy/checks/json_walk.h"

namespace meshdeck::policy {
namespace {

using config::Gateway;

std::string secretValue(const ConfigObject& secret, std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
        const config::Json& encoded = valueAt(*secret.json, std::string("/data/") + key);
        if (encoded.is_string()) {
            return decodeBase64(encoded.get_ref<const std::string&>()).value_or(std::string());
        }
        const config::Json& plain = valueAt(*secret.json, std::string("/stringData/") + key);
        if (plain.is_string()) {
            return plain.get<std::string>();
        }
    }
    return {};
}

using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;

// Empty: the pair is usable; otherwise what is wrong with it.
std::string problemOf(const ConfigObject& secret) {
    const std::string certificate = secretValue(secret, {"tls.crt", "cert"});
    const std::string key = secretValue(secret, {"tls.key", "key"});
    if (certificate.empty() || key.empty()) {
        return "it lacks a certificate or a key";
    }
    const BioPtr certificateText(BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size())), BIO_free);
    const BioPtr keyText(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())), BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> parsed(
        PEM_read_bio_X509(certificateText.get(), nullptr, nullptr, nullptr), X509_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> parsedKey(
        PEM_read_bio_PrivateKey(keyText.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    if (parsed == nullptr) {
        return "its certificate is no PEM certificate";
    }
    if (parsedKey == nullptr) {
        return "its key is no PEM private key";
    }
    if (X509_check_private_key(parsed.get(), parsedKey.get()) != 1) {
        return "its key does not belong to its certificate";
    }
    if (X509_cmp_current_time(X509_get0_notAfter(parsed.get())) < 0) {
        return "its certificate has expired";
    }
    return {};
}

// The Secret lies beside the gateway's pods.
ConfigObjectPtr secretOf(const CheckContext& context, const std::vector<const Workload*>& pods, const std::string& name) {
    const std::size_t slash = name.find('/');
    if (slash != std::string::npos) {
        return context.find("", "Secret", name.substr(0, slash), name.substr(slash + 1));
    }
    return pods.empty() ? nullptr : context.find("", "Secret", pods.front()->ns, name);
}

void checkCredentials(const CheckContext& context, const ConfigObjectPtr& object, const Gateway& gateway,
                      std::vector<Finding>& into) {
    if (!context.options().secretsKnown) {
        return;
    }
    const std::vector<const Workload*> pods = context.selected(nullptr, gateway.selector);
    for (std::size_t i = 0; i < gateway.servers.size(); ++i) {
        if (!gateway.servers[i].tls || gateway.servers[i].tls->credentialName.empty() || pods.empty()) {
            continue;
        }
        const std::string& name = gateway.servers[i].tls->credentialName;
        const std::string pointer = "/spec/servers/" + std::to_string(i) + "/tls/credentialName";
        const ConfigObjectPtr secret = secretOf(context, pods, name);
        if (secret == nullptr) {
            report(into, "IST0101", object, pointer,
                   "There is no Secret \"" + name + "\" in namespace \"" + pods.front()->ns + "\" of the gateway's pods");
            continue;
        }
        if (const std::string problem = problemOf(*secret); !problem.empty()) {
            report(into, "IST0161", object, pointer, "The Secret \"" + name + "\" cannot be used: " + problem);
        }
    }
}

// What identifies a server's certificate; "" when it names none.
std::string certificateOf(const config::GatewayServer& server) {
    if (!server.tls) {
        return {};
    }
    if (!server.tls->credentialName.empty()) {
        return server.tls->credentialName;
    }
    const bool files = !server.tls->serverCertificate.empty() && !server.tls->privateKey.empty();
    return files ? server.tls->serverCertificate + " with " + server.tls->privateKey : std::string();
}

// The other gateways that pods of this one serve too: those whose selector asks for all that this one's asks for.
void checkDuplicates(const CheckContext& context, const std::vector<ConfigObjectPtr>& objects,
                     std::vector<Finding>& into) {
    std::map<std::string, std::vector<ConfigObjectPtr>> users; // by certificate
    for (const ConfigObjectPtr& object : context.world().ofKind(kNetworking, "Gateway")) {
        for (const config::GatewayServer& server : config::as<Gateway>(object->typed)->servers) {
            auto& list = users[certificateOf(server)];
            if (list.empty() || list.back() != object) {
                list.push_back(object);
            }
        }
    }
    users.erase("");
    for (const auto& [certificate, gateways] : users) {
        for (const ConfigObjectPtr& object : gateways) {
            if (gateways.size() < 2 || std::find(objects.begin(), objects.end(), object) == objects.end()) {
                continue;
            }
            const mesh::Labels& selector = config::as<Gateway>(object->typed)->selector;
            for (const ConfigObjectPtr& other : gateways) {
                if (other != object && includes(config::as<Gateway>(other->typed)->selector, selector)) {
                    report(into, "IST0138", object, "/spec/servers",
                           "Its certificate \"" + certificate + "\" is also used by " + other->ref.display() +
                               "; a browser may reuse one connection for both and get 404");
                }
            }
        }
    }
}

} // namespace

std::vector<Check> credentialChecks() {
    const std::pair<std::string_view, std::string_view> gateway{kNetworking, "Gateway"};
    return {
        {"gateway.credentials", {"IST0101", "IST0161"}, CheckScope::Context, {gateway},
         {{"", "Secret"}, {"", "Pod"}, {"apps", "Deployment"}}, false, forEachTyped<Gateway>(checkCredentials)},
        {"gateway.sameCertificate", {"IST0138"}, CheckScope::Context, {gateway}, {gateway}, false, checkDuplicates},
    };
}

} // namespace meshdeck::policy
