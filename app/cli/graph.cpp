#include "cli/graph.h"

#include <fstream>
#include <ostream>

#include "cli/graph_writers.h"
#include "cli/report.h"
#include "traffic/edge_figure.h"
#include "traffic/find/evaluate.h"
#include "traffic/find/value.h"
#include "traffic/kiali_json.h"

namespace meshdeck::cli {
namespace {

// What is asked for beside the graph itself; known before anything is contacted.
struct Wish {
    traffic::FindExpression find;
    traffic::FindExpression hide;
    Picture picture;
};

Status printable(const Arguments& arguments, const Streams& streams, const Hooks& hooks) {
    if (!isPicture(arguments.output)) {
        return {};
    }
    if (!hooks.paint) {
        return fail(ErrorKind::InvalidArgument, "this meshdeck was built without pictures", "-o dot goes through Graphviz");
    }
    if (arguments.output != "svg" && arguments.outputFile.empty() && streams.outIsTerminal) {
        return fail(ErrorKind::InvalidArgument, "a picture is not for a terminal", "add --output-file map." + arguments.output);
    }
    return {};
}

// Says what is wrong with an expression, and under what of it.
bool readExpression(const Arguments& arguments, std::string_view option, const Streams& streams, traffic::FindExpression& into) {
    const auto text = arguments.value(option);
    if (!text) {
        return true;
    }
    auto parsed = traffic::FindExpression::parse(*text);
    if (!parsed) {
        reportError({ErrorKind::InvalidArgument, "--" + std::string(option) + ": " + parsed.error().what, {}, {}}, streams);
        streams.err << traffic::pointOut(parsed.error(), *text) << '\n';
        return false;
    }
    into = std::move(*parsed);
    return true;
}

std::string filterWords(const Wish& wish) {
    std::string words = wish.find.empty() ? std::string() : "find " + wish.find.text();
    if (!wish.hide.empty()) {
        words += (words.empty() ? "hide " : "; hide ") + wish.hide.text();
    }
    return words;
}

Status readPicture(const Arguments& arguments, Wish& wish) {
    wish.picture.format = arguments.output;
    wish.picture.dark = arguments.has("dark");
    wish.picture.filter = filterWords(wish);
    if (const auto labels = arguments.value("labels")) {
        if (!traffic::parseEdgeFigure(*labels)) {
            return fail(ErrorKind::InvalidArgument, "no such labels: \"" + *labels + "\"", "one of rate, share, p50, p95, p99, throughput, off");
        }
        wish.picture.labels = *labels;
    }
    if (const auto scale = arguments.value("scale")) {
        const auto number = traffic::findNumber(*scale, traffic::FindUnit::None);
        if (!number || *number < 0.1 || *number > 10) {
            return fail(ErrorKind::InvalidArgument, "no such scale: \"" + *scale + "\"", "a number from 0.1 to 10");
        }
        wish.picture.scale = *number;
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

// The snapshot with what is left of its graph; the snapshot itself when nothing was asked for.
mesh::SnapshotPtr cutOut(const mesh::SnapshotPtr& snapshot, const Wish& wish) {
    if (wish.find.empty() && wish.hide.empty()) {
        return snapshot;
    }
    auto part = std::make_shared<mesh::MeshSnapshot>(*snapshot);
    mesh::Graph graph = *snapshot->graph;
    if (!wish.hide.empty()) {
        graph = traffic::hideFrom(graph, traffic::findIn({graph, snapshot->inventory.get()}, wish.hide));
    }
    if (!wish.find.empty()) {
        graph = traffic::keepOnly(graph, traffic::findIn({graph, snapshot->inventory.get()}, wish.find));
    }
    part->graph = std::make_shared<const mesh::Graph>(std::move(graph));
    return part;
}

Result<std::string> written(const Arguments& arguments, const mesh::MeshSnapshot& snapshot, const GraphDocument::Part* part,
                            const Wish& wish, const Streams& streams, const Hooks& hooks) {
    const GraphDocument document{*snapshot.graph, snapshot.sources, snapshot.context, snapshot.time, part};
    using Writer = std::string (*)(const GraphDocument&);
    static constexpr std::pair<std::string_view, Writer> kWriters[] = {
        {"json", graphJson}, {"dot", graphDot}, {"mermaid", graphMermaid}, {"csv", graphCsv}, {"csv-nodes", nodesCsv}};
    for (const auto& [form, write] : kWriters) {
        if (arguments.output == form) {
            return write(document);
        }
    }
    if (arguments.output == "cytoscape") {
        return traffic::kialiGraph(*snapshot.graph).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    }
    if (isPicture(arguments.output)) {
        return hooks.paint(snapshot, wish.picture);
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

bool isPicture(std::string_view output) {
    return output == "png" || output == "svg" || output == "pdf";
}

int runGraph(const Arguments& arguments, const Streams& streams, const Hooks& hooks) {
    if (const Status status = printable(arguments, streams, hooks); !status) {
        return reportError(status.error(), streams);
    }
    const auto options = graphOptions(arguments);
    if (!options) {
        return reportError(options.error(), streams);
    }
    Wish wish;
    if (!readExpression(arguments, "find", streams, wish.find) || !readExpression(arguments, "hide", streams, wish.hide)) {
        return kCouldNot;
    }
    if (const Status status = readPicture(arguments, wish); !status) {
        return reportError(status.error(), streams);
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
    const mesh::SnapshotPtr shown = cutOut(snapshot, wish);
    const GraphDocument::Part part{wish.find.text(), wish.hide.text(), snapshot->graph->nodes.size(), snapshot->graph->edges.size()};
    if (shown != snapshot) {
        note(std::to_string(shown->graph->nodes.size()) + " of " + std::to_string(part.nodes) + " nodes, " +
                 std::to_string(shown->graph->edges.size()) + " of " + std::to_string(part.edges) + " calls",
             arguments.quiet, streams);
    }
    const Result<std::string> result = written(arguments, *shown, shown == snapshot ? nullptr : &part, wish, streams, hooks);
    return result ? store(*result, arguments, streams) : reportError(result.error(), streams);
}

} // namespace meshdeck::cli
