#include "settings.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "config/json.h"

namespace meshdeck::app {
namespace {

constexpr std::uintmax_t kMaxFile = 1U << 20U;

config::Json entry(const sources::ExecRequest& request) {
    return {{"command", request.command}, {"args", request.args}, {"env", request.envNames}, {"sha256", request.sha256}};
}

// The remembered entries; none when the file is missing, too large or no JSON array.
config::Json readList(const std::string& file) {
    std::error_code error;
    if (std::filesystem::file_size(file, error) > kMaxFile || error) {
        return config::Json::array();
    }
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    config::Json list = config::Json::parse(text.str(), nullptr, false);
    return list.is_array() ? list : config::Json::array();
}

tl::unexpected<Error> systemError(const std::string& what) {
    return fail(ErrorKind::Io, what + ": " + std::strerror(errno));
}

bool writeAll(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(fd, text.data(), text.size());
        if (count < 0 && errno != EINTR) {
            return false;
        }
        text.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0U);
    }
    return ::fsync(fd) == 0;
}

} // namespace

std::string settingsFolder() {
    if (const char* config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config == '/') {
        return std::string(config) + "/meshdeck";
    }
    const char* home = std::getenv("HOME");
    return home != nullptr && *home == '/' ? std::string(home) + "/.config/meshdeck" : std::string();
}

ExecAllowlist::ExecAllowlist(std::string file) : m_file(std::move(file)) {}

bool ExecAllowlist::allows(const sources::ExecRequest& request) const {
    const config::Json wanted = entry(request);
    for (const config::Json& one : readList(m_file)) {
        if (one == wanted) {
            return true;
        }
    }
    return false;
}

Status ExecAllowlist::allow(const sources::ExecRequest& request) const {
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(m_file).parent_path(), error);
    config::Json list = readList(m_file);
    list.push_back(entry(request));
    // A new file takes the old one's place at once: never a half-written list.
    const std::string fresh = m_file + ".new";
    const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return systemError("cannot write " + fresh);
    }
    const bool written = writeAll(fd, list.dump(1, ' ', false, config::Json::error_handler_t::replace) + "\n");
    const bool closed = ::close(fd) == 0;
    if (!written || !closed || ::rename(fresh.c_str(), m_file.c_str()) != 0) {
        const auto failure = systemError("cannot write " + m_file);
        ::unlink(fresh.c_str());
        return failure;
    }
    return {};
}

std::string describeExec(const sources::ExecRequest& request) {
    std::string line = request.command;
    for (const std::string& argument : request.args) {
        line += " " + argument;
    }
    line += " (";
    for (const std::string& name : request.envNames) {
        line += (name == request.envNames.front() ? "environment " : ", ") + name;
    }
    line += (request.envNames.empty() ? "SHA-256 " : "; SHA-256 ") + request.sha256 + ")";
    return text::safe(line, false, 2048);
}

} // namespace meshdeck::app
