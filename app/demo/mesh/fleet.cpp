#include "app/demo/mesh/plan.h"
namespace meshdeck::demo {
MeshPlan planFleet(std::size_t, std::uint32_t) { return {}; }
MeshPlan planBoutique() { return {}; }
}
