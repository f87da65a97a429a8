#include <array>
#include <map>

#include "policy/host_name.h"
#include "policy/routing/l4_listeners.h"

namespace meshdeck::policy {

namespace {

constexpr std::uint32_t kSlots = 256 * 254; // addresses to give away
constexpr std::uint32_t kPrime = 65011;     // the largest prime below, for the second hash

std::uint32_t fnv1a(std::string_view text) {
    std::uint32_t hash = 2166136261U;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    }
    return hash;
}

bool getsAddress(const Service& service) {
    return service.name.empty() && service.addresses.empty() && !isWildcard(service.host) &&
           service.resolution != Resolution::Passthrough && service.resolution != Resolution::Alias;
}

// Its own slot, else the next one of its second hash that is free.
std::uint32_t slotFor(std::uint32_t hash, const std::map<std::uint32_t, std::size_t>& taken) {
    if (!taken.contains(hash % kSlots)) {
        return hash % kSlots;
    }
    const std::uint32_t step = kPrime - hash % kPrime;
    std::uint32_t slot = 0;
    std::uint32_t i = 1;
    do {
        slot = (hash + i++ * step) % (kSlots - 1);
    } while (taken.contains(slot) && i < kSlots);
    return slot;
}

} // namespace

std::vector<std::string> allocatedAddresses(const World& world) {
    std::vector<std::string> result(world.services().size());
    if (!world.mesh().dnsAutoAllocate) {
        return result;
    }
    std::map<std::uint32_t, std::size_t> taken; // slot -> service
    for (std::size_t i = 0; i < world.services().size(); ++i) {
        const Service& service = world.services()[i];
        if (getsAddress(service) && taken.size() < kSlots / 2) {
            taken.emplace(slotFor(fnv1a(service.ns + "/" + service.host), taken), i);
        }
    }
    std::map<std::string, std::string> known; // by namespace and host: entries of one host share the first address
    std::uint32_t skipped = 0;
    for (const auto& [slot, index] : taken) {
        std::uint32_t number = slot + 1 + skipped;
        if (number % 255 == 0) { // .0 is no address
            ++skipped;
            ++number;
        }
        const Service& service = world.services()[index];
        const std::string address =
            "240.240." + std::to_string(number / 255) + "." + std::to_string(number % 255);
        result[index] = known.emplace(service.ns + "/" + service.host, address).first->second;
    }
    return result;
}

} // namespace meshdeck::policy
