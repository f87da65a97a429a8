#include "app/demo/api/reads.h"

#include <algorithm>

#include "app/demo/api/encoding.h"
#include "app/demo/api/json_values.h"
#include "app/demo/api/object_form.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

namespace {

// Where a page begins: at which revision, behind which "<namespace>/<name>" (or "<name>" within one namespace).
struct Continue {
    std::uint64_t version = 0;
    std::string after;
};

std::string keyOf(const Json& object, bool withNamespace) {
    const std::string ns = namespaceOf(object);
    return withNamespace && !ns.empty() ? ns + "/" + nameOf(object) : nameOf(object);
}

// The real server's own form: base64url of {"v":"meta.k8s.io/v1","rv":944,"start":"<key>\u0000"}.
std::string tokenOf(const Continue& page) {
    const Json json = {{"v", "meta.k8s.io/v1"}, {"rv", page.version}, {"start", page.after + std::string(1, '\0')}};
    return base64UrlOf(textOf(json));
}

std::optional<Continue> parseToken(const std::string& token, std::string& error) {
    const std::optional<std::string> text = base64UrlDecoded(token);
    if (!text || text->empty()) {
        error = "continue key is not valid: illegal base64 data at input byte 0";
        return std::nullopt;
    }
    const std::optional<Json> json = parseJson(*text);
    if (!json || !json->is_object()) {
        const char first = static_cast<unsigned char>(text->front()) < 0x80 ? text->front() : '?';
        error =
            std::string("continue key is not valid: invalid character '") + first + "' looking for beginning of value";
        return std::nullopt;
    }
    const Json* version = find(*json, {"rv"});
    std::string start = stringAt(*json, {"start"});
    if (stringAt(*json, {"v"}) != "meta.k8s.io/v1" || version == nullptr || !version->is_number_integer() ||
        start.empty()) {
        error = "continue key is not valid: server does not recognize this encoded version";
        return std::nullopt;
    }
    if (start.back() == '\0') {
        start.pop_back();
    }
    return Continue{version->get<std::uint64_t>(), start};
}

struct VersionQuery {
    std::optional<std::uint64_t> version; // nothing: the most recent
    bool exact = false;
};

// The rules of resourceVersion and resourceVersionMatch (facts/wire.md 3.2, 3.3); the reply of a violation otherwise.
std::optional<Reply> parseVersion(const Request& request, const Resource& resource, VersionQuery& query) {
    const std::string text = request.parameter("resourceVersion");
    const std::string match = request.parameter("resourceVersionMatch");
    const bool watch = request.flag("watch");
    const auto refused = [&](const std::string& field, const std::string& detail) {
        Resource options = resource;
        options.kind = "ListOptions";
        options.group = "meta.k8s.io";
        return invalid(options, "", {{"FieldValueForbidden", "Forbidden: " + detail, field}});
    };
    if (!text.empty() && !unsignedOf(text)) {
        return badRequest("invalid resource version: " + inQuotes(text));
    }
    if (request.flag("sendInitialEvents") && !watch) {
        return refused("sendInitialEvents", "sendInitialEvents is forbidden for list");
    }
    if (watch && request.flag("sendInitialEvents") && match != "NotOlderThan") {
        return refused("resourceVersionMatch",
                       "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    }
    if (watch && !match.empty() && !request.hasParameter("sendInitialEvents")) {
        return refused("resourceVersionMatch",
                       "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
    }
    if (!watch && !match.empty() && text.empty()) {
        return refused("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if (!watch && !match.empty() && request.hasParameter("continue")) {
        return refused("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
    }
    if (match == "Exact" && text == "0") {
        return refused("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }
    query.version = unsignedOf(text);
    query.exact = match == "Exact";
    return std::nullopt;
}

std::optional<Reply> futureVersion(const ApiContext& context, const VersionQuery& query) {
    const std::uint64_t current = context.store.version();
    if (!query.version || *query.version <= current) {
        return std::nullopt;
    }
    Reply reply = versionTooLarge(*query.version, current);
    reply.delay = context.futureVersionWait;
    return reply;
}

// 410 of a page whose revision is forgotten; its token goes on at the present revision, inconsistently.
Reply expiredPage(const Continue& page, std::uint64_t current) {
    Json status =
        failure(410, "Expired",
                "The provided continue parameter is too old to display a consistent list result. You can start "
                "a new list without the continue parameter, or use the continue token in this response to "
                "retrieve the remainder of the results. Continuing with the provided token results in an "
                "inconsistent list - objects that were created, modified, or deleted between the time the "
                "first chunk was returned and now may show up in the list.");
    status["metadata"]["continue"] = tokenOf({current, page.after});
    return replyOf(410, status);
}

// The order of the store: by namespace, then by name.
std::pair<std::string, std::string> positionOf(const std::string& key) {
    const std::size_t slash = key.find('/');
    return slash == std::string::npos ? std::pair(std::string(), key)
                                      : std::pair(key.substr(0, slash), key.substr(slash + 1));
}

// Cuts the listing to the page that was asked for.
ListMetadata paginate(std::vector<ObjectPtr>& objects, const std::optional<Continue>& page, std::size_t limit,
                      std::uint64_t version, bool withNamespace, const Selectors& selectors) {
    if (page) {
        const auto after = positionOf(page->after);
        const auto first = std::partition_point(objects.begin(), objects.end(), [&](const ObjectPtr& object) {
            return positionOf(keyOf(*object, withNamespace)) <= after;
        });
        objects.erase(objects.begin(), first);
    }
    std::erase_if(objects, [&](const ObjectPtr& object) { return !selectors.matches(*object); });
    ListMetadata metadata;
    metadata.version = version;
    if (limit > 0 && objects.size() > limit) {
        // With selectors the real server does not count what is left.
        metadata.remaining = selectors.empty() ? objects.size() - limit : 0;
        objects.resize(limit);
        metadata.continueToken = tokenOf({version, keyOf(*objects.back(), withNamespace)});
    }
    return metadata;
}

Reply listReply(const ApiContext& context, const Request& request, const RequestInfo& info, const ObjectForm& form,
                const Selectors& selectors, const VersionQuery& query) {
    std::optional<Continue> page;
    if (const std::string token = request.parameter("continue"); !token.empty()) {
        std::string error;
        page = parseToken(token, error);
        if (!page) {
            return badRequest("invalid continue token: " + error);
        }
        if (query.version.value_or(0) != 0) {
            return badRequest("specifying resource version is not allowed when using continue");
        }
    } else if (std::optional<Reply> future = futureVersion(context, query)) {
        return *future;
    }
    const std::string ns = storeNamespace(*form.resource, info);
    Listing listing = context.store.listing(*form.resource, ns);
    if (page || query.exact) {
        const std::uint64_t version = page ? page->version : *query.version;
        std::optional<Listing> old = context.store.listingAt(*form.resource, ns, version);
        if (!old) {
            return page ? expiredPage(*page, listing.version)
                        : replyOf(410, expired(version, context.store.oldestVersion(*form.resource)));
        }
        listing = std::move(*old);
    }
    const std::size_t limit = unsignedOf(request.parameter("limit")).value_or(0);
    const ListMetadata metadata =
        paginate(listing.objects, page, limit, listing.version, form.resource->namespaced && ns.empty(), selectors);
    return replyOfText(200, presentedList(listing.objects, metadata, form));
}

Reply watchReply(const Request& request, const RequestInfo& info, const ObjectForm& form, Selectors selectors,
                 const VersionQuery& query) {
    WatchRequest watch;
    watch.form = form;
    watch.ns = storeNamespace(*form.resource, info);
    watch.selectors = std::move(selectors);
    watch.bookmarks = request.flag("allowWatchBookmarks");
    watch.initialEventsEnd = request.flag("sendInitialEvents");
    // Without a revision, or from 0, a watch begins with what there is; sendInitialEvents asks for that at any
    // revision.
    if (query.version.value_or(0) != 0 && !watch.initialEventsEnd) {
        watch.since = query.version;
    }
    // The real server ends watches by itself after 30 to 60 minutes.
    watch.timeout = std::chrono::seconds(unsignedOf(request.parameter("timeoutSeconds")).value_or(1800));
    Reply reply;
    reply.watch = std::move(watch);
    return reply;
}

} // namespace

Reply readReply(const ApiContext& context, const Request& request, const RequestInfo& info, const Resource& resource) {
    if (request.method != "GET" && request.method != "HEAD") {
        return methodNotAllowed();
    }
    const AcceptedForm accepted = acceptedForm(request.header("accept"));
    if (accepted == AcceptedForm::NotAcceptable) {
        return replyOf(406, failure(406, "NotAcceptable",
                                    "only the following media types are accepted: application/json, "
                                    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"));
    }
    const ObjectForm form{&resource, info.version, accepted == AcceptedForm::Metadata};
    if (!info.name.empty() && info.verb == "get") {
        const ObjectPtr object = context.store.get(resource, storeNamespace(resource, info), info.name);
        return object ? replyOfText(200, presentedText(*object, form)) : notFound(resource, info.name);
    }
    std::string error;
    std::optional<Selectors> selectors =
        Selectors::parse(request.parameter("labelSelector"), request.parameter("fieldSelector"), error);
    if (!selectors) {
        return badRequest(error);
    }
    VersionQuery query;
    if (std::optional<Reply> refusal = parseVersion(request, resource, query)) {
        return *refusal;
    }
    return info.verb == "watch" ? watchReply(request, info, form, std::move(*selectors), query)
                                : listReply(context, request, info, form, *selectors, query);
}

} // namespace meshdeck::demo::api
