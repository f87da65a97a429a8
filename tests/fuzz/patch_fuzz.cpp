// Two documents, or a document and a patch: differences lead from one to the other and back, patches never crash.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "change/json_patch.h"
#include "change/plan.h"
#include "config/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace meshdeck;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t cut = text.find('\n');
    if (cut == std::string_view::npos) {
        return 0;
    }
    const auto from = config::parseJson(text.substr(0, cut));
    const auto to = config::parseJson(text.substr(cut + 1));
    if (!from || !to) {
        return 0;
    }
    const auto there = change::applyPatch(*from, change::differences(*from, *to));
    const auto back = change::applyPatch(*to, change::differences(*to, *from));
    if (!there || !back || !change::sameJson(*there, *to) || !change::sameJson(*back, *from)) {
        std::abort();
    }
    if (const auto patch = change::patchFromJson(*to)) {
        (void)change::applyPatch(*from, *patch);
    }
    return 0;
}
