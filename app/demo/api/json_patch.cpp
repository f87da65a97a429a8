#include "app/demo/api/json_patch.h"

#include <charconv>
#include <optional>
#include <stdexcept>
#include <vector>

#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

// One failed operation ends the whole patch; it is caught in applyJsonPatch and never leaves this file.
struct Rejection {
    std::string reason;
};

using Pointer = std::vector<std::string>;

Pointer parsePointer(const std::string& text) {
    Pointer pointer;
    if (text.empty()) {
        return pointer;
    }
    if (text.front() != '/') {
        throw Rejection{"path \"" + text + "\" does not begin with a slash"};
    }
    for (std::size_t begin = 1; begin <= text.size();) {
        const std::size_t end = std::min(text.find('/', begin), text.size());
        std::string token;
        for (std::size_t i = begin; i < end; ++i) {
            const bool escape = text[i] == '~' && i + 1 < end && (text[i + 1] == '0' || text[i + 1] == '1');
            token += escape ? (text[++i] == '0' ? '~' : '/') : text[i];
        }
        pointer.push_back(std::move(token));
        begin = end + 1;
    }
    return pointer;
}

// The position an array token means; size is one past the last position that is allowed.
std::size_t indexOf(const std::string& token, std::size_t size) {
    long index = 0;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
    if (error != std::errc() || end != token.data() + token.size()) {
        throw Rejection{"\"" + token + "\" is no array index"};
    }
    if (index < 0) {
        index += static_cast<long>(size);
    }
    if (index < 0 || index >= static_cast<long>(size)) {
        throw Rejection{"array index " + token + " is out of range"};
    }
    return static_cast<std::size_t>(index);
}

Json& child(Json& parent, const std::string& token) {
    if (parent.is_array()) {
        return parent[indexOf(token, parent.size())];
    }
    const auto member = parent.is_object() ? parent.find(token) : parent.end();
    if (!parent.is_object() || member == parent.end()) {
        throw Rejection{"there is no \"" + token + "\""};
    }
    return *member;
}

Json& target(Json& document, const Pointer& pointer, std::size_t depth) {
    Json* at = &document;
    for (std::size_t i = 0; i < depth; ++i) {
        at = &child(*at, pointer[i]);
    }
    return *at;
}

Json& parentOf(Json& document, const Pointer& pointer) {
    return target(document, pointer, pointer.size() - 1);
}

void addAt(Json& document, const Pointer& pointer, Json value) {
    if (pointer.empty()) {
        document = std::move(value);
        return;
    }
    Json& parent = parentOf(document, pointer);
    const std::string& token = pointer.back();
    if (parent.is_array()) {
        const std::size_t index = token == "-" ? parent.size() : indexOf(token, parent.size() + 1);
        parent.insert(parent.begin() + static_cast<std::ptrdiff_t>(index), std::move(value));
    } else if (parent.is_object()) {
        parent[token] = std::move(value);
    } else {
        throw Rejection{"the parent of \"" + token + "\" is no container"};
    }
}

Json removeAt(Json& document, const Pointer& pointer) {
    if (pointer.empty()) {
        throw Rejection{"the whole document cannot be removed"};
    }
    Json removed = child(parentOf(document, pointer), pointer.back()); // throws when it is not there
    Json& parent = parentOf(document, pointer);
    if (parent.is_array()) {
        parent.erase(parent.begin() + static_cast<std::ptrdiff_t>(indexOf(pointer.back(), parent.size())));
    } else {
        parent.erase(pointer.back());
    }
    return removed;
}

void testAt(Json& document, const Pointer& pointer, const Json& wanted) {
    const Json* found = nullptr;
    try {
        found = &target(document, pointer, pointer.size());
    } catch (const Rejection&) {
        // A missing last member equals null for the real server; a missing parent does not.
        Json& parent = parentOf(document, pointer);
        if (!parent.is_object() || !wanted.is_null()) {
            throw;
        }
        return;
    }
    if (!sameValue(*found, wanted)) {
        throw Rejection{"a test failed"};
    }
}

std::string textMember(const Json& operation, const char* name) {
    const auto member = operation.find(name);
    if (member == operation.end() || !member->is_string()) {
        throw Rejection{std::string("an operation has no \"") + name + "\""};
    }
    return member->get<std::string>();
}

const Json& valueMember(const Json& operation) {
    const auto member = operation.find("value");
    if (member == operation.end()) {
        throw Rejection{"an operation has no \"value\""};
    }
    return *member;
}

void applyOne(Json& document, const Json& operation) {
    const std::string op = textMember(operation, "op");
    const Pointer pointer = parsePointer(textMember(operation, "path"));
    if (op == "add") {
        addAt(document, pointer, valueMember(operation));
    } else if (op == "remove") {
        removeAt(document, pointer);
    } else if (op == "replace") {
        target(document, pointer, pointer.size()) = Json(valueMember(operation));
    } else if (op == "test") {
        testAt(document, pointer, valueMember(operation));
    } else if (op == "copy") {
        const Pointer from = parsePointer(textMember(operation, "from"));
        addAt(document, pointer, Json(target(document, from, from.size())));
    } else if (op == "move") {
        const Pointer from = parsePointer(textMember(operation, "from"));
        Json moved = removeAt(document, from);
        addAt(document, pointer, std::move(moved));
    } else {
        throw Rejection{"unexpected kind: " + op};
    }
}

} // namespace

PatchOutcome applyJsonPatch(Json& document, const Json& operations, std::string& reason) {
    Json result = document;
    try {
        for (const Json& operation : operations) {
            applyOne(result, operation);
        }
    } catch (const Rejection& rejection) {
        reason = rejection.reason;
        return PatchOutcome::Rejected;
    }
    document = std::move(result);
    return PatchOutcome::Applied;
}

void applyMergePatch(Json& document, const Json& patch) {
    if (!patch.is_object()) {
        document = patch;
        return;
    }
    if (!document.is_object()) {
        document = Json::object();
    }
    for (const auto& item : patch.items()) {
        if (item.value().is_null()) {
            document.erase(item.key());
        } else {
            applyMergePatch(document[item.key()], item.value());
        }
    }
}

} // namespace meshdeck::demo::api
