// Whatever the text: no crash, no hang, and what was read is printed as text that reads back as itself.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace meshdeck::config;
    const auto documents = parseYaml(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!documents) {
        return 0;
    }
    for (const Json& document : *documents) {
        if (document.is_object() && document.contains("kind") && document["kind"] == "List") {
            continue; // a list inside a list's items was expanded, one with odd items is kept as it is
        }
        const auto back = parseYaml(toYaml(document));
        if (!back || back->size() != 1 || back->front().dump() != document.dump()) {
            std::abort();
        }
    }
    return 0;
}
