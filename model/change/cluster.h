// The cluster as a change sees it: reads and guarded writes. Implemented by sources/kubernetes; here so that the apply
// engine can be tested against any other.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/json.h"
#include "mesh/proxy.h"
#include "mesh/resource.h"

namespace meshdeck::change {

struct PatchOperation {
    enum class Op { Test, Add, Replace, Remove };
    Op op = Op::Test;
    std::string path; // RFC 6901
    config::Json value; // not used by Remove

    bool operator==(const PatchOperation&) const = default;
};
using JsonPatch = std::vector<PatchOperation>; // RFC 6902, applied in order, all or nothing

[[nodiscard]] config::Json toJson(const JsonPatch& patch);
[[nodiscard]] Result<JsonPatch> patchFromJson(const config::Json& json);

struct WriteOptions {
    bool dryRun = false;
    // fieldManager=meshdeck and fieldValidation=Strict always
};

struct WriteAnswer {
    mesh::ResourcePtr object;          // as the server would store, or stored, it; null after a delete
    std::vector<std::string> warnings; // Warning headers, texts only
};

struct Preconditions {
    std::string uid;
    std::string resourceVersion;
};

// Every call blocks until the answer, a deadline or `stop`; never call on the UI thread. Writes are sent once: an
// Error of kind Timeout or Unreachable from a write means that its outcome is unknown.
class Cluster {
public:
    virtual ~Cluster() = default;
    [[nodiscard]] virtual Result<mesh::ResourcePtr> read(const mesh::ResourceRef& ref, std::stop_token stop) = 0;
    [[nodiscard]] virtual Result<WriteAnswer> patch(const mesh::ResourceRef& ref, const JsonPatch& patch,
                                                    WriteOptions options, std::stop_token stop) = 0;
    // Creates `object` (no resourceVersion in it); Conflict when it is there already.
    [[nodiscard]] virtual Result<WriteAnswer> create(const config::Json& object, WriteOptions options,
                                                     std::stop_token stop) = 0;
    [[nodiscard]] virtual Result<WriteAnswer> remove(const mesh::ResourceRef& ref, const Preconditions& only,
                                                     WriteOptions options, std::stop_token stop) = 0;
    // SelfSubjectAccessReview; an Error only when it could not be asked.
    [[nodiscard]] virtual Result<bool> mayI(const std::string& verb, const mesh::ResourceRef& ref,
                                            std::stop_token stop) = 0;
    // Who we are to the cluster, for the journal: user name of SelfSubjectReview, or the kubeconfig's user.
    [[nodiscard]] virtual Result<std::string> whoAmI(std::stop_token stop) = 0;
};

// Fresh sync state of all visible proxies, to see a change arrive. NotServed when there is no istiod to ask.
class ProxyWatch {
public:
    virtual ~ProxyWatch() = default;
    [[nodiscard]] virtual Result<mesh::ProxyReport> proxies(std::stop_token stop) = 0;
};

} // namespace meshdeck::change
