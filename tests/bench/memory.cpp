#include "bench/memory.h"

#include <malloc.h>

#include <fstream>
#include <string>

namespace meshdeck::bench {
namespace {

double statusMb(const std::string& key) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == key) {
            double kib = 0;
            status >> kib;
            return kib / 1024;
        }
    }
    return 0;
}

} // namespace

double residentMb() {
    return statusMb("VmRSS:");
}

double peakMb() {
    return statusMb("VmHWM:");
}

void resetPeak() {
    ::malloc_trim(0); // what earlier work left behind is not this work's
    std::ofstream("/proc/self/clear_refs") << "5";
}

} // namespace meshdeck::bench
