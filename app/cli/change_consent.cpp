#include "cli/change_consent.h"

#include <istream>
#include <ostream>
#include <string>

#include "base/text.h"

namespace meshdeck::cli {

Status askConsent(const ChangeWorld& world, const Arguments& arguments, const Streams& streams, std::size_t findings) {
    if (arguments.has("yes")) {
        return {};
    }
    if (world.in == nullptr || !world.inIsTerminal) {
        return fail(ErrorKind::InvalidArgument, "nobody is there to confirm the change", "add --yes, or --dry-run to look only");
    }
    const std::string wanted = world.production ? world.context : "yes";
    const std::string with = findings == 0 ? "" : " with " + std::to_string(findings) + (findings == 1 ? " finding" : " findings");
    streams.err << (world.production ? "This is a production context. Type its name, " + text::safe(wanted) + ", to apply" + with + ": "
                                     : "Apply this" + with + " in context " + text::safe(world.context) + "? Type yes: ")
                << std::flush;
    std::string line;
    std::getline(*world.in, line);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) {
        line.pop_back();
    }
    if (line != wanted) {
        streams.err << "Nothing was written.\n";
        return fail(ErrorKind::Cancelled, "not confirmed");
    }
    return {};
}

} // namespace meshdeck::cli
