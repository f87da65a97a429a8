#include "routes/saved_requests.h"

#include <algorithm>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

namespace meshdeck::views {
namespace {

using config::Json;
using policy::Expectation;

constexpr qint64 kMostBytes = 16 << 20;

Error ioError(const QString& what, const QFileDevice& file) {
    return {ErrorKind::Io, (what + QStringLiteral(" ") + file.fileName() + QStringLiteral(": ") + file.errorString()).toStdString(), {}, {}};
}

Result<policy::ExpectationFile> readFile(const std::string& path) {
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::ReadOnly)) {
        return tl::unexpected(ioError(QStringLiteral("cannot read"), file));
    }
    if (file.size() > kMostBytes) {
        return fail(ErrorKind::TooLarge, path + " is larger than 16 MiB", "a file of expectations is small");
    }
    const QByteArray text = file.readAll();
    return policy::readExpectations(path, std::string_view(text.constData(), static_cast<std::size_t>(text.size())));
}

Status writeFile(const std::string& path, const policy::ExpectationFile& content) {
    const QString name = QString::fromStdString(path);
    QDir().mkpath(QFileInfo(name).absolutePath());
    QSaveFile file(name);
    const std::string text = policy::writeExpectations(content);
    if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), static_cast<qint64>(text.size())) < 0 || !file.commit()) {
        return tl::unexpected(ioError(QStringLiteral("cannot write"), file));
    }
    return {};
}

// The same question, whatever it is called.
Json question(Json request) {
    request.erase("name");
    return request;
}

void put(std::vector<Expectation>& into, Expectation expectation) {
    const auto same = std::ranges::find_if(into, [&](const Expectation& each) { return question(each.request) == question(expectation.request); });
    if (same != into.end()) {
        *same = std::move(expectation);
    } else {
        into.push_back(std::move(expectation));
    }
}

} // namespace

SavedRequests::SavedRequests(std::string file)
    : m_path(std::move(file)) {
    if (m_path.empty() || !QFile::exists(QString::fromStdString(m_path))) {
        return;
    }
    if (auto read = readFile(m_path)) {
        m_file = std::move(*read);
    } else {
        m_problem = read.error();
    }
}

Status SavedRequests::write() {
    if (m_problem) {
        return tl::unexpected(*m_problem);
    }
    return m_path.empty() ? Status() : writeFile(m_path, m_file);
}

Status SavedRequests::keep(Expectation expectation) {
    if (m_problem) {
        return tl::unexpected(*m_problem);
    }
    put(m_file.tests, std::move(expectation));
    return write();
}

Status SavedRequests::remove(std::size_t index) {
    if (m_problem) {
        return tl::unexpected(*m_problem);
    }
    if (index < m_file.tests.size()) {
        m_file.tests.erase(m_file.tests.begin() + static_cast<std::ptrdiff_t>(index));
    }
    return write();
}

Result<std::size_t> SavedRequests::importFrom(const std::string& file) {
    if (m_problem) {
        return tl::unexpected(*m_problem);
    }
    auto read = readFile(file);
    if (!read) {
        return tl::unexpected(read.error());
    }
    for (Expectation& each : read->tests) {
        put(m_file.tests, std::move(each));
    }
    if (const Status written = write(); !written) {
        return tl::unexpected(written.error());
    }
    return read->tests.size();
}

Status SavedRequests::exportTo(const std::string& file) const {
    policy::ExpectationFile tests;
    for (const Expectation& each : m_file.tests) {
        if (!each.expect.empty()) { // a request that expects nothing is no test
            tests.tests.push_back(each);
        }
    }
    return writeFile(file, tests);
}

std::optional<std::size_t> SavedRequests::find(const Json& request) const {
    const Json wanted = question(request);
    for (std::size_t i = 0; i < m_file.tests.size(); ++i) {
        if (question(m_file.tests[i].request) == wanted) {
            return i;
        }
    }
    return std::nullopt;
}

} // namespace meshdeck::views
