#include "cli/manifest_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace meshdeck::cli {
namespace {

namespace fs = std::filesystem;

bool isManifest(const fs::path& path) {
    const std::string extension = path.extension().string();
    return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

Result<std::vector<std::string>> filesIn(const std::string& folder) {
    std::error_code error;
    std::vector<std::string> files;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->is_regular_file(error) && isManifest(entry->path())) {
            files.push_back(entry->path().string());
        }
    }
    if (error) {
        return fail(ErrorKind::Io, "cannot read the folder " + folder + ": " + error.message());
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::shared_ptr<const config::SourceText> sourceOf(std::string name, std::string text) {
    auto source = std::make_shared<config::SourceText>();
    source->name = std::move(name);
    source->text = std::move(text);
    return source;
}

Status addFile(const std::string& path, bool fromFolder, std::vector<ManifestFile>& files) {
    auto text = readWholeFile(path);
    if (!text) {
        return tl::unexpected(text.error());
    }
    files.push_back({sourceOf(path, std::move(*text)), fromFolder});
    return {};
}

Status addPath(const std::string& path, std::istream* in, std::vector<ManifestFile>& files) {
    if (path == "-") {
        if (in == nullptr) {
            return fail(ErrorKind::Io, "there is no standard input");
        }
        if (in->eof()) {
            return fail(ErrorKind::InvalidArgument, "standard input can be read only once", "name - one time, and files for the rest");
        }
        files.push_back({sourceOf("-", std::string(std::istreambuf_iterator<char>(*in), {})), false});
        in->setstate(std::ios::eofbit);
        return {};
    }
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        return addFile(path, false, files);
    }
    const auto found = filesIn(path);
    if (!found) {
        return tl::unexpected(found.error());
    }
    for (const std::string& file : *found) {
        if (const Status added = addFile(file, true, files); !added) {
            return added;
        }
    }
    return {};
}

} // namespace

Result<std::string> readWholeFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file.is_open() || file.bad()) {
        return fail(ErrorKind::Io, "cannot read " + path);
    }
    return text;
}

Result<std::vector<ManifestFile>> readManifests(const std::vector<std::string>& paths, std::istream* in) {
    std::vector<ManifestFile> files;
    for (const std::string& path : paths) {
        if (const Status added = addPath(path, in, files); !added) {
            return tl::unexpected(added.error());
        }
    }
    return files;
}

} // namespace meshdeck::cli
