#include "window/filter_file.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSaveFile>

#include "settings.h"

namespace meshdeck::app {
namespace {

constexpr qsizetype kMost = 200;
constexpr qint64 kMostBytes = 1 << 20;

} // namespace

std::string filtersFile() {
    const std::string folder = settingsFolder();
    return folder.empty() ? std::string() : folder + "/filters.json";
}

views::SavedFilters readFilters(const std::string& file) {
    QFile in(QString::fromStdString(file));
    views::SavedFilters filters;
    if (file.empty() || in.size() > kMostBytes || !in.open(QIODevice::ReadOnly)) {
        return filters;
    }
    const QJsonArray list = QJsonDocument::fromJson(in.readAll()).object().value(QStringLiteral("filters")).toArray();
    for (qsizetype i = 0; i < std::min(list.size(), kMost); ++i) {
        const QJsonObject one = list.at(i).toObject();
        const views::SavedFilter filter{one.value(QStringLiteral("name")).toString().simplified(), one.value(QStringLiteral("find")).toString(),
                                        one.value(QStringLiteral("hide")).toString()};
        if (!filter.name.isEmpty() && (!filter.find.isEmpty() || !filter.hide.isEmpty())) {
            filters.push_back(filter);
        }
    }
    return filters;
}

Status writeFilters(const std::string& file, const views::SavedFilters& filters) {
    const QString path = QString::fromStdString(file);
    QDir().mkpath(QFileInfo(path).path());
    QJsonArray list;
    for (const views::SavedFilter& filter : filters) {
        list.append(QJsonObject{{QStringLiteral("name"), filter.name}, {QStringLiteral("find"), filter.find}, {QStringLiteral("hide"), filter.hide}});
    }
    QSaveFile out(path);
    const QByteArray text = QJsonDocument(QJsonObject{{QStringLiteral("filters"), list}}).toJson();
    if (file.empty() || !out.open(QIODevice::WriteOnly) || out.write(text) != text.size() || !out.commit()) {
        return fail(ErrorKind::Io, "The saved filters cannot be kept in " + file, out.errorString().toStdString());
    }
    return {};
}

} // namespace meshdeck::app
