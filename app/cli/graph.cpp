#include "cli/graph.h"

#include <fstream>
#include <ostream>

#include "cli/graph_writers.h"
#include "cli/report.h"
#include "traffic/kiali_json.h"

namespace meshdeck::cli {
namespace {

// Before anything is contacted: what cannot be printed in the end.
Status printable(const Arguments& arguments, const Streams& streams, const Hooks& hooks) {
    if (arguments.output == "svg" || arguments.output == "pdf") {
        return fail(ErrorKind::InvalidArgument, "the graph as " + arguments.output + " comes with a later version",
                    "-o png draws it as a picture, -o dot goes through Graphviz");
    }
    if (arguments.output == "png" && !hooks.paintPng) {
        return fail(ErrorKind::InvalidArgument, "this meshdeck was built without pictures",
                    "-o dot goes through Graphviz");
    }
    if (arguments.output == "png" && arguments.outputFile.empty() && streams.outIsTerminal) {
        return fail(ErrorKind::InvalidArgument, "a picture is not for a terminal", "add --output-file map.png");
    }
    return {};
}

// Why there is no graph: the worst thing that a source says.
Error noGraph(const mesh::MeshSnapshot& snapshot) {
    const mesh::SourceHealth* worst = nullptr;
    for (const mesh::SourceHealth& source : snapshot.sources) {
        const bool answers = source.state == mesh::SourceState::Live || source.state == mesh::SourceState::Partial;
        if (!answers && !source.detail.empty() && source.name != "istiod" && (worst == nullptr || source.name == "kubernetes")) {
            worst = &source;
        }
    }
    if (worst == nullptr) {
        return {ErrorKind::Timeout, "no telemetry came in time", "does the mesh have traffic, and Prometheus a scrape job for it?", {}};
    }
    if (worst->name == "kubernetes") {
        const bool denied = worst->state == mesh::SourceState::Denied;
        const std::string server = "the API server of context \"" + snapshot.context + "\"";
        return {ErrorKind::Unreachable, (denied ? server + " refuses us: " : "cannot reach " + server + ": ") + worst->detail,
                worst->hint, {}};
    }
    return {ErrorKind::Unreachable, worst->detail, worst->hint, {}};
}

Result<std::string> written(const Arguments& arguments, const mesh::MeshSnapshot& snapshot, const Streams& streams,
                            const Hooks& hooks) {
    const GraphDocument document{*snapshot.graph, snapshot.sources, snapshot.context, snapshot.time};
    if (arguments.output == "json") {
        return graphJson(document);
    }
    if (arguments.output == "dot") {
        return graphDot(document);
    }
    if (arguments.output == "mermaid") {
        return graphMermaid(document);
    }
    if (arguments.output == "csv") {
        return graphCsv(document);
    }
    if (arguments.output == "cytoscape") {
        return traffic::kialiGraph(*snapshot.graph).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    }
    if (arguments.output == "png") {
        return hooks.paintPng(snapshot);
    }
    return graphText(document, arguments.outputFile.empty() && useColour(streams.outIsTerminal));
}

int store(const std::string& result, const Arguments& arguments, const Streams& streams) {
    if (arguments.outputFile.empty()) {
        streams.out.write(result.data(), static_cast<std::streamsize>(result.size()));
        streams.out.flush(); // now, and not when the private demonstration mesh has ended
        return kDone;
    }
    std::ofstream file(arguments.outputFile, std::ios::binary | std::ios::trunc);
    file.write(result.data(), static_cast<std::streamsize>(result.size()));
    file.close();
    if (!file) {
        return reportError({ErrorKind::Io, "cannot write " + arguments.outputFile, {}, {}}, streams);
    }
    note("wrote " + arguments.outputFile, arguments.quiet, streams);
    return kDone;
}

} // namespace

int runGraph(const Arguments& arguments, const Streams& streams, const Hooks& hooks) {
    if (const Status status = printable(arguments, streams, hooks); !status) {
        return reportError(status.error(), streams);
    }
    const auto options = graphOptions(arguments);
    if (!options) {
        return reportError(options.error(), streams);
    }
    app::ConnectionOptions wanted = arguments.connection;
    wanted.graph = *options;
    const auto connection = hooks.open(wanted);
    if (!connection) {
        return reportError(connection.error(), streams);
    }
    session::Session& session = (*connection)->session();
    Progress progress(arguments.quiet, streams);
    progress.show("waiting for the mesh's telemetry");
    session.start();
    const mesh::SnapshotPtr snapshot = session.waitFor(session::settled, hooks.answerWithin);
    progress.clear();
    if (!snapshot->graph) {
        return reportError(noGraph(*snapshot), streams);
    }
    const Result<std::string> result = written(arguments, *snapshot, streams, hooks);
    return result ? store(*result, arguments, streams) : reportError(result.error(), streams);
}

} // namespace meshdeck::cli
