// Worlds from YAML, for tests.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "policy/world.h"

namespace meshdeck::policy {

inline std::vector<ConfigObjectPtr> objectsOf(const std::string& yaml, const std::string& ns = "default") {
    auto source = std::make_shared<config::SourceText>(config::SourceText{"test.yaml", yaml});
    auto objects = config::readConfig(source, ns);
    EXPECT_TRUE(objects) << objects.error().what;
    return objects ? *objects : std::vector<ConfigObjectPtr>{};
}

inline WorldPtr worldOf(const std::string& yaml, config::MeshConfig mesh = {}) {
    return World::build(objectsOf(yaml), std::move(mesh));
}

} // namespace meshdeck::policy
