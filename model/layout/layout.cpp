#include "layout/layout.h"

#include "layout/boxes.h"
#include "layout/fresh.h"
#include "layout/routes.h"
#include "layout/stay.h"

namespace meshdeck::layout {
namespace {

tl::unexpected<Error> stopped() {
    return fail(ErrorKind::Cancelled, "The layout was stopped");
}

} // namespace

Result<LayoutResult> layout(const LayoutInput& input, const std::stop_token& stop, const ProgressSink& progress) {
    LayoutResult result;
    result.groups.resize(input.groups.size());
    result.routes.first.assign(input.edges.size() + 1, 0);
    if (stop.stop_requested()) {
        return stopped();
    }
    if (input.nodes.empty()) {
        return result;
    }
    std::vector<MaybePoint> places = previousPlaces(input);
    if (places.empty()) {
        std::vector<Point> centres;
        if (!drawFresh(input, stop, progress, centres)) {
            return stopped();
        }
        places = withPinned(input, centres);
    }
    if (!fillIn(input, stop, places, result.positions)) {
        return stopped();
    }
    fitBoxes(input, result);
    takeBounds(input, result);
    if (!routeEdges(input, stop, progress, result)) {
        return stopped();
    }
    takeBounds(input, result);
    return result;
}

} // namespace meshdeck::layout
