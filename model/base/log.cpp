#include "base/log.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/clock.h"
#include "base/redaction.h"
#include "base/text.h"

namespace meshdeck {

namespace {

int levelFromEnvironment() {
    const char* wanted = std::getenv("MESHDECK_LOG");
    const std::string_view text = wanted == nullptr ? "" : wanted;
    return text == "debug" ? 3 : text == "info" ? 2 : text == "warning" ? 1 : text == "error" ? 0 : -1;
}

std::atomic<int>& currentLevel() {
    static std::atomic<int> level = levelFromEnvironment();
    return level;
}

constexpr const char* kNames[] = {"error", "warning", "info", "debug"};

} // namespace

void setLogLevel(LogLevel level) {
    currentLevel() = static_cast<int>(level);
}

bool logs(LogLevel level) {
    return static_cast<int>(level) <= currentLevel();
}

void log(LogLevel level, std::string_view component, std::string_view text) {
    if (!logs(level)) {
        return;
    }
    const std::string line = text::rfc3339(systemClock().wallTime()) + " " + kNames[static_cast<int>(level)] + " " +
                             std::string(component) + ": " + text::safe(redact(text)) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr); // one call: lines of threads do not mix
}

} // namespace meshdeck
