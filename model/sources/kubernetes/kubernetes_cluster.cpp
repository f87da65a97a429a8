#include "sources/kubernetes/kubernetes_cluster.h"

#include "base/text.h"
#include "config/resource_json.h"
#include "sources/kubernetes/api_status.h"

namespace meshdeck::sources {
namespace {

using change::WriteAnswer;
using change::WriteOptions;
using config::Json;

constexpr Duration kWriteTimeout = std::chrono::seconds(40); // the API server itself gives up after 34 s
constexpr const char* kQuery = "?fieldManager=meshdeck&fieldValidation=Strict";

std::string dump(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string stringOf(const Json& object, const char* key) {
    const auto found = object.is_object() ? object.find(key) : object.end();
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool isName(const std::string& name) {
    return !name.empty() && name != "." && name != ".." && name.find_first_of("/%?#\\ ") == std::string::npos;
}

Error unknownOutcome(const std::string& what) {
    return {ErrorKind::Timeout, what + ", so it is not known whether the change was made",
            "the object is read again before anything else is done with it", {}};
}

// A failure of a write that was really sent: does it leave the outcome open?
Error failedWrite(Error error, int status) {
    const bool refusedByWebhook = error.what.find("webhook") != std::string::npos; // admission comes before storing
    const bool broken = error.kind == ErrorKind::Protocol || error.kind == ErrorKind::TooLarge ||
                        error.kind == ErrorKind::Cancelled;
    if ((status == 0 && broken) || (status >= 500 && !refusedByWebhook)) {
        Error open = unknownOutcome(error.kind == ErrorKind::Cancelled ? "the write was given up while it ran"
                                                                       : error.what);
        open.source = error.source;
        return open;
    }
    return error;
}

mesh::ResourceRef refOf(const Json& object) {
    const std::string apiVersion = stringOf(object, "apiVersion");
    const auto slash = apiVersion.find('/');
    const auto metadata = object.is_object() ? object.find("metadata") : object.end();
    const Json none;
    const Json& meta = metadata == object.end() ? none : *metadata;
    return {slash == std::string::npos ? std::string() : apiVersion.substr(0, slash), stringOf(object, "kind"),
            stringOf(meta, "namespace"), stringOf(meta, "name")};
}

} // namespace

KubernetesCluster::KubernetesCluster(KubernetesClient& client, bool readOnly)
    : m_client(client), m_readOnly(readOnly) {}

Result<ServedKind> KubernetesCluster::served(const mesh::ResourceRef& ref, const std::stop_token& stop) {
    const auto catalog = m_client.catalog(stop);
    if (!catalog) {
        return tl::unexpected(catalog.error());
    }
    const ServedKind* kind = (*catalog)->find(ref.group, ref.kind);
    if (kind == nullptr) {
        return fail(ErrorKind::NotServed, "this cluster has no " + text::safe(ref.kind) +
                                              (ref.group.empty() ? std::string() : " of " + text::safe(ref.group)),
                    "its custom resource definition may not be installed");
    }
    if (!isName(ref.name) || (kind->namespaced && !isName(ref.ns))) {
        return fail(ErrorKind::InvalidArgument, "\"" + text::safe(ref.display()) + "\" names no object");
    }
    return *kind;
}

Result<std::string> KubernetesCluster::objectPath(const mesh::ResourceRef& ref, const std::stop_token& stop) {
    return served(ref, stop).map([&ref](const ServedKind& kind) { return kind.objectPath(ref.ns, ref.name); });
}

Result<mesh::ResourcePtr> KubernetesCluster::read(const mesh::ResourceRef& ref, std::stop_token stop) {
    const auto path = objectPath(ref, stop);
    if (!path) {
        return tl::unexpected(path.error());
    }
    auto response = m_client.send({"GET", *path, {}, {}, std::chrono::seconds(30)}, stop);
    if (!response) {
        return tl::unexpected(response.error());
    }
    return config::readResource(std::move(response->body));
}

Result<WriteAnswer> KubernetesCluster::write(ApiRequest request, WriteOptions options, std::stop_token stop) {
    if (m_readOnly && !options.dryRun) {
        return fail(ErrorKind::ReadOnly, "context \"" + text::safe(m_client.context().name) + "\" is open read-only",
                    "allow writing for this context first");
    }
    if (stop.stop_requested()) {
        return fail(ErrorKind::Cancelled, "cancelled");
    }
    request.timeout = kWriteTimeout;
    auto response = m_client.sendRaw(std::move(request), stop);
    if (!response) {
        return tl::unexpected(options.dryRun ? response.error() : failedWrite(response.error(), 0));
    }
    if (Status good = kubernetes::check(*response); !good) {
        return tl::unexpected(options.dryRun ? good.error() : failedWrite(good.error(), response->status));
    }
    WriteAnswer answer{nullptr, kubernetes::warnings(*response)};
    if (kubernetes::parseStatus(response->body)) {
        return answer; // after a delete
    }
    auto object = config::readResource(std::move(response->body));
    if (!object) {
        return tl::unexpected(options.dryRun ? object.error() : unknownOutcome("the server's answer cannot be read"));
    }
    answer.object = std::move(*object);
    return answer;
}

Result<WriteAnswer> KubernetesCluster::patch(const mesh::ResourceRef& ref, const change::JsonPatch& patch,
                                             WriteOptions options, std::stop_token stop) {
    const auto path = objectPath(ref, stop);
    if (!path) {
        return tl::unexpected(path.error());
    }
    return write({"PATCH", *path + kQuery + (options.dryRun ? "&dryRun=All" : ""),
                  {{"Content-Type", "application/json-patch+json"}}, dump(change::toJson(patch)), kWriteTimeout},
                 options, std::move(stop));
}

Result<WriteAnswer> KubernetesCluster::create(const config::Json& object, WriteOptions options, std::stop_token stop) {
    const mesh::ResourceRef ref = refOf(object);
    const auto kind = served(ref, stop);
    if (!kind) {
        return tl::unexpected(kind.error());
    }
    return write({"POST", kind->collectionPath(ref.ns) + kQuery + (options.dryRun ? "&dryRun=All" : ""),
                  {{"Content-Type", "application/json"}}, dump(object), kWriteTimeout},
                 options, std::move(stop));
}

Result<WriteAnswer> KubernetesCluster::remove(const mesh::ResourceRef& ref, const change::Preconditions& only,
                                              WriteOptions options, std::stop_token stop) {
    const auto path = objectPath(ref, stop);
    if (!path) {
        return tl::unexpected(path.error());
    }
    Json preconditions = Json::object();
    if (!only.uid.empty()) {
        preconditions["uid"] = only.uid;
    }
    if (!only.resourceVersion.empty()) {
        preconditions["resourceVersion"] = only.resourceVersion;
    }
    Json body = {{"kind", "DeleteOptions"}, {"apiVersion", "v1"}, {"preconditions", preconditions}};
    if (options.dryRun) {
        body["dryRun"] = Json::array({"All"}); // not in the query: a server that is sent a body does not look there
    }
    auto answer = write({"DELETE", *path, {{"Content-Type", "application/json"}}, dump(body), kWriteTimeout}, options,
                        std::move(stop));
    if (answer) {
        answer->object = nullptr; // some kinds answer with the object that is no more
    }
    return answer;
}

Result<bool> KubernetesCluster::mayI(const std::string& verb, const mesh::ResourceRef& ref, std::stop_token stop) {
    const auto catalog = m_client.catalog(stop);
    if (!catalog) {
        return tl::unexpected(catalog.error());
    }
    const ServedKind* kind = (*catalog)->find(ref.group, ref.kind);
    if (kind == nullptr) {
        return false; // nobody may do anything with what is not there
    }
    Json attributes = {{"verb", verb}, {"group", ref.group}, {"version", kind->version}, {"resource", kind->plural}};
    if (!ref.ns.empty()) {
        attributes["namespace"] = ref.ns;
    }
    if (!ref.name.empty()) {
        attributes["name"] = ref.name;
    }
    const Json body = {{"apiVersion", "authorization.k8s.io/v1"},
                       {"kind", "SelfSubjectAccessReview"},
                       {"spec", {{"resourceAttributes", attributes}}}};
    auto response = m_client.send({"POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                   {{"Content-Type", "application/json"}}, dump(body), std::chrono::seconds(15)},
                                  std::move(stop));
    if (!response) {
        return tl::unexpected(response.error());
    }
    const Json review = Json::parse(response->body, nullptr, false);
    const auto status = review.is_object() ? review.find("status") : review.end();
    if (status == review.end() || !status->is_object()) {
        return fail(ErrorKind::Protocol, "the answer to an access review has no status");
    }
    const auto allowed = status->find("allowed");
    return allowed != status->end() && allowed->is_boolean() && allowed->get<bool>();
}

Result<std::string> KubernetesCluster::whoAmI(std::stop_token stop) {
    const std::string fromFile = m_client.context().userName;
    auto response = m_client.send({"POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                                   {{"Content-Type", "application/json"}},
                                   R"({"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"})",
                                   std::chrono::seconds(15)},
                                  std::move(stop));
    if (!response) {
        const ErrorKind kind = response.error().kind;
        const bool tooOld = kind == ErrorKind::NotServed || kind == ErrorKind::NotFound ||
                            kind == ErrorKind::Forbidden; // the review is served from Kubernetes 1.28
        return tooOld ? Result<std::string>(fromFile) : tl::unexpected(response.error());
    }
    const Json review = Json::parse(response->body, nullptr, false);
    const Json* user = review.is_discarded() ? nullptr : config::at(review, "/status/userInfo");
    const std::string name = user == nullptr ? std::string() : stringOf(*user, "username");
    return name.empty() ? fromFile : name;
}

} // namespace meshdeck::sources
