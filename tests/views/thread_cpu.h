// CPU time of the calling thread: the bound on a stall of the UI thread holds on a noisy machine too.
#pragma once

#include <ctime>

namespace meshdeck::views {

[[nodiscard]] inline double threadCpuMs() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

} // namespace meshdeck::views
