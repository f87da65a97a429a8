// An open file of the system that is closed with its owner.
#pragma once

#include <utility>

#include <unistd.h>

namespace meshdeck {

class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int file) : m_file(file) {}
    ~FileDescriptor() { reset(); }
    FileDescriptor(FileDescriptor&& other) noexcept : m_file(other.release()) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        if (this != &other) {
            reset();
            m_file = other.release();
        }
        return *this;
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    [[nodiscard]] int get() const { return m_file; }
    [[nodiscard]] bool valid() const { return m_file >= 0; }
    // Gives it to the caller, who closes it.
    [[nodiscard]] int release() { return std::exchange(m_file, -1); }
    void reset() {
        if (m_file >= 0) {
            ::close(std::exchange(m_file, -1));
        }
    }

private:
    int m_file = -1;
};

} // namespace meshdeck
