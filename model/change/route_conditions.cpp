#include "change/route_conditions.h"

#include <algorithm>

#include "base/text.h"
#include "config/json_read.h"
#include "config/resource_json.h"

namespace meshdeck::change {

namespace {

using config::Json;

constexpr std::string_view kGroup = "gateway.networking.k8s.io";
constexpr Duration kPoll = std::chrono::milliseconds(500);

std::string shown(const std::string& text) { return text::safe(text, false, 300); }

std::string orElse(std::string value, std::string_view otherwise) {
    return value.empty() ? std::string(otherwise) : value;
}

// A parentRef with its defaults, so that a status entry is recognized whoever filled them in.
struct Parent {
    std::string group, kind, ns, name, section, port;
    bool operator==(const Parent&) const = default;

    Parent(const Json& ref, const std::string& routeNs)
        : group(config::member(ref, "group") == nullptr ? std::string(kGroup) : config::textMember(ref, "group"))
        , kind(orElse(config::textMember(ref, "kind"), "Gateway"))
        , ns(orElse(config::textMember(ref, "namespace"), routeNs))
        , name(config::textMember(ref, "name"))
        , section(config::textMember(ref, "sectionName")) {
        const auto number = config::intMember(ref, "port");
        port = number ? std::to_string(*number) : "";
    }
    [[nodiscard]] std::string display() const {
        return shown(kind + " " + ns + "/" + name + (section.empty() ? "" : ", listener " + section) +
                     (port.empty() ? "" : ", port " + port));
    }
};

struct Said {
    bool spoken = false; // of this generation, of everything that was asked for
    std::string refusal; // "" none
};

// One list of conditions: those of `wanted` of the current generation. Of others only an outright "False" would matter,
// and what that means is theirs to define.
Said read(const Json* conditions, std::int64_t generation, std::initializer_list<std::string_view> wanted) {
    Said said;
    std::size_t current = 0;
    for (const Json& condition : conditions == nullptr ? Json::array() : *conditions) {
        const std::string type = config::textMember(condition, "type");
        const bool asked = std::find(wanted.begin(), wanted.end(), type) != wanted.end();
        if (!asked || config::intMember(condition, "observedGeneration") != generation) {
            continue;
        }
        const std::string status = config::textMember(condition, "status");
        current += status == "Unknown" ? 0 : 1;
        if (status == "False" && said.refusal.empty()) {
            const std::string message = config::textMember(condition, "message");
            said.refusal = shown(type + " is false: " + config::textMember(condition, "reason") +
                                 (message.empty() ? "" : ", " + message));
        }
    }
    said.spoken = current == wanted.size();
    return said;
}

void refuse(ObjectConditions& result, const std::string& message) {
    result.state = ConditionState::Refused;
    result.message = message;
}

// `key`: "parents" of a route, "ancestors" of a policy.
void readParents(const Json& status, const char* key, std::int64_t generation,
                 const std::vector<Parent>& expected, ObjectConditions& result) {
    const bool route = std::string_view(key) == "parents";
    const Json* entries = config::listMember(status, key);
    std::vector<Parent> heard;
    for (const Json& entry : entries == nullptr ? Json::array() : *entries) {
        const Json* ref = config::objectMember(entry, route ? "parentRef" : "ancestorRef");
        if (ref == nullptr) {
            continue;
        }
        const Parent parent(*ref, result.ref.ns);
        if (route && std::find(expected.begin(), expected.end(), parent) == expected.end()) {
            continue; // of a parent that the route no longer names
        }
        const Said said = route ? read(config::listMember(entry, "conditions"), generation, {"Accepted", "ResolvedRefs"})
                                : read(config::listMember(entry, "conditions"), generation, {"Accepted"});
        if (!said.refusal.empty()) {
            return refuse(result, parent.display() + ": " + said.refusal);
        }
        if (said.spoken) {
            heard.push_back(parent);
        }
    }
    if (!route) {
        result.state = heard.empty() ? ConditionState::Waiting : ConditionState::Accepted;
        result.message = heard.empty() ? "no controller has spoken of it yet" : "";
        return;
    }
    const auto missing = std::find_if(expected.begin(), expected.end(), [&](const Parent& parent) {
        return std::find(heard.begin(), heard.end(), parent) == heard.end();
    });
    result.state = missing == expected.end() ? ConditionState::Accepted : ConditionState::Waiting;
    result.message = missing == expected.end() ? "" : "no controller has spoken of " + missing->display() + " yet";
}

std::vector<Parent> parentsOf(const Json& spec, const std::string& ns) {
    std::vector<Parent> parents;
    const Json* refs = config::listMember(spec, "parentRefs");
    for (const Json& ref : refs == nullptr ? Json::array() : *refs) {
        parents.emplace_back(ref, ns);
    }
    return parents;
}

} // namespace

std::string_view name(ConditionState state) {
    switch (state) {
    case ConditionState::Accepted: return "accepted";
    case ConditionState::Refused: return "refused";
    case ConditionState::Waiting: break;
    }
    return "waiting";
}

bool hasConditions(const mesh::ResourceRef& ref) {
    return ref.group == kGroup && (ref.kind.ends_with("Route") || ref.kind == "Gateway" || ref.kind == "BackendTLSPolicy");
}

ObjectConditions conditionsOf(const mesh::Resource& live) {
    ObjectConditions result{live.ref, ConditionState::Waiting, {}};
    const auto object = config::parse(live);
    const Json none = Json::object();
    const Json* metadata = object ? config::objectMember(*object, "metadata") : nullptr;
    const auto generation = metadata == nullptr ? std::nullopt : config::intMember(*metadata, "generation");
    if (!generation) {
        result.message = "the object has no generation";
        return result;
    }
    const Json* spec = config::objectMember(*object, "spec");
    const Json* status = config::objectMember(*object, "status");
    status = status == nullptr ? &none : status;
    if (live.ref.kind == "Gateway") {
        const Said said = read(config::listMember(*status, "conditions"), *generation, {"Accepted", "Programmed"});
        if (!said.refusal.empty()) {
            refuse(result, said.refusal);
        } else {
            result.state = said.spoken ? ConditionState::Accepted : ConditionState::Waiting;
            result.message = said.spoken ? "" : "no controller has spoken of it yet";
        }
        return result;
    }
    const bool route = live.ref.kind.ends_with("Route");
    readParents(*status, route ? "parents" : "ancestors", *generation,
                spec == nullptr ? std::vector<Parent>() : parentsOf(*spec, live.ref.ns), result);
    return result;
}

std::vector<ObjectConditions> waitForConditions(Cluster& cluster, const std::vector<mesh::ResourceRef>& refs,
                                                Duration limit, const Clock& clock, const ConditionPause& pause,
                                                const std::stop_token& stop) {
    std::vector<ObjectConditions> all;
    for (const mesh::ResourceRef& ref : refs) {
        all.push_back({ref, ConditionState::Waiting, "not asked"});
    }
    const MonotonicTime start = clock.now();
    for (;;) {
        bool waiting = false;
        for (ObjectConditions& one : all) {
            if (one.state != ConditionState::Waiting) {
                continue;
            }
            const auto live = cluster.read(one.ref, stop);
            if (live) {
                one = conditionsOf(**live);
            } else if (live.error().kind == ErrorKind::NotFound) {
                one = {one.ref, ConditionState::Refused, "it is gone"};
            } else {
                one.message = "it cannot be read: " + live.error().what;
            }
            waiting = waiting || one.state == ConditionState::Waiting;
        }
        if (!waiting || stop.stop_requested() || clock.now() - start >= limit) {
            return all;
        }
        pause(kPoll, stop);
    }
}

} // namespace meshdeck::change
