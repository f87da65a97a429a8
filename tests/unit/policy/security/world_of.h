// A World from a piece of YAML.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "policy/world.h"

namespace meshdeck::policy::test {

inline WorldPtr worldOf(std::string_view yaml, config::MeshConfig mesh = {}) {
    auto source = std::make_shared<config::SourceText>();
    source->name = "test.yaml";
    source->text = std::string(yaml);
    auto objects = config::readConfig(source, "default");
    if (!objects) {
        ADD_FAILURE() << objects.error().what;
        return World::build({}, std::move(mesh));
    }
    return World::build(std::move(*objects), std::move(mesh));
}

} // namespace meshdeck::policy::test
