// Files and folders named on a command line, as texts.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/object.h"

namespace meshdeck::cli {

struct ManifestFile {
    std::shared_ptr<const config::SourceText> source; // `name` as given, "-" for standard input
    bool fromFolder = false;                          // found in a folder, not named itself
};

// Every file, every *.yaml, *.yml and *.json in the folders (sorted) and "-" (standard input, may be null), in order. Io
// for what cannot be read.
[[nodiscard]] Result<std::vector<ManifestFile>> readManifests(const std::vector<std::string>& paths, std::istream* in);

[[nodiscard]] Result<std::string> readWholeFile(const std::string& path);

} // namespace meshdeck::cli
