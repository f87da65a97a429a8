// What stands between a decoded object and the store: metadata rules, schema, the CRDs' CEL rules, istiod's webhook.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/demo/api/resources.h"
#include "app/demo/api/status.h"

namespace meshdeck::demo::api {

// 422 with every violation found, or nothing. schemaCauses are those of checkSchema.
[[nodiscard]] std::optional<Reply> validateObject(const Json& object, const Resource& resource,
                                                  const std::vector<Cause>& schemaCauses);
// istiod's validating webhook: 400 when the configuration is invalid. Runs after the schema has accepted the object.
[[nodiscard]] std::optional<Reply> askIstiod(const Json& object, const Resource& resource);

} // namespace meshdeck::demo::api
