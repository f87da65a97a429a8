# Compiler flags, sanitizers, ccache and mold where they are present. The release flags are those measured in
# facts/faults.md E1; every target of ours links meshdeck_options to get them.
include_guard()

find_program(MESHDECK_CCACHE ccache)
if(MESHDECK_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${MESHDECK_CCACHE}")
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        add_compile_options(-fpch-preprocess) # ccache cannot see through a precompiled header without it
    endif()
endif()

add_library(meshdeck_options INTERFACE)
target_include_directories(meshdeck_options INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_SOURCE_DIR}/model"
                                                      "${CMAKE_SOURCE_DIR}/views")
target_compile_options(meshdeck_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                                  -Woverloaded-virtual -Wformat=2)
if(MESHDECK_WERROR)
    target_compile_options(meshdeck_options INTERFACE -Werror)
endif()

find_program(MESHDECK_MOLD mold)
if(MESHDECK_MOLD)
    add_link_options(-fuse-ld=mold)
endif()

if(MESHDECK_SANITIZE)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # Instrumentation makes GCC 12 see uninitialized members in std::function and std::regex that are none.
        target_compile_options(meshdeck_options INTERFACE -Wno-maybe-uninitialized)
    endif()
    add_compile_options("-fsanitize=${MESHDECK_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options("-fsanitize=${MESHDECK_SANITIZE}")
elseif(CMAKE_BUILD_TYPE MATCHES "Rel")
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection
                        -fcf-protection=full -fPIE)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        add_compile_options(-ftrivial-auto-var-init=zero)
    endif()
    add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS)
add_compile_options(-pthread) # everywhere, or the precompiled headers of one target do not fit another
