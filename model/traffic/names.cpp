#include "traffic/names.h"

#include <array>

namespace meshdeck::traffic {

Names::Names(const StringTable& table)
    : m_table(table) {
    std::array<NameId, std::size(kExtra)> ids{};
    for (std::size_t i = 0; i < ids.size(); ++i) {
        // Not in the table until found: the id beyond it that text() maps back to the constant.
        const auto found = table.find(kExtra[i]);
        ids[i] = found ? *found : static_cast<NameId>(table.size() + i);
    }
    NameId* const members[] = {&unknown, &passthrough, &blackHole, &egressHost, &egressName, &istioSystem,
                               &latest,  &none,        &zero,      &ztunnel,    &grpc,       &mutualTls};
    for (std::size_t i = 0; i < ids.size(); ++i) {
        *members[i] = ids[i];
    }
    unasked = static_cast<NameId>(table.size() + ids.size());
}

} // namespace meshdeck::traffic
