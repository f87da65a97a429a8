// JSON Patch (RFC 6902) and JSON merge patch (RFC 7386) as the API server applies them.
#pragma once

#include <string>

#include "app/demo/contract.h"

namespace meshdeck::demo::api {

enum class PatchOutcome {
    Applied,
    Rejected, // a test failed, a path is missing, an operation is unknown: the server answers a mute 422
};

// Applies all operations in order, or none: document is only changed when the outcome is Applied. operations must be an
// array of objects. Beyond the RFC, negative array indices count from the end, and numbers compare by their text, as
// the real server's library has it. reason is for our log; the real answer does not carry it.
[[nodiscard]] PatchOutcome applyJsonPatch(Json& document, const Json& operations, std::string& reason);

// Null deletes, objects merge, everything else replaces.
void applyMergePatch(Json& document, const Json& patch);

} // namespace meshdeck::demo::api
