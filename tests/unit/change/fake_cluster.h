// A cluster in memory with the manners of a real API server (facts/real-servers.md 1): versions, uids, managers, dry
// runs, guarded patches. Any call can be made to fail before it acts or to lose its answer after it has.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "../config/resource_of.h"
#include "change/cluster.h"
#include "change/plan.h"
#include "config/resource_json.h"

namespace meshdeck::change {

class FakeCluster final : public Cluster {
public:
    using Json = config::Json;

    mesh::ResourcePtr put(Json object, const std::string& manager = "kubectl") {
        const mesh::ResourceRef ref = config::resourceOf(object)->ref;
        const auto found = m_objects.find(ref);
        Json& metadata = object["metadata"];
        metadata["uid"] = found == m_objects.end() ? "uid-" + std::to_string(++m_uids)
                                                   : found->second["metadata"]["uid"].get<std::string>();
        if (found != m_objects.end()) {
            metadata["managedFields"] = found->second["metadata"].value("managedFields", Json::array());
        }
        return store(ref, std::move(object), manager);
    }
    mesh::ResourcePtr putYaml(const std::string& yaml, const std::string& manager = "kubectl") {
        return put(config::parseYaml(yaml).value().front(), manager);
    }
    // Somebody else's edit.
    void edit(const mesh::ResourceRef& ref, const std::string& pointer, const Json& value,
              const std::string& manager = "kubectl-edit") {
        Json object = m_objects.at(ref);
        object[nlohmann::json_pointer<std::string>(pointer)] = value;
        (void)store(ref, std::move(object), manager);
    }
    // An object as another FakeCluster stored it, versions and all.
    void restore(const Json& object) {
        m_objects[config::resourceOf(object)->ref] = object;
        m_versions = static_cast<unsigned>(std::stoul(object["metadata"]["resourceVersion"].get<std::string>()));
    }
    void erase(const mesh::ResourceRef& ref) { m_objects.erase(ref); }
    [[nodiscard]] const Json* find(const mesh::ResourceRef& ref) const {
        const auto found = m_objects.find(ref);
        return found == m_objects.end() ? nullptr : &found->second;
    }

    Result<mesh::ResourcePtr> read(const mesh::ResourceRef& ref, std::stop_token /*stop*/) override {
        if (auto failed = begin("read")) {
            return tl::unexpected(*failed);
        }
        const Json* object = find(ref);
        return object == nullptr ? fail(ErrorKind::NotFound, ref.display() + " is not there")
                                 : Result<mesh::ResourcePtr>(resource(*object));
    }
    Result<WriteAnswer> patch(const mesh::ResourceRef& ref, const JsonPatch& patch, WriteOptions options,
                              std::stop_token /*stop*/) override {
        return write(options, [&]() -> Result<WriteAnswer> {
            const Json* live = find(ref);
            if (live == nullptr) {
                return fail(ErrorKind::NotFound, ref.display() + " is not there");
            }
            auto after = applyPatch(*live, patch);
            if (!after) { // 422 without details
                return fail(ErrorKind::Conflict, "the server rejected our request due to an error in our request");
            }
            if ((*after)["metadata"]["resourceVersion"] != (*live)["metadata"]["resourceVersion"]) {
                return fail(ErrorKind::Conflict, "the object has been modified");
            }
            if (webhook) {
                webhook(*after);
            }
            return answer(ref, std::move(*after), options);
        });
    }
    Result<WriteAnswer> create(const Json& object, WriteOptions options, std::stop_token /*stop*/) override {
        return write(options, [&]() -> Result<WriteAnswer> {
            const mesh::ResourceRef ref = config::resourceOf(object)->ref;
            if (find(ref) != nullptr) {
                return fail(ErrorKind::Conflict, ref.display() + " already exists");
            }
            Json made = object;
            made["metadata"]["uid"] = "uid-" + std::to_string(m_uids + 1);
            m_uids += options.dryRun ? 0 : 1;
            return answer(ref, std::move(made), options);
        });
    }
    Result<WriteAnswer> remove(const mesh::ResourceRef& ref, const Preconditions& only, WriteOptions options,
                               std::stop_token /*stop*/) override {
        return write(options, [&]() -> Result<WriteAnswer> {
            const Json* live = find(ref);
            if (live == nullptr) {
                return fail(ErrorKind::NotFound, ref.display() + " is not there");
            }
            const Json& metadata = (*live)["metadata"];
            if (metadata["uid"] != only.uid || metadata["resourceVersion"] != only.resourceVersion) {
                return fail(ErrorKind::Conflict, "the preconditions do not hold");
            }
            if (!options.dryRun) {
                m_objects.erase(ref);
            }
            return WriteAnswer{};
        });
    }
    Result<bool> mayI(const std::string& verb, const mesh::ResourceRef& /*ref*/, std::stop_token /*stop*/) override {
        if (auto failed = begin("mayI")) {
            return tl::unexpected(*failed);
        }
        return !forbidden.contains(verb);
    }
    Result<std::string> whoAmI(std::stop_token /*stop*/) override {
        if (auto failed = begin("whoAmI")) {
            return tl::unexpected(*failed);
        }
        return std::string("jane");
    }

    std::set<std::string> forbidden;               // verbs
    std::function<void(Json&)> webhook;            // changes what a patch stores, dry runs included
    std::function<void(const Json&)> stored;       // runs after each change of an object
    std::function<void(const std::string&)> before; // runs before each call, with its name
    std::optional<std::size_t> failAt;             // the call of this number (from 0) ...
    ErrorKind failWith = ErrorKind::Unreachable;   // ... fails with this,
    bool failAfterActing = false;                  // a write only after it was stored
    bool failForever = false;                      // and so do all calls after it
    std::vector<std::string> calls;
    std::size_t writes = 0; // that reached the store, dry runs apart

private:
    std::optional<Error> begin(const std::string& call) {
        calls.push_back(call);
        if (before) {
            before(call);
        }
        return due() && !(failAfterActing && call == "write") ? std::optional(failure()) : std::nullopt;
    }
    [[nodiscard]] bool due() const {
        const std::size_t number = calls.size() - 1;
        return failAt && (number == *failAt || (failForever && number > *failAt));
    }
    [[nodiscard]] Error failure() const { return Error{failWith, "injected", "", ""}; }

    template <typename Act>
    Result<WriteAnswer> write(WriteOptions options, Act act) {
        if (auto failed = begin(options.dryRun ? "dryRun" : "write")) {
            return tl::unexpected(*failed);
        }
        writes += options.dryRun ? 0 : 1;
        Result<WriteAnswer> result = act();
        return due() ? tl::unexpected(failure()) : result;
    }
    Result<WriteAnswer> answer(const mesh::ResourceRef& ref, Json after, WriteOptions options) {
        if (options.dryRun) {
            return WriteAnswer{resource(after), {}};
        }
        const Json* live = find(ref);
        if (live != nullptr && *live == after) {
            return WriteAnswer{resource(after), {}};
        }
        return WriteAnswer{store(ref, std::move(after), "meshdeck"), {}};
    }
    mesh::ResourcePtr store(const mesh::ResourceRef& ref, Json object, const std::string& manager) {
        Json& metadata = object["metadata"];
        metadata["resourceVersion"] = std::to_string(++m_versions);
        Json managers = Json::array();
        for (const Json& entry : metadata.value("managedFields", Json::array())) {
            if (entry.value("manager", "") != manager) {
                managers.push_back(entry);
            }
        }
        managers.push_back({{"manager", manager},
                            {"operation", "Update"},
                            {"time", "2026-11-23T14:" + std::to_string(10 + m_versions % 50) + ":00Z"},
                            {"fieldsV1", {{"f:spec", {{"f:http", Json::object()}}}}}});
        metadata["managedFields"] = managers;
        m_objects[ref] = object;
        if (stored) {
            stored(object);
        }
        return resource(object);
    }
    static mesh::ResourcePtr resource(const Json& object) { return config::readResource(object.dump()).value(); }

    std::map<mesh::ResourceRef, Json> m_objects;
    unsigned m_versions = 100;
    unsigned m_uids = 0;
};

inline const char* const kReviewsYaml = R"(
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: reviews, namespace: bookinfo}
spec:
  hosts: [reviews]
  http:
  - timeout: 3s
    route:
    - destination: {host: reviews, subset: v1}
      weight: 90
    - destination: {host: reviews, subset: v2}
      weight: 10
)";

} // namespace meshdeck::change
