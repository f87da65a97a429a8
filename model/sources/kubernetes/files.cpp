#include "sources/kubernetes/files.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <unistd.h>

namespace meshdeck::sources::kubernetes {

Result<std::string> readFile(const std::string& path, std::size_t maxBytes) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return fail(errno == ENOENT || errno == ENOTDIR ? ErrorKind::NotFound : ErrorKind::Io, std::strerror(errno));
    }
    std::string content;
    std::array<char, 16384> chunk{};
    while (true) {
        const ssize_t count = ::read(file, chunk.data(), chunk.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        const int error = errno;
        if (count <= 0 || content.size() + static_cast<std::size_t>(count) > maxBytes) {
            ::close(file);
            if (count < 0) {
                return fail(ErrorKind::Io, std::strerror(error));
            }
            if (count > 0) {
                return fail(ErrorKind::TooLarge, "the file is too large");
            }
            return content;
        }
        content.append(chunk.data(), static_cast<std::size_t>(count));
    }
}

} // namespace meshdeck::sources::kubernetes
