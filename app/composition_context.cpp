#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <vector>

#include "composition.h"

namespace meshdeck::app {
namespace {

std::vector<std::string> wordsOf(const std::string& name) {
    std::vector<std::string> words(1);
    for (const char c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
            words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    return words;
}

template <std::size_t N>
bool isOneOf(const std::string& word, const std::array<std::string_view, N>& known) {
    return std::find(known.begin(), known.end(), word) != known.end();
}

} // namespace

ContextKind contextKind(const std::string& context, bool demo) {
    static constexpr std::array<std::string_view, 4> kProduction{"prod", "production", "prd", "live"};
    static constexpr std::array<std::string_view, 2> kNot{"non", "pre"};
    static constexpr std::array<std::string_view, 9> kStaging{"staging", "stage",   "stg", "preprod", "nonprod",
                                                              "uat",     "preview", "qa",  "integration"};
    static constexpr std::array<std::string_view, 12> kDevelopment{"dev",  "development", "local", "test",    "testing",  "sandbox",
                                                                   "kind", "minikube",    "k3d",   "docker", "microk8s", "playground"};
    if (demo) {
        return ContextKind::Demo;
    }
    const std::vector<std::string> words = wordsOf(context);
    ContextKind kind = ContextKind::Other;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (isOneOf(words[i], kProduction)) {
            if (i == 0 || !isOneOf(words[i - 1], kNot)) {
                return ContextKind::Production; // careful wins over everything else in the name
            }
            kind = ContextKind::Staging;
        } else if (isOneOf(words[i], kStaging)) {
            kind = ContextKind::Staging;
        } else if (isOneOf(words[i], kDevelopment) && kind == ContextKind::Other) {
            kind = ContextKind::Development;
        }
    }
    return kind;
}

} // namespace meshdeck::app
