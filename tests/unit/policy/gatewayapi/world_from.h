// Worlds from YAML, and names of data-driven tests.
#pragma once

#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "policy/world.h"

namespace meshdeck::policy::test {

inline WorldPtr worldFrom(std::string yaml, config::MeshConfig mesh = {}) {
    auto source = std::make_shared<config::SourceText>();
    source->name = "test.yaml";
    source->text = std::move(yaml);
    auto objects = config::readConfig(source, "default");
    if (!objects) {
        ADD_FAILURE() << objects.error().what;
        return World::build({}, std::move(mesh));
    }
    return World::build(std::move(*objects), std::move(mesh));
}

inline std::string dataFile(const std::string& path) {
    std::ifstream file(std::string(MESHDECK_TEST_DATA "/") + path);
    EXPECT_TRUE(file.good()) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

// Letters, digits and single underscores; the index keeps equal names apart.
inline std::string testName(const std::string& text, std::size_t index) {
    std::string name = "n" + std::to_string(index) + "_";
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (plain || name.back() != '_') {
            name += plain ? c : '_';
        }
    }
    return name;
}

} // namespace meshdeck::policy::test
