#include "change/journal_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace meshdeck::change {

namespace {

constexpr std::size_t kHeader = 8; // length and checksum, 32 bits each, little endian
constexpr std::size_t kMaxFile = 256U << 20U;
constexpr mode_t kOwnerOnly = 0600;

std::array<std::uint32_t, 256> makeTable() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value >> 1U) ^ ((value & 1U) != 0 ? 0x82F63B78U : 0U);
        }
        table.at(i) = value;
    }
    return table;
}

void appendNumber(std::string& out, std::uint32_t value) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
        out += static_cast<char>((value >> shift) & 0xFFU);
    }
}

std::uint32_t numberAt(std::string_view bytes, std::size_t offset) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[offset + i])) << (8 * i);
    }
    return value;
}

std::string frame(std::string_view payload) {
    std::string record;
    record.reserve(kHeader + payload.size());
    appendNumber(record, static_cast<std::uint32_t>(payload.size()));
    appendNumber(record, crc32c(payload));
    record += payload;
    return record;
}

tl::unexpected<Error> ioError(const std::string& doing, int number) {
    const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
    return fail(ErrorKind::Io, "cannot " + doing + " the journal: " + std::strerror(number),
                full ? "free some disk space: without a durable journal nothing is applied" : "", "journal");
}

Status writeAll(int fd, std::string_view bytes, const FileCalls& calls) {
    while (!bytes.empty()) {
        const ssize_t written = calls.write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return ioError("write", written == 0 ? ENOSPC : errno);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Status writeAndSync(int fd, std::string_view payload, const FileCalls& calls) {
    if (auto written = writeAll(fd, frame(payload), calls); !written) {
        return written;
    }
    if (calls.sync(fd) != 0) {
        return ioError("sync", errno);
    }
    return {};
}

Result<std::string> readAll(int fd) {
    struct stat info {};
    if (fstat(fd, &info) != 0) {
        return ioError("read", errno);
    }
    if (!S_ISREG(info.st_mode)) {
        return fail(ErrorKind::Io, "the journal holds something that is no file", {}, "journal");
    }
    if (static_cast<std::size_t>(info.st_size) > kMaxFile) {
        return fail(ErrorKind::TooLarge, "a journal file is larger than 256 MiB", {}, "journal");
    }
    std::string bytes(static_cast<std::size_t>(info.st_size), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = pread(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return ioError("read", errno);
        }
        if (got == 0) {
            break;
        }
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

} // namespace

FileCalls systemCalls() { return {&::write, &::fsync}; }

std::uint32_t crc32c(std::string_view data) {
    static const auto table = makeTable();
    std::uint32_t crc = 0xFFFFFFFFU;
    for (const char c : data) {
        crc = table.at((crc ^ static_cast<unsigned char>(c)) & 0xFFU) ^ (crc >> 8U);
    }
    return crc ^ 0xFFFFFFFFU;
}

Descriptor::~Descriptor() {
    if (m_fd >= 0) {
        ::close(m_fd);
    }
}

Descriptor::Descriptor(Descriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(m_fd, other.m_fd);
    return *this;
}

Records parseRecords(std::string_view bytes) {
    Records records;
    std::size_t offset = 0;
    while (bytes.size() - offset >= kHeader) {
        const std::size_t length = numberAt(bytes, offset);
        if (length > bytes.size() - offset - kHeader) {
            break;
        }
        const std::string_view payload = bytes.substr(offset + kHeader, length);
        if (crc32c(payload) != numberAt(bytes, offset + 4)) {
            break;
        }
        offset += kHeader + length;
        records.payloads.emplace_back(payload);
        records.wholeBytes = offset;
    }
    return records;
}

Result<Records> readRecords(int folder, const std::string& name) {
    const Descriptor file(openat(folder, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file.valid()) {
        return errno == ENOENT ? fail(ErrorKind::NotFound, "there is no such change in the journal")
                               : ioError("read", errno);
    }
    auto bytes = readAll(file.get());
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    return parseRecords(*bytes);
}

Status createWithRecord(int folder, const std::string& name, std::string_view payload, const FileCalls& calls) {
    const Descriptor file(openat(folder, name.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
    if (!file.valid()) {
        return errno == EEXIST ? fail(ErrorKind::Conflict, "the journal has a change of that id already")
                               : ioError("create a file in", errno);
    }
    Status done = writeAndSync(file.get(), payload, calls);
    if (done && calls.sync(folder) != 0) {
        done = ioError("sync the folder of", errno);
    }
    if (!done) {
        (void)unlinkat(folder, name.c_str(), 0);
    }
    return done;
}

Status appendRecord(int folder, const std::string& name, std::string_view payload, const FileCalls& calls) {
    const Descriptor file(openat(folder, name.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file.valid()) {
        return ioError("open", errno);
    }
    const auto bytes = readAll(file.get());
    if (!bytes) {
        return tl::unexpected(bytes.error());
    }
    const auto whole = static_cast<off_t>(parseRecords(*bytes).wholeBytes);
    if (whole < static_cast<off_t>(bytes->size()) && ftruncate(file.get(), whole) != 0) {
        return ioError("cut the damaged end of", errno);
    }
    Status done = writeAndSync(file.get(), payload, calls);
    if (!done) {
        (void)!ftruncate(file.get(), whole);
    }
    return done;
}

} // namespace meshdeck::change
