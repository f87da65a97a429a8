#include "composition_demo.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "config/json.h"

namespace meshdeck::app {
namespace {

constexpr std::size_t kMaxReadyLine = 1U << 20U;
constexpr Duration kPatience = std::chrono::seconds(3); // for an orderly end

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : m_fd(fd) {}
    Descriptor(Descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~Descriptor() { reset(); }

    void reset() {
        if (m_fd >= 0) {
            ::close(std::exchange(m_fd, -1));
        }
    }
    [[nodiscard]] int get() const { return m_fd; }

private:
    int m_fd = -1;
};

struct Pipe {
    Descriptor read;
    Descriptor write;
};

std::optional<Pipe> makePipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) { // no other child may keep ours alive
        return std::nullopt;
    }
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::string besideUs() {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::string("meshdeck-demo") : (self.parent_path() / "meshdeck-demo").string();
}

bool waitReadable(int fd, Duration limit) {
    pollfd one{fd, POLLIN, 0};
    int answer = 0;
    do {
        answer = ::poll(&one, 1, static_cast<int>(limit.count()));
    } while (answer < 0 && errno == EINTR);
    return answer > 0;
}

} // namespace

class PrivateDemo::Process {
public:
    ~Process() {
        m_input.reset();
        if (m_pid > 0 && !ended(kPatience)) {
            ::kill(m_pid, SIGTERM);
            if (!ended(kPatience)) {
                ::kill(m_pid, SIGKILL);
                (void)ended(std::chrono::minutes(1));
            }
        }
        std::error_code ignored;
        if (!m_directory.empty()) {
            std::filesystem::remove_all(m_directory, ignored);
        }
    }

    Status launch(const std::string& program, const std::string& mesh, const std::vector<std::string>& more) {
        std::string pattern = (std::filesystem::temp_directory_path() / "meshdeck-demo-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            return systemError("cannot make a folder for the demonstration mesh");
        }
        m_directory = pattern;
        kubeconfig = m_directory + "/kubeconfig";
        auto input = makePipe();
        auto output = makePipe();
        // What it complains about goes into memory, to be quoted when it does not start.
        m_complaints = Descriptor(::memfd_create("meshdeck-demo", MFD_CLOEXEC));
        if (!input || !output || m_complaints.get() < 0) {
            return systemError("cannot connect to the demonstration mesh");
        }
        std::vector<std::string> words = {program, mesh, "--kubeconfig-out", kubeconfig, "--until-eof"};
        words.insert(words.end(), more.begin(), more.end());
        std::vector<char*> arguments;
        for (std::string& word : words) {
            arguments.push_back(word.data());
        }
        arguments.push_back(nullptr);
        m_pid = ::fork();
        if (m_pid < 0) {
            return systemError("cannot start the demonstration mesh");
        }
        if (m_pid == 0) {
            // Only what is safe after a fork of a process with threads. The child ends with its standard input, which
            // the kernel closes however we end; a death signal would come with the end of this *thread* already.
            ::dup2(input->read.get(), STDIN_FILENO);
            ::dup2(output->write.get(), STDOUT_FILENO);
            ::dup2(m_complaints.get(), STDERR_FILENO);
            ::signal(SIGINT, SIG_IGN); // Ctrl+C is for us; we then close its input
            ::execv(program.c_str(), arguments.data());
            ::_exit(127);
        }
        m_input = std::move(input->write);
        m_output = std::move(output->read);
        return {};
    }

    // The first line it prints; nothing when it ends or is silent for too long.
    std::optional<std::string> readLine(Duration limit) {
        const auto until = std::chrono::steady_clock::now() + limit;
        std::string line;
        while (line.size() < kMaxReadyLine) {
            const auto left = std::chrono::duration_cast<Duration>(until - std::chrono::steady_clock::now());
            std::array<char, 4096> buffer{};
            if (left <= Duration(0) || !waitReadable(m_output.get(), left)) {
                m_timedOut = true;
                return std::nullopt;
            }
            const ssize_t count = ::read(m_output.get(), buffer.data(), buffer.size());
            if (count <= 0) {
                return std::nullopt;
            }
            line.append(buffer.data(), static_cast<std::size_t>(count));
            if (const auto end = line.find('\n'); end != std::string::npos) {
                return line.substr(0, end);
            }
        }
        return std::nullopt;
    }

    // Why it did not get ready.
    Error failure(const std::string& mesh) {
        if (m_timedOut) {
            return {ErrorKind::Timeout, "the demonstration mesh " + mesh + " did not get ready in time", {}, {}};
        }
        (void)ended(kPatience);
        std::array<char, 2048> buffer{};
        const ssize_t count = ::pread(m_complaints.get(), buffer.data(), buffer.size(), 0);
        std::string said(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0U);
        said = said.substr(0, std::min(said.find('\n'), said.find(". Hint: ")));
        if (const std::string name = "meshdeck-demo: "; said.starts_with(name)) {
            said.erase(0, name.size());
        }
        said = text::safe(said, false, 512);
        return {ErrorKind::InvalidArgument,
                "the demonstration mesh \"" + text::safe(mesh) + "\" does not start" + (said.empty() ? "" : ": " + said),
                "meshes are bookinfo, boutique and fleet:N", {}};
    }

    std::string kubeconfig;
    std::string readyLine;

private:
    static tl::unexpected<Error> systemError(const std::string& what) {
        return fail(ErrorKind::Io, what + ": " + std::strerror(errno));
    }

    bool ended(Duration limit) {
        if (m_pid <= 0) {
            return true;
        }
        const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0)));
        if (handle.get() >= 0 && !waitReadable(handle.get(), limit)) {
            return false;
        }
        (void)::waitpid(m_pid, nullptr, 0);
        m_pid = -1;
        return true;
    }

    pid_t m_pid = -1;
    Descriptor m_input;
    Descriptor m_output;
    Descriptor m_complaints;
    std::string m_directory;
    bool m_timedOut = false;
};

PrivateDemo::PrivateDemo(std::unique_ptr<Process> process) : m_process(std::move(process)) {}

PrivateDemo::~PrivateDemo() = default;

const std::string& PrivateDemo::kubeconfig() const {
    return m_process->kubeconfig;
}

const std::string& PrivateDemo::readyLine() const {
    return m_process->readyLine;
}

Result<std::unique_ptr<PrivateDemo>> PrivateDemo::start(const std::string& mesh, const std::string& program,
                                                        Duration limit, const std::vector<std::string>& more) {
    const std::string path = program.empty() ? besideUs() : program;
    if (::access(path.c_str(), X_OK) != 0) {
        return fail(ErrorKind::NotFound, "there is no meshdeck-demo at " + path, "it is built and installed with meshdeck");
    }
    auto process = std::make_unique<Process>();
    if (const Status launched = process->launch(path, mesh, more); !launched) {
        return tl::unexpected(launched.error());
    }
    const auto line = process->readLine(limit);
    const config::Json ready = config::Json::parse(line.value_or(""), nullptr, false);
    if (!line || !ready.is_object() || !ready.value("ready", false)) {
        return tl::unexpected(process->failure(mesh));
    }
    if (const auto found = ready.find("kubeconfig"); found != ready.end() && found->is_string()) {
        process->kubeconfig = found->get<std::string>();
    }
    process->readyLine = *line;
    return std::unique_ptr<PrivateDemo>(new PrivateDemo(std::move(process)));
}

} // namespace meshdeck::app
