// From what is on the map to the bytes of a file.
#pragma once

#include "map/export_panel.h"

namespace meshdeck::views {

[[nodiscard]] bool isPictureFormat(const QString& format);
// The sheet of a picture, by the options' extent, colours and title block.
[[nodiscard]] MapSheet sheetFor(const ExportSubject& subject, const ExportOptions& options);

} // namespace meshdeck::views
