#include "bench/layout/graphviz.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/resource.h>
#include <unistd.h>

namespace meshdeck::bench {
namespace {

// Cards of 150 x 46 at 72 to the inch, in lines and gaps like ours.
std::string dotText(const ServiceGraph& graph, bool clusters) {
    std::ostringstream text;
    text << "digraph g{rankdir=LR;node[shape=box,fixedsize=true,width=2.08,height=0.64,label=\"\"];\n";
    for (int ns = 0; clusters && ns < graph.namespaces; ++ns) {
        text << "subgraph cluster_" << ns << "{\n";
        for (int i = 0; i < graph.nodes; ++i) {
            if (graph.namespaceOf[static_cast<std::size_t>(i)] == ns) {
                text << 'n' << i << ";\n";
            }
        }
        text << "}\n";
    }
    for (int i = 0; i < graph.nodes; ++i) {
        text << 'n' << i << ";\n";
    }
    for (const auto& [source, target] : graph.edges) {
        text << 'n' << source << "->n" << target << ";\n";
    }
    text << "}\n";
    return text.str();
}

double childSeconds() {
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

} // namespace

PeerRun runGraphviz(const std::string& command, const ServiceGraph& graph, bool clusters) {
    PeerRun run;
    const auto folder = std::filesystem::temp_directory_path();
    const std::string stem = (folder / ("meshdeck-bench-" + std::to_string(::getpid()))).string();
    std::ofstream(stem + ".dot") << dotText(graph, clusters);
    const double before = childSeconds();
    const std::string line = "ulimit -t 120; " + command + " -Tplain " + stem + ".dot >" + stem + ".plain 2>/dev/null";
    const int status = std::system(("sh -c '" + line + "'").c_str());
    run.cpuSeconds = childSeconds() - before;
    run.centres.resize(static_cast<std::size_t>(graph.nodes));
    std::ifstream plain(stem + ".plain");
    int read = 0;
    for (std::string row; std::getline(plain, row);) {
        std::istringstream words(row);
        std::string kind, name;
        double x = 0, y = 0;
        if (words >> kind && kind == "node" && words >> name >> x >> y) {
            run.centres[static_cast<std::size_t>(std::atoi(name.c_str() + 1))] = {x * 72, y * 72};
            ++read;
        }
    }
    run.found = status == 0 && read == graph.nodes;
    std::filesystem::remove(stem + ".dot");
    std::filesystem::remove(stem + ".plain");
    return run;
}

} // namespace meshdeck::bench
