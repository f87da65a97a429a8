#include "app/demo/api/reviews.h"

#include "app/demo/api/encoding.h"
#include "app/demo/api/json_values.h"
#include "app/demo/api/reads.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

namespace {

Json reviewHead(const RequestInfo& info, const char* kind) {
    return {{"kind", kind}, {"apiVersion", info.group + "/" + info.version}, {"metadata", Json::object()}};
}

RequestInfo infoOf(const Json& spec) {
    RequestInfo info;
    if (const Json* attributes = find(spec, {"resourceAttributes"})) {
        info.isResource = true;
        info.verb = stringAt(*attributes, {"verb"});
        info.group = stringAt(*attributes, {"group"});
        info.version = stringAt(*attributes, {"version"});
        info.resource = stringAt(*attributes, {"resource"});
        info.subresource = stringAt(*attributes, {"subresource"});
        info.ns = stringAt(*attributes, {"namespace"});
        info.name = stringAt(*attributes, {"name"});
    } else {
        info.verb = stringAt(spec, {"nonResourceAttributes", "verb"});
        info.path = stringAt(spec, {"nonResourceAttributes", "path"});
    }
    return info;
}

Reply accessReview(const ApiContext& context, const User& user, const RequestInfo& info, const Json& body) {
    const Json* spec = find(body, {"spec"});
    if (spec == nullptr ||
        (find(*spec, {"resourceAttributes"}) == nullptr) == (find(*spec, {"nonResourceAttributes"}) == nullptr)) {
        return badRequest("exactly one of nonResourceAttributes or resourceAttributes must be specified");
    }
    const RequestInfo asked = infoOf(*spec);
    const Authorizer::Decision decision = context.authorizer.decide(user, asked);
    Json review = reviewHead(info, "SelfSubjectAccessReview");
    review["spec"] = *spec;
    const bool allowed = decision.allowed && !context.faults.forbids(asked.resource);
    review["status"] = {{"allowed", allowed}};
    if (allowed && !decision.reason.empty()) {
        review["status"]["reason"] = decision.reason;
    }
    return replyOf(201, review);
}

Reply whoAmI(const ApiContext& context, const User& user, const RequestInfo& info) {
    Json review = reviewHead(info, "SelfSubjectReview");
    review["metadata"]["creationTimestamp"] = timestampOf(context.clock());
    Json& userInfo = review["status"]["userInfo"];
    userInfo = {{"username", user.name}};
    if (!user.uid.empty()) {
        userInfo["uid"] = user.uid;
    }
    userInfo["groups"] = user.groups;
    return replyOf(201, review);
}

} // namespace

std::optional<Reply> reviewReply(const ApiContext& context, const Request& request, const User& user,
                                 const RequestInfo& info) {
    const bool authorization = info.group == "authorization.k8s.io" && info.version == "v1";
    const bool access = authorization && info.resource == "selfsubjectaccessreviews";
    const bool rules = authorization && info.resource == "selfsubjectrulesreviews";
    const bool self =
        info.group == "authentication.k8s.io" && info.version == "v1" && info.resource == "selfsubjectreviews";
    if (!access && !rules && !self) {
        return std::nullopt;
    }
    if (request.method != "POST") {
        return methodNotAllowed();
    }
    const std::optional<Json> body = parseJson(request.body);
    if (!body || !body->is_object()) {
        return badRequest("couldn't get version/kind; json parse error: unexpected end of JSON input");
    }
    if (access) {
        return accessReview(context, user, info, *body);
    }
    if (self) {
        return whoAmI(context, user, info);
    }
    Json review = reviewHead(info, "SelfSubjectRulesReview");
    review["spec"] = Json::object();
    review["status"] = context.authorizer.rulesFor(user, stringAt(*body, {"spec", "namespace"}));
    return replyOf(201, review);
}

Reply tokenReply(const ApiContext& context, const Request& request, const RequestInfo& info) {
    if (request.method != "POST") {
        return methodNotAllowed();
    }
    const Resource& accounts = *findByKind("v1", "ServiceAccount");
    const ObjectPtr account = context.store.get(accounts, info.ns, info.name);
    if (!account) {
        return notFound(accounts, info.name);
    }
    const std::optional<Json> body = parseJson(request.body);
    if (!body || !body->is_object()) {
        return badRequest("couldn't get version/kind; json parse error: unexpected end of JSON input");
    }
    TokenIdentity identity{info.ns, info.name, {}};
    if (const Json* audiences = find(*body, {"spec", "audiences"}); audiences != nullptr && audiences->is_array()) {
        for (const Json& audience : *audiences) {
            if (audience.is_string()) {
                identity.audiences.push_back(audience.get<std::string>());
            }
        }
    }
    if (identity.audiences.empty()) {
        identity.audiences.emplace_back(kApiAudience);
    }
    const Json* seconds = find(*body, {"spec", "expirationSeconds"});
    const std::int64_t life = seconds != nullptr && seconds->is_number_integer() ? seconds->get<std::int64_t>() : 3600;
    if (life < 600) {
        Resource tokens = accounts;
        tokens.kind = "TokenRequest";
        tokens.group = "authentication.k8s.io";
        return invalid(tokens, "",
                       {{"FieldValueInvalid",
                         "Invalid value: " + std::to_string(life) + ": may not specify a duration less than 10 minutes",
                         "spec.expirationSeconds"}});
    }
    const TokenBook::Issued issued =
        context.tokens.issue(identity, stringAt(*account, {"metadata", "uid"}), std::chrono::seconds(life));
    const Json answer = {
        {"kind", "TokenRequest"},
        {"apiVersion", "authentication.k8s.io/v1"},
        {"metadata",
         {{"name", info.name}, {"namespace", info.ns}, {"creationTimestamp", timestampOf(context.clock())}}},
        {"spec", {{"audiences", identity.audiences}, {"expirationSeconds", life}, {"boundObjectRef", nullptr}}},
        {"status", {{"token", issued.token}, {"expirationTimestamp", timestampOf(issued.expiry)}}}};
    return replyOf(201, answer);
}

} // namespace meshdeck::demo::api
