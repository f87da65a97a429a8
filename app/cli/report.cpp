#include "cli/report.h"

#include <cstdlib>
#include <ostream>
#include <string>

#include "base/redaction.h"
#include "base/text.h"

namespace meshdeck::cli {

int reportError(const Error& error, const Streams& streams) {
    if (error.kind != ErrorKind::Cancelled) {
        streams.err << "meshdeck: " << text::safe(redact(describe(error))) << '\n';
        streams.err.flush();
    }
    return 2;
}

void note(std::string_view text, bool quiet, const Streams& streams) {
    if (!quiet) {
        streams.err << "meshdeck: " << text::safe(redact(text)) << '\n';
        streams.err.flush();
    }
}

Progress::Progress(bool quiet, const Streams& streams) : m_streams(streams), m_visible(!quiet && streams.errIsTerminal) {}

Progress::~Progress() {
    clear();
}

void Progress::show(std::string_view text) {
    if (m_visible) {
        m_streams.err << "\r\x1b[K" << text::safe(text, false, 200) << " …" << std::flush;
        m_shown = true;
    }
}

void Progress::clear() {
    if (m_shown) {
        m_streams.err << "\r\x1b[K" << std::flush;
        m_shown = false;
    }
}

bool useColour(bool isTerminal) {
    const char* term = std::getenv("TERM");
    const char* noColour = std::getenv("NO_COLOR");
    const bool refused = noColour != nullptr && *noColour != '\0';
    return isTerminal && !refused && (term == nullptr || std::string_view(term) != "dumb");
}

} // namespace meshdeck::cli
