#include "policy/checks/destinations.h"

namespace meshdeck::policy {
namespace {

void addRoutes(const std::vector<config::RouteDestination>& route, const std::string& rule,
               std::vector<WrittenDestination>& into) {
    for (std::size_t i = 0; i < route.size(); ++i) {
        into.push_back({&route[i].destination, rule + "/route/" + std::to_string(i) + "/destination", false});
    }
}

} // namespace

std::vector<WrittenDestination> destinationsOf(const config::VirtualService& vs) {
    std::vector<WrittenDestination> all;
    for (std::size_t i = 0; i < vs.http.size(); ++i) {
        const std::string rule = "/spec/http/" + std::to_string(i);
        addRoutes(vs.http[i].route, rule, all);
        for (std::size_t k = 0; k < vs.http[i].mirrors.size(); ++k) {
            const std::string place =
                vs.http[i].mirrorsListed ? rule + "/mirrors/" + std::to_string(k) + "/destination" : rule + "/mirror";
            all.push_back({&vs.http[i].mirrors[k].destination, place, true});
        }
    }
    for (std::size_t i = 0; i < vs.tls.size(); ++i) {
        addRoutes(vs.tls[i].route, "/spec/tls/" + std::to_string(i), all);
    }
    for (std::size_t i = 0; i < vs.tcp.size(); ++i) {
        addRoutes(vs.tcp[i].route, "/spec/tcp/" + std::to_string(i), all);
    }
    return all;
}

} // namespace meshdeck::policy
