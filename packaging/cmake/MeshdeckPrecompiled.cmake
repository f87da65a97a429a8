# Precompiled headers: what nearly every file reads, parsed once. Only headers of libraries, never of ours, so that a change
# of ours never rebuilds everything. Half of a cold build was spent reading them (tests/bench/README.md).
include_guard()

set(MESHDECK_COMMON_HEADERS
    <algorithm> <array> <charconv> <chrono> <cmath> <cstdint> <deque> <functional> <map> <memory> <mutex> <optional> <set>
    <span> <sstream> <stop_token> <string> <string_view> <tuple> <unordered_map> <unordered_set> <utility> <variant> <vector>
    <nlohmann/json.hpp>)

# What ccache hashes in a precompiled header's place (CCACHE_PCH_EXTSUM): the header itself holds absolute paths, so that
# no two clones would share a result. Compiler and flags are in the hash anyway; this adds the libraries' own text.
function(meshdeck_precompiled_sum name)
    cmake_parse_arguments(SUM "" "DIRECTORY" "HEADERS" ${ARGN})
    set(text "Qt ${Qt6_VERSION}")
    foreach(header IN LISTS SUM_HEADERS)
        string(REGEX REPLACE "[<>]" "" header "${header}")
        string(APPEND text " ${header}")
        if(EXISTS "/usr/include/${header}" AND NOT IS_DIRECTORY "/usr/include/${header}")
            file(SHA256 "/usr/include/${header}" hash)
            string(APPEND text " ${hash}")
        endif()
    endforeach()
    string(SHA256 text "${text}")
    file(CONFIGURE OUTPUT "${SUM_DIRECTORY}/CMakeFiles/${name}.dir/cmake_pch.hxx.gch.sum" CONTENT "${text}\n")
endfunction()

# Precompiles for one target alone.
function(meshdeck_precompile name)
    target_precompile_headers(${name} PRIVATE ${MESHDECK_COMMON_HEADERS} ${ARGN})
    meshdeck_precompiled_sum(${name} DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}" HEADERS ${MESHDECK_COMMON_HEADERS} ${ARGN})
endfunction()

# A target whose precompiled headers others reuse; they must link the same Qt parts, which decide -fPIC.
function(meshdeck_precompiled name)
    cmake_parse_arguments(PCH "" "" "HEADERS;LIBS;OPTIONS" ${ARGN})
    set(source "${CMAKE_BINARY_DIR}/precompiled/${name}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "// Carries the precompiled headers of ${name}.\n")
    add_library(${name} OBJECT "${source}")
    target_link_libraries(${name} PRIVATE meshdeck_options ${PCH_LIBS})
    target_compile_options(${name} PRIVATE ${PCH_OPTIONS})
    meshdeck_precompile(${name} ${PCH_HEADERS})
endfunction()

meshdeck_precompiled(meshdeck_precompiled_model LIBS nlohmann_json::nlohmann_json tl::expected Qt6::Core Threads::Threads
                     HEADERS <tl/expected.hpp>)
