#include "settings.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace meshdeck::app {
namespace {

class ExecAllowlistTest : public testing::Test {
protected:
    ExecAllowlistTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "meshdeck-settings-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        file = folder / "meshdeck" / "exec-plugins.json";
    }
    ~ExecAllowlistTest() override { std::filesystem::remove_all(folder); }

    std::filesystem::path folder;
    std::filesystem::path file;
    sources::ExecRequest request{"/usr/bin/aws", {"eks", "get-token"}, {"AWS_PROFILE"}, "1f2e"};
};

TEST_F(ExecAllowlistTest, AllowedPlugin_isRememberedByOthers) {
    EXPECT_FALSE(ExecAllowlist(file).allows(request));
    ASSERT_TRUE(ExecAllowlist(file).allow(request).has_value());
    EXPECT_TRUE(ExecAllowlist(file).allows(request));
    EXPECT_EQ(std::filesystem::status(file).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(ExecAllowlistTest, AnyChange_isAskedForAgain) {
    ASSERT_TRUE(ExecAllowlist(file).allow(request).has_value());
    for (const auto& change : {+[](sources::ExecRequest& r) { r.sha256 = "ffff"; },
                               +[](sources::ExecRequest& r) { r.args.emplace_back("--evil"); },
                               +[](sources::ExecRequest& r) { r.envNames.emplace_back("LD_PRELOAD"); },
                               +[](sources::ExecRequest& r) { r.command = "/tmp/aws"; }}) {
        sources::ExecRequest changed = request;
        change(changed);
        EXPECT_FALSE(ExecAllowlist(file).allows(changed)) << describeExec(changed);
    }
}

TEST_F(ExecAllowlistTest, DamagedFile_allowsNothingAndIsReplaced) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << "{not json";
    EXPECT_FALSE(ExecAllowlist(file).allows(request));
    ASSERT_TRUE(ExecAllowlist(file).allow(request).has_value());
    EXPECT_TRUE(ExecAllowlist(file).allows(request));
}

TEST_F(ExecAllowlistTest, PlaceThatCannotBeWritten_isAnError) {
    EXPECT_EQ(ExecAllowlist("/proc/meshdeck/exec.json").allow(request).error().kind, ErrorKind::Io);
}

TEST(DescribeExec, NamesEverythingAndNoEscapes) {
    EXPECT_EQ(describeExec({"/bin/x", {"a\x1b[2J"}, {"A", "B"}, "ab"}), "/bin/x a\\x1b[2J (environment A, B; SHA-256 ab)");
}

} // namespace
} // namespace meshdeck::app
