// Label values by their ids while a graph is built: the samples' own table plus the few constants that rules bring in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "traffic/series.h"

namespace meshdeck::traffic {

using NameId = std::uint32_t;

class Names {
public:
    explicit Names(const StringTable& table);

    [[nodiscard]] std::string_view text(NameId id) const {
        if (id < m_table.size()) {
            return m_table.text(id);
        }
        return id != unasked ? kExtra[id - m_table.size()] : std::string_view();
    }
    // A name that says something: neither absent nor "unknown".
    [[nodiscard]] bool known(NameId id) const { return id != 0 && id != unknown && id != unasked; }

    NameId unknown;
    NameId passthrough; // PassthroughCluster
    NameId blackHole;   // BlackHoleCluster
    NameId egressHost;  // istio-egressgateway.istio-system.svc.cluster.local
    NameId egressName;  // istio-egressgateway
    NameId istioSystem;
    NameId latest;
    NameId none; // "-": no response, no flags
    NameId zero; // "0"
    NameId ztunnel;
    NameId grpc;
    NameId mutualTls; // mutual_tls
    NameId unasked;   // of a label that an overview did not ask for: says neither that it is there nor that it is not

private:
    static constexpr std::string_view kExtra[] = {"unknown",
                                                  "PassthroughCluster",
                                                  "BlackHoleCluster",
                                                  "istio-egressgateway.istio-system.svc.cluster.local",
                                                  "istio-egressgateway",
                                                  "istio-system",
                                                  "latest",
                                                  "-",
                                                  "0",
                                                  "ztunnel",
                                                  "grpc",
                                                  "mutual_tls"};
    const StringTable& m_table;
};

} // namespace meshdeck::traffic
