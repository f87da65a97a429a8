#include "change/words.h"

#include <algorithm>
#include <cmath>

namespace meshdeck::change {

namespace {

double valueOf(const std::optional<Percent>& share) { return share ? share->value : 0; }

std::string firstLabel(const std::string& host) { return host.substr(0, host.find('.')); }

} // namespace

std::string shareText(const std::optional<Percent>& share) {
    if (!share) {
        return "no share";
    }
    const double tenths = std::round(share->value * 10);
    const auto whole = static_cast<long>(tenths / 10);
    const auto rest = static_cast<long>(tenths) % 10;
    return std::to_string(whole) + (rest == 0 ? "" : "." + std::to_string(rest)) + " %";
}

std::string destinationName(const config::WeightedDestination& destination) {
    return destination.subset.empty() ? firstLabel(destination.host) : destination.subset;
}

std::string routeSubject(const config::WeightedRoute& route) {
    const auto& destinations = route.destinations;
    const bool oneHost = !destinations.empty() &&
                         std::all_of(destinations.begin(), destinations.end(), [&](const auto& destination) {
                             return destination.host == destinations.front().host && !destination.subset.empty();
                         });
    return oneHost ? firstLabel(destinations.front().host) : route.resource.name;
}

std::string shiftSentence(const config::WeightedRoute& route, const std::vector<std::optional<Percent>>& before,
                          const std::vector<std::optional<Percent>>& after) {
    std::vector<std::size_t> changed;
    for (std::size_t i = 0; i < route.destinations.size(); ++i) {
        if (std::abs(valueOf(before[i]) - valueOf(after[i])) > 1e-9) {
            changed.push_back(i);
        }
    }
    std::stable_sort(changed.begin(), changed.end(), [&](std::size_t a, std::size_t b) {
        return valueOf(after[a]) - valueOf(before[a]) > valueOf(after[b]) - valueOf(before[b]);
    });
    if (changed.size() == 2 && route.destinations.size() == 2) {
        changed.pop_back();
    }
    std::string sentence = routeSubject(route) + ":";
    for (const std::size_t i : changed) {
        sentence += (i == changed.front() ? " " : ", ") + destinationName(route.destinations[i]) + " " +
                    shareText(before[i]) + " \u2192 " + shareText(after[i]);
    }
    return changed.empty() ? sentence + " weights stay as they are" : sentence;
}

} // namespace meshdeck::change
