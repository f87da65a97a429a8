#include "sources/kubernetes/login_path.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <QtCore/QTemporaryDir>

namespace meshdeck::sources::kubernetes {
namespace {

using namespace std::chrono_literals;

// A shell of our own: does `first`, then what it was asked to with -c.
class LoginPathTest : public testing::Test {
protected:
    std::string shell(const std::string& first) {
        const std::string file = m_folder.filePath(QStringLiteral("shell")).toStdString();
        std::ofstream(file) << "#!/bin/sh\n" << first << "\n[ \"$1 $2 $3\" = '-l -i -c' ] && eval \"$4\"\n";
        std::filesystem::permissions(file, std::filesystem::perms::owner_all);
        return file;
    }

private:
    QTemporaryDir m_folder;
};

TEST_F(LoginPathTest, startUpFilesThatPrint_areNoPartOfThePath) {
    EXPECT_EQ(pathOfShell(shell("echo 'Welcome <b>'; PATH=/opt/cloud/bin:/usr/bin"), 20s), "/opt/cloud/bin:/usr/bin");
}

TEST_F(LoginPathTest, shellThatSaysNothing_isNoPath) {
    EXPECT_EQ(pathOfShell(shell("exit 3"), 20s), "");
    EXPECT_EQ(pathOfShell(shell("printf '<meshdeck>/half'; exit 0"), 20s), "");
}

TEST_F(LoginPathTest, shellThatHangs_isGivenUp) {
    EXPECT_EQ(pathOfShell(shell("while :; do :; done"), 50ms), "");
}

TEST_F(LoginPathTest, shellThatIsNoProgram_isNoPath) {
    EXPECT_EQ(pathOfShell("", 20s), "");
    EXPECT_EQ(pathOfShell("sh", 20s), "");
    EXPECT_EQ(pathOfShell("/nonexistent/sh", 20s), "");
}

} // namespace
} // namespace meshdeck::sources::kubernetes
