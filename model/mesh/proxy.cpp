#include "mesh/proxy.h"

namespace meshdeck::mesh {

SyncState overall(const ProxyStatus& proxy) {
    const auto any = [&](SyncState wanted) {
        for (const ProxyType& type : proxy.types) {
            if (type.state == wanted) {
                return true;
            }
        }
        return false;
    };
    for (const SyncState state : {SyncState::Rejected, SyncState::Stale, SyncState::Unknown}) {
        if (any(state)) {
            return state;
        }
    }
    // A type istiod never sent (a proxy without routes, say) is no fault while others are acknowledged.
    return any(SyncState::Synced) ? SyncState::Synced : proxy.types.empty() ? SyncState::Unknown : SyncState::NotSent;
}

} // namespace meshdeck::mesh
