#include "map/export_files.h"

#include <QBuffer>

#include "traffic/kiali_json.h"
#include "traffic/write/writers.h"

namespace meshdeck::views {

bool isPictureFormat(const QString& format) {
    return format == QLatin1String("svg") || format == QLatin1String("png") || format == QLatin1String("pdf");
}

MapSheet sheetFor(const ExportSubject& subject, const ExportOptions& options) {
    SheetOptions sheet;
    sheet.theme = options.dark ? ThemeKind::Dark : ThemeKind::Light;
    sheet.titleBlock = options.titleBlock;
    sheet.part = options.viewOnly ? subject.view : QRectF();
    return MapSheet(subject.scene, subject.facts, sheet);
}

QByteArray exported(const ExportSubject& subject, const ExportOptions& options) {
    if (isPictureFormat(options.format)) {
        const MapSheet sheet = sheetFor(subject, options);
        if (options.format == QLatin1String("svg")) {
            return svgOf(sheet);
        }
        if (options.format == QLatin1String("pdf")) {
            return pdfOf(sheet);
        }
        QBuffer buffer;
        buffer.open(QIODevice::WriteOnly);
        return imageOf(sheet, options.scale).save(&buffer, "PNG") ? buffer.data() : QByteArray();
    }
    if (!subject.scene->graph) {
        return {};
    }
    const mesh::Graph& graph = *subject.scene->graph;
    const mesh::Graph& whole = subject.snapshot->graph ? *subject.snapshot->graph : graph;
    const traffic::GraphDocument::Part part{subject.find, subject.hide, whole.nodes.size(), whole.edges.size()};
    const bool isPart = graph.nodes.size() != whole.nodes.size() || graph.edges.size() != whole.edges.size();
    const traffic::GraphDocument document{graph, subject.snapshot->sources, subject.snapshot->context, subject.snapshot->time, isPart ? &part : nullptr};
    using Writer = std::string (*)(const traffic::GraphDocument&);
    static constexpr std::pair<const char*, Writer> kWriters[] = {{"json", traffic::graphJson},
                                                                  {"dot", traffic::graphDot},
                                                                  {"mermaid", traffic::graphMermaid},
                                                                  {"csv", traffic::graphCsv},
                                                                  {"csv-nodes", traffic::nodesCsv}};
    for (const auto& [format, write] : kWriters) {
        if (options.format == QLatin1String(format)) {
            return QByteArray::fromStdString(write(document));
        }
    }
    return QByteArray::fromStdString(traffic::kialiGraph(graph).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

} // namespace meshdeck::views
