// meshdeck-demo: parse, build, run. The cluster and the simulation know each other through contract.h alone.
#include <cstdio>
#include <string>
#include <vector>

#include "app/demo/api/demo_process.h"
#include "app/demo/api/options.h"

int main(int argc, char** argv) {
    using namespace meshdeck::demo::api;
    std::string error;
    const std::optional<Options> options = parseOptions({argv + 1, argv + argc}, error);
    if (!options) {
        std::fprintf(stderr, "meshdeck-demo: %s. Hint: meshdeck-demo --help\n", error.c_str());
        return 2;
    }
    if (options->help) {
        std::fputs(helpText().c_str(), stdout);
        return 0;
    }
    return runDemo(*options);
}
