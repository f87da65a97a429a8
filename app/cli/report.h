// How a command speaks on standard error (commands.md): one sentence and one hint, nothing secret, nothing that moves
// the cursor.
#pragma once

#include <string_view>

#include "base/result.h"
#include "cli/commands.h"

namespace meshdeck::cli {

// "meshdeck: cannot reach ...: connection refused. Hint: ..." and the exit code 2. Cancelled says nothing.
int reportError(const Error& error, const Streams& streams);

// A remark that is neither result nor error: "meshdeck: note". Nothing when quiet.
void note(std::string_view text, bool quiet, const Streams& streams);

// One line on a terminal that says what is waited for; nothing elsewhere, and nothing when quiet. Gone when destroyed.
class Progress {
public:
    Progress(bool quiet, const Streams& streams);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void show(std::string_view text);
    void clear();

private:
    const Streams& m_streams;
    bool m_visible;
    bool m_shown = false;
};

// Colour is used on a terminal unless NO_COLOR holds anything (no-color.org) or TERM is dumb.
[[nodiscard]] bool useColour(bool isTerminal);

} // namespace meshdeck::cli
