// One journal file: records of length, CRC32C and payload, appended and synced (facts/faults.md E3). Own POSIX calls
// because Qt's files report neither a failed fsync nor sync the folder (facts/safe-apply.md, finding 8).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "base/result.h"

namespace meshdeck::change {

// The calls that can fail on a full or broken disk; tests put others in their place.
struct FileCalls {
    ssize_t (*write)(int fd, const void* data, std::size_t size);
    int (*sync)(int fd);
};
[[nodiscard]] FileCalls systemCalls();

// CRC-32C (Castagnoli), as iSCSI and ext4 use it: "123456789" gives 0xE3069283.
[[nodiscard]] std::uint32_t crc32c(std::string_view data);

// A file descriptor that closes itself.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : m_fd(fd) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept;
    Descriptor& operator=(Descriptor&& other) noexcept;
    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] bool valid() const { return m_fd >= 0; }

private:
    int m_fd = -1;
};

struct Records {
    std::vector<std::string> payloads;
    std::size_t wholeBytes = 0; // where the last whole record ends
};

// All whole records from the start; what follows the first damaged one is not read.
[[nodiscard]] Records parseRecords(std::string_view bytes);
// Io when the file cannot be read, TooLarge over 256 MiB, NotFound when there is none. Symbolic links are not followed.
[[nodiscard]] Result<Records> readRecords(int folder, const std::string& name);

// Creates the file with its first record, durable with its name when it returns ok; nothing is left otherwise.
// Conflict when the file exists.
[[nodiscard]] Status createWithRecord(int folder, const std::string& name, std::string_view payload,
                                      const FileCalls& calls);
// Appends behind the last whole record, cutting off a damaged tail first; durable when it returns ok, and a failed
// append leaves no part of itself as far as the disk allows.
[[nodiscard]] Status appendRecord(int folder, const std::string& name, std::string_view payload,
                                  const FileCalls& calls);

} // namespace meshdeck::change
