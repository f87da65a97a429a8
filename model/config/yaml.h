// YAML in and out. Printing is for people and diffs: block style, keys in the object's order, strings quoted only where
// YAML would read them as something else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/json.h"

namespace meshdeck::config {

// All documents of the text, `kind: List` expanded; empty documents are skipped. InvalidArgument names line and column;
// TooLarge for more than 1,000,000 nodes in a document, 100,000 that anchors copy, or a depth over kMaxDepth.
[[nodiscard]] Result<std::vector<Json>> parseYaml(std::string_view text);
// The same as written: lists are not expanded and an empty document is null, so that an index is that of the text.
[[nodiscard]] Result<std::vector<Json>> parseYamlDocuments(std::string_view text);

[[nodiscard]] std::string toYaml(const Json& value);

// The object without what only the server cares about: managedFields, resourceVersion, uid, generation,
// creationTimestamp, selfLink, status and the last-applied annotation. For showing and diffing.
[[nodiscard]] Json withoutServerFields(Json object);

} // namespace meshdeck::config
