// The cluster as the write path sees it (change/cluster.h), over one client. Thread safe.
#pragma once

#include <atomic>

#include "change/cluster.h"
#include "sources/kubernetes/kubernetes_client.h"

namespace meshdeck::sources {

// Writes are sent once, with fieldManager=meshdeck and fieldValidation=Strict. An answer that leaves the outcome open
// (no answer, a broken one, HTTP 5xx, cancelled after sending) is of kind Timeout or Unreachable.
class KubernetesCluster final : public change::Cluster {
public:
    // The client outlives it.
    explicit KubernetesCluster(KubernetesClient& client, bool readOnly = false);

    // From then on every write is refused with ReadOnly before anything is sent; dry runs go on, they store nothing.
    void setReadOnly(bool readOnly) { m_readOnly = readOnly; }
    [[nodiscard]] bool readOnly() const { return m_readOnly; }

    [[nodiscard]] Result<mesh::ResourcePtr> read(const mesh::ResourceRef& ref, std::stop_token stop) override;
    [[nodiscard]] Result<change::WriteAnswer> patch(const mesh::ResourceRef& ref, const change::JsonPatch& patch,
                                                    change::WriteOptions options, std::stop_token stop) override;
    [[nodiscard]] Result<change::WriteAnswer> create(const config::Json& object, change::WriteOptions options,
                                                     std::stop_token stop) override;
    [[nodiscard]] Result<change::WriteAnswer> remove(const mesh::ResourceRef& ref, const change::Preconditions& only,
                                                     change::WriteOptions options, std::stop_token stop) override;
    [[nodiscard]] Result<bool> mayI(const std::string& verb, const mesh::ResourceRef& ref,
                                    std::stop_token stop) override;
    [[nodiscard]] Result<std::string> whoAmI(std::stop_token stop) override;

private:
    Result<change::WriteAnswer> write(ApiRequest request, change::WriteOptions options, std::stop_token stop);
    Result<ServedKind> served(const mesh::ResourceRef& ref, const std::stop_token& stop);
    Result<std::string> objectPath(const mesh::ResourceRef& ref, const std::stop_token& stop);

    KubernetesClient& m_client;
    std::atomic<bool> m_readOnly;
};

} // namespace meshdeck::sources
