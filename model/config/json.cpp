#include "config/json.h"

#include <algorithm>
#include <vector>

#include "config/json_pointer.h"

namespace meshdeck::config {

namespace {

// Ordered objects find a key by walking them, so a huge one costs the square of its size: more than a million times
// what any Kubernetes object needs is refused.
constexpr std::size_t kMaxMembers = 20'000;

// Looks over the brackets before anything is built: neither depth nor width may cost us stack or time.
Status checkShape(std::string_view text) {
    struct Level {
        bool object = false;
        std::size_t members = 0;
    };
    std::vector<Level> levels;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                inString = false;
            }
            continue;
        }
        if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            levels.push_back({c == '{', 0});
            if (levels.size() > static_cast<std::size_t>(kMaxDepth)) {
                return fail(ErrorKind::TooLarge,
                            "the JSON is nested deeper than " + std::to_string(kMaxDepth) + " levels");
            }
        } else if ((c == '}' || c == ']') && !levels.empty()) {
            levels.pop_back();
        } else if (c == ',' && !levels.empty() && levels.back().object && ++levels.back().members >= kMaxMembers) {
            return fail(ErrorKind::TooLarge,
                        "the JSON has an object of more than " + std::to_string(kMaxMembers) + " members");
        }
    }
    return {};
}

// The parser's own words without its preamble and without the text it read, which may be a secret.
std::string reason(const std::string& what) {
    const std::size_t dash = what.find(" - ");
    if (dash == std::string::npos) {
        return "no valid JSON";
    }
    const std::size_t begin = dash + 3;
    return what.substr(begin, std::min(what.find(';', begin), what.find('\'', begin)) - begin);
}

std::string position(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t lineStart = before.rfind('\n');
    const std::size_t column = lineStart == std::string_view::npos ? before.size() + 1 : before.size() - lineStart;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

} // namespace

Result<Json> parseJson(std::string_view text) {
    if (text.size() > kMaxDocumentBytes) {
        return fail(ErrorKind::TooLarge, "the JSON has " + std::to_string(text.size() >> 20U) + " MiB, more than " +
                                             std::to_string(kMaxDocumentBytes >> 20U) + " MiB");
    }
    if (auto shape = checkShape(text); !shape) {
        return tl::unexpected(shape.error());
    }
    try {
        return Json::parse(text);
    } catch (const Json::parse_error& e) {
        return fail(ErrorKind::InvalidArgument, position(text, e.byte) + ": " + reason(e.what()));
    } catch (const Json::exception&) { // a number no double can hold
        return fail(ErrorKind::InvalidArgument, "the JSON holds a number that is too large");
    }
}

const Json* at(const Json& document, std::string_view pointer) {
    const auto tokens = pointerTokens(pointer);
    if (!tokens) {
        return nullptr;
    }
    const Json* value = &document;
    for (const std::string& token : *tokens) {
        if (value->is_object()) {
            const auto member = value->find(token);
            if (member == value->end()) {
                return nullptr;
            }
            value = &*member;
        } else if (value->is_array()) {
            const auto index = pointerIndex(token);
            if (!index || *index >= value->size()) {
                return nullptr;
            }
            value = &(*value)[*index];
        } else {
            return nullptr;
        }
    }
    return value;
}

} // namespace meshdeck::config
