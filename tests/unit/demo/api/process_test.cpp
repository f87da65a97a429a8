// The program itself: its ready line, its end, and the real prometheus beside it.
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/demo/api/child_process.h"
#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api::test {

namespace {

// meshdeck-demo with its standard input and output in our hands.
class DemoProgram {
public:
    explicit DemoProgram(const std::vector<std::string>& arguments) {
        int in[2];
        int out[2];
        EXPECT_EQ(::pipe2(in, O_CLOEXEC) | ::pipe2(out, O_CLOEXEC), 0);
        std::vector<std::string> words = {MESHDECK_BIN "/meshdeck-demo"};
        words.insert(words.end(), arguments.begin(), arguments.end());
        std::vector<char*> pointers;
        for (std::string& word : words) {
            pointers.push_back(word.data());
        }
        pointers.push_back(nullptr);
        m_pid = ::fork();
        if (m_pid == 0) {
            ::dup2(in[0], STDIN_FILENO);
            ::dup2(out[1], STDOUT_FILENO);
            ::execv(pointers[0], pointers.data());
            ::_exit(127);
        }
        ::close(in[0]);
        ::close(out[1]);
        m_input = in[1];
        m_output = ::fdopen(out[0], "r");
    }
    ~DemoProgram() {
        closeInput();
        if (m_pid > 0) {
            ::kill(m_pid, SIGKILL);
            ::waitpid(m_pid, nullptr, 0);
        }
        std::fclose(m_output);
    }
    DemoProgram(const DemoProgram&) = delete;
    DemoProgram& operator=(const DemoProgram&) = delete;

    Json readyLine() {
        std::string line;
        for (int c = 0; (c = std::fgetc(m_output)) != EOF && c != '\n';) {
            line += static_cast<char>(c);
        }
        return parseJson(line).value_or(Json());
    }
    void closeInput() {
        if (m_input >= 0) {
            ::close(std::exchange(m_input, -1));
        }
    }
    void signal(int number) const { ::kill(m_pid, number); }
    int exitCode() {
        int status = 0;
        ::waitpid(std::exchange(m_pid, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    pid_t m_pid = -1;
    int m_input = -1;
    std::FILE* m_output = nullptr;
};

std::string readFile(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(Program_ready, writesAPrivateKubeconfigAndEndsWithItsInput) {
    DemoProgram demo({"bookinfo", "--until-eof"});
    const Json ready = demo.readyLine();
    ASSERT_TRUE(ready.is_object());
    EXPECT_EQ(ready["ready"], true);
    EXPECT_TRUE(ready["prometheus"].is_null());
    EXPECT_THAT(ready["apiServer"].get<std::string>(), testing::StartsWith("https://127.0.0.1:"));
    const std::string kubeconfig = ready["kubeconfig"];
    struct stat info {};
    ASSERT_EQ(::stat(kubeconfig.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U);
    EXPECT_THAT(readFile(kubeconfig), testing::HasSubstr(ready["apiServer"].get<std::string>()));

    demo.closeInput();
    EXPECT_EQ(demo.exitCode(), 0);
    EXPECT_FALSE(std::filesystem::exists(kubeconfig)) << "the temporary directory goes with the program";
}

TEST(Program_sigterm, endsInOrder) {
    DemoProgram demo({"bookinfo"});
    ASSERT_EQ(demo.readyLine()["ready"], true);
    demo.signal(SIGTERM);
    EXPECT_EQ(demo.exitCode(), 0);
}

TEST(Program_badArguments, is2) {
    EXPECT_EQ(DemoProgram({"--nonsense"}).exitCode(), 2);
    EXPECT_EQ(DemoProgram({"--help"}).exitCode(), 0);
}

TEST(Program_prometheus, runsAsLongAsTheMesh) {
    if (findProgram("prometheus").empty()) {
        GTEST_SKIP() << "prometheus is not installed";
    }
    DemoProgram demo({"bookinfo", "--prometheus"});
    const Json ready = demo.readyLine();
    ASSERT_TRUE(ready.is_object());
    const std::string url = ready["prometheus"];
    EXPECT_THAT(readFile(ready["kubeconfig"]), testing::HasSubstr(R"("prometheus":")" + url + "\""));
    EXPECT_EQ(std::system(("curl -sf -o /dev/null " + url + "/-/ready").c_str()), 0);
    demo.signal(SIGKILL); // no chance to clean up: the kernel ends prometheus
    EXPECT_EQ(demo.exitCode(), -1);
    EXPECT_NE(std::system(("curl -sf --max-time 5 -o /dev/null " + url + "/-/ready").c_str()), 0);
    std::filesystem::remove_all(std::filesystem::path(ready["kubeconfig"].get<std::string>()).parent_path());
}

TEST(ChildProcess_missing, saysWhy) {
    ChildProcess process;
    std::string error;
    EXPECT_FALSE(process.start({"/nonexistent/program"}, "/dev/null", error));
    EXPECT_EQ(error, "cannot start /nonexistent/program: No such file or directory");
}

} // namespace

} // namespace meshdeck::demo::api::test
