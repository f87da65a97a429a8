// Runs a command line in a folder of its own, without any cluster.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "cli/arguments.h"
#include "cli/commands.h"

namespace meshdeck::cli::test {

struct Ran {
    int code = 0;
    std::string out;
    std::string err;
};

class CommandTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (std::filesystem::temp_directory_path() / "meshdeck-command-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        m_folder = name;
    }
    void TearDown() override { std::filesystem::remove_all(m_folder); }

    std::string write(const std::string& name, const std::string& text) {
        const auto path = m_folder / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
        return path.string();
    }
    std::string path(const std::string& name) const { return (m_folder / name).string(); }

    // Hooks that know no cluster: as on a machine without a kubeconfig.
    static Ran run(const std::vector<std::string>& words) {
        std::ostringstream out;
        std::ostringstream err;
        Hooks hooks;
        hooks.open = [](const app::ConnectionOptions&) -> Result<std::unique_ptr<app::Connection>> {
            return fail(ErrorKind::NotFound, "there is no kubeconfig");
        };
        const int code = cli::run(words, Streams{out, err, false, false}, hooks);
        return {code, out.str(), err.str()};
    }

    std::filesystem::path m_folder;
};

constexpr const char* kShop = R"(apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: ratings, namespace: shop}
spec: {selector: {app: ratings}, ports: [{port: 80, name: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ratings, namespace: shop}
spec: {selector: {matchLabels: {app: ratings}}, template: {metadata: {labels: {app: ratings}}, spec: {containers: [{name: a}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a}]}}}
)";

} // namespace meshdeck::cli::test
