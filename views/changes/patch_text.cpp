#include "changes/patch_text.h"

#include <algorithm>

#include "config/kinds.h"

namespace meshdeck::views {
namespace {

std::string dumped(const config::Json& json) {
    return json.dump(-1, ' ', false, config::Json::error_handler_t::replace);
}

// "virtualservices.networking.istio.io": with its group, a plural means one thing only.
std::string resourceWord(const mesh::ResourceRef& ref) {
    const config::Kind* kind = config::findKind(ref.group, ref.kind);
    std::string word(kind != nullptr ? std::string(kind->plural) : ref.kind);
    std::transform(word.begin(), word.end(), word.begin(),
                   [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
    return ref.group.empty() ? word : word + '.' + ref.group;
}

} // namespace

std::string patchText(const change::JsonPatch& patch) {
    if (patch.empty()) {
        return {};
    }
    std::string text = "[\n";
    const config::Json list = change::toJson(patch);
    for (std::size_t i = 0; i < list.size(); ++i) {
        text += "  " + dumped(list[i]) + (i + 1 < list.size() ? ",\n" : "\n");
    }
    return text + "]\n";
}

std::string shellQuoted(std::string_view text) {
    const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-_./:@%+=,").find(c) != std::string_view::npos;
    });
    if (plain) {
        return std::string(text);
    }
    std::string quoted = "'";
    for (const char c : text) {
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return quoted + "'";
}

std::string kubectlPatch(const mesh::ResourceRef& ref, const change::JsonPatch& patch, const std::string& context) {
    std::string command = "kubectl";
    command += context.empty() ? std::string() : " --context " + shellQuoted(context);
    command += ref.ns.empty() ? std::string() : " -n " + shellQuoted(ref.ns);
    command += " patch " + shellQuoted(resourceWord(ref)) + ' ' + shellQuoted(ref.name);
    command += " --type=json --field-manager=meshdeck -p " + shellQuoted(dumped(change::toJson(patch)));
    return command;
}

} // namespace meshdeck::views
