// A graph in every text form of `meshdeck graph` (commands.md). Pure functions: the same graph gives the same bytes.
#pragma once

#include <string>

#include "traffic/write/writers.h"

namespace meshdeck::cli {

using traffic::GraphDocument;
using traffic::edgeRate;
using traffic::edgesInReadingOrder;
using traffic::graphCsv;
using traffic::graphDot;
using traffic::graphJson;
using traffic::graphMermaid;
using traffic::isPlaintext;
using traffic::nodeLabel;
using traffic::nodesCsv;
using traffic::weightText;

// For people: what was found, edges by namespace, what needs attention, where the numbers come from.
[[nodiscard]] std::string graphText(const GraphDocument& document, bool colour);

} // namespace meshdeck::cli
