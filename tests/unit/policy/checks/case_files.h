// Public cases as worlds.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "config/object.h"
#include "config/yaml.h"
#include "policy/checks/checks.h"
#include "policy/world.h"

namespace meshdeck::policy {

inline std::string slurp(const std::string& path) {
    std::ifstream file(path);
    EXPECT_TRUE(file.good()) << path;
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

inline void addObjects(const std::string& name, std::string text, std::vector<ConfigObjectPtr>& into) {
    auto source = std::make_shared<config::SourceText>(config::SourceText{name, std::move(text)});
    const auto objects = config::readConfig(source);
    ASSERT_TRUE(objects) << name << ": " << objects.error().what;
    into.insert(into.end(), objects->begin(), objects->end());
}

// gtest prints it; letters and digits only for the test's name.
inline std::string testName(std::string text) {
    for (char& c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
            c = '_';
        }
    }
    return text;
}

} // namespace meshdeck::policy
