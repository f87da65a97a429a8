# Debian 12 packages only; the names and their traps are in facts/toolchain.md 2.
include_guard()

find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(tl-expected REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
find_package(Boost 1.74 REQUIRED) # header-only Beast and Asio: the demonstration mesh's HTTP server

if(MESHDECK_VIEWS)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Core Network Gui Widgets Svg PrintSupport)
    find_package(QCustomPlotQt6 REQUIRED) # after Qt6: its config does not find Qt itself
else()
    find_package(Qt6 6.4 REQUIRED COMPONENTS Core Network)
endif()
qt_standard_project_setup()
set(CMAKE_AUTOMOC OFF) # only the targets that have Q_OBJECT ask for it
set(CMAKE_AUTOUIC OFF)

if(MESHDECK_TESTS)
    find_package(GTest REQUIRED)
endif()
if(MESHDECK_BENCH)
    find_package(benchmark REQUIRED)
endif()
