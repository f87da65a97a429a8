// A program of somebody else that must not outlive us.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace meshdeck::demo::api {

// Ended with SIGTERM, and SIGKILL when that does not help, at destruction; by the kernel when this process dies first.
class ChildProcess {
public:
    ChildProcess() = default;
    ~ChildProcess() { stop(); }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    // Its output goes to logPath. False, with the reason in error, when the program cannot be started. Must be called
    // on a thread that lives as long as the program should: the kernel watches the thread.
    [[nodiscard]] bool start(const std::vector<std::string>& command, const std::string& logPath, std::string& error);
    void stop();
    [[nodiscard]] bool running(); // reaps it when it has ended
    [[nodiscard]] pid_t pid() const { return m_pid; }

private:
    pid_t m_pid = -1;
};

// The full path of a program on PATH, empty when there is none.
[[nodiscard]] std::string findProgram(const std::string& name);

} // namespace meshdeck::demo::api
