#include "sources/kubernetes/object_list.h"

#include "config/json_read.h"
#include "config/resource_json.h"

namespace meshdeck::sources {
namespace {

using config::Json;

constexpr const char* kPage = "limit=500";

std::string percentEncoded(const std::string& text) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.') {
            result += c;
        } else {
            result += '%';
            result += kDigits[byte >> 4U];
            result += kDigits[byte & 15U];
        }
    }
    return result;
}

Status readAll(KubernetesClient& client, const ServedKind& kind, const std::string& ns, const std::stop_token& stop,
               std::vector<mesh::ResourcePtr>& into) {
    std::string token;
    do {
        std::string path = kind.collectionPath(ns) + "?" + kPage;
        if (!token.empty()) {
            path += "&continue=" + percentEncoded(token);
        }
        ApiRequest request;
        request.path = std::move(path);
        const auto answer = client.send(std::move(request), stop);
        if (!answer) {
            return tl::unexpected(answer.error());
        }
        auto page = kubernetes::readObjectPage(kind, answer->body);
        if (!page) {
            return tl::unexpected(page.error());
        }
        into.insert(into.end(), page->objects.begin(), page->objects.end());
        token = std::move(page->continueToken);
    } while (!token.empty());
    return {};
}

} // namespace

namespace kubernetes {

Result<ObjectPage> readObjectPage(const ServedKind& kind, const std::string& body) {
    auto list = config::parseJson(body);
    Json* items = list && list->is_object() && list->contains("items") ? &(*list)["items"] : nullptr;
    if (items == nullptr || !(items->is_array() || items->is_null())) {
        return fail(ErrorKind::Protocol, "the server sent a list that cannot be read");
    }
    ObjectPage page;
    if (const Json* metadata = config::objectMember(*list, "metadata")) {
        page.continueToken = config::textMember(*metadata, "continue");
    }
    for (Json& item : *items) {
        if (!item.is_object()) {
            continue;
        }
        item["apiVersion"] = kind.group.empty() ? kind.version : kind.group + "/" + kind.version;
        item["kind"] = kind.kind;
        if (item.contains("metadata") && item["metadata"].is_object()) {
            item["metadata"].erase("managedFields");
        }
        if (auto resource = config::readResource(item.dump(-1, ' ', false, Json::error_handler_t::replace))) {
            page.objects.push_back(std::move(*resource));
        }
    }
    return page;
}

} // namespace kubernetes

Result<std::vector<mesh::ResourcePtr>> listObjects(KubernetesClient& client, std::string_view group, std::string_view kind,
                                                   const std::vector<std::string>& namespaces, const std::stop_token& stop) {
    const auto catalog = client.catalog(stop);
    if (!catalog) {
        return tl::unexpected(catalog.error());
    }
    const ServedKind* served = (*catalog)->find(group, kind);
    if (served == nullptr) {
        return fail(ErrorKind::NotServed, "this cluster has no " + std::string(kind));
    }
    std::vector<mesh::ResourcePtr> objects;
    const std::vector<std::string> everywhere{""};
    for (const std::string& ns : served->namespaced && !namespaces.empty() ? namespaces : everywhere) {
        if (const Status read = readAll(client, *served, ns, stop, objects); !read) {
            return tl::unexpected(read.error());
        }
    }
    return objects;
}

} // namespace meshdeck::sources
