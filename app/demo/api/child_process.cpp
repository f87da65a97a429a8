#include "app/demo/api/child_process.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace meshdeck::demo::api {

namespace {

constexpr auto kPatience = std::chrono::seconds(5); // between SIGTERM and SIGKILL

// Runs in the child, where only async-signal-safe calls are allowed. errno goes to the parent through the pipe.
[[noreturn]] void become(char* const* arguments, pid_t parent, int log, int report) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (::getppid() == parent) { // else the parent died before the line above
        ::dup2(log, STDOUT_FILENO);
        ::dup2(log, STDERR_FILENO);
        ::execv(arguments[0], arguments);
    }
    const int reason = errno;
    [[maybe_unused]] const ssize_t written = ::write(report, &reason, sizeof reason);
    ::_exit(127);
}

} // namespace

bool ChildProcess::start(const std::vector<std::string>& command, const std::string& logPath, std::string& error) {
    std::vector<char*> arguments;
    for (const std::string& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    int pipe[2];
    const int log = ::open(logPath.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log < 0 || ::pipe2(pipe, O_CLOEXEC) != 0) {
        error = std::string("cannot start ") + command.front() + ": " + std::strerror(errno);
        return false;
    }
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        become(arguments.data(), parent, log, pipe[1]);
    }
    ::close(log);
    ::close(pipe[1]);
    int reason = 0;
    const bool failed = child < 0 || ::read(pipe[0], &reason, sizeof reason) > 0; // closed unread by a good exec
    ::close(pipe[0]);
    if (failed) {
        error = std::string("cannot start ") + command.front() + ": " + std::strerror(child < 0 ? errno : reason);
        if (child > 0) {
            ::waitpid(child, nullptr, 0);
        }
        return false;
    }
    m_pid = child;
    return true;
}

bool ChildProcess::running() {
    if (m_pid > 0 && ::waitpid(m_pid, nullptr, WNOHANG) == m_pid) {
        m_pid = -1;
    }
    return m_pid > 0;
}

void ChildProcess::stop() {
    if (!running()) {
        return;
    }
    ::kill(m_pid, SIGTERM);
    for (const auto until = std::chrono::steady_clock::now() + kPatience; running();) {
        if (std::chrono::steady_clock::now() > until) {
            ::kill(m_pid, SIGKILL);
            ::waitpid(m_pid, nullptr, 0);
            m_pid = -1;
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

std::string findProgram(const std::string& name) {
    const char* path = std::getenv("PATH");
    const std::string folders = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
    for (std::size_t begin = 0; begin <= folders.size();) {
        const std::size_t end = std::min(folders.find(':', begin), folders.size());
        const std::string candidate = folders.substr(begin, end - begin) + "/" + name;
        if (::access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
        begin = end + 1;
    }
    return {};
}

} // namespace meshdeck::demo::api
