# Precompiled headers: what nearly every file reads, parsed once. Only headers of libraries, never of ours, so that a change
# of ours never rebuilds everything. Half of a cold build was spent reading them (tests/bench/README.md).
include_guard()

set(MESHDECK_COMMON_HEADERS
    <algorithm> <array> <charconv> <chrono> <cmath> <cstdint> <deque> <functional> <map> <memory> <mutex> <optional> <set>
    <span> <sstream> <stop_token> <string> <string_view> <tuple> <unordered_map> <unordered_set> <utility> <variant> <vector>
    <nlohmann/json.hpp>)

# A target whose precompiled headers others reuse; they must link the same Qt parts, which decide -fPIC.
function(meshdeck_precompiled name)
    cmake_parse_arguments(PCH "" "" "HEADERS;LIBS;OPTIONS" ${ARGN})
    set(source "${CMAKE_BINARY_DIR}/precompiled/${name}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "// Carries the precompiled headers of ${name}.\n")
    add_library(${name} OBJECT "${source}")
    target_link_libraries(${name} PRIVATE meshdeck_options ${PCH_LIBS})
    target_compile_options(${name} PRIVATE ${PCH_OPTIONS})
    target_precompile_headers(${name} PRIVATE ${MESHDECK_COMMON_HEADERS} ${PCH_HEADERS})
endfunction()

meshdeck_precompiled(meshdeck_precompiled_model LIBS nlohmann_json::nlohmann_json tl::expected Qt6::Core Threads::Threads
                     HEADERS <tl/expected.hpp>)
