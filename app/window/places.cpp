#include "window/places.h"

#include <cmath>

#include <QtCore/QCryptographicHash>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSaveFile>

#include "base/log.h"
#include "settings.h"

namespace meshdeck::app {
namespace {

constexpr qint64 kMostBytes = 4 << 20;
constexpr double kFarthest = 1e6; // scene pixels: what lies beyond is damage

} // namespace

FilePlaces::FilePlaces(std::string file)
    : m_file(std::move(file)) {}

std::map<std::string, QPointF> FilePlaces::load() const {
    std::map<std::string, QPointF> places;
    QFile in(QString::fromStdString(m_file));
    if (m_file.empty() || !in.open(QIODevice::ReadOnly)) {
        return places;
    }
    const QJsonObject known = QJsonDocument::fromJson(in.read(kMostBytes)).object().value(QLatin1String("places")).toObject();
    for (auto it = known.begin(); it != known.end(); ++it) {
        const QJsonArray at = it->toArray();
        const QPointF point(at.at(0).toDouble(kFarthest * 2), at.at(1).toDouble(kFarthest * 2));
        if (std::abs(point.x()) <= kFarthest && std::abs(point.y()) <= kFarthest) {
            places[it.key().toStdString()] = point;
        }
    }
    return places;
}

void FilePlaces::save(const std::map<std::string, QPointF>& places) {
    if (m_file.empty()) {
        return;
    }
    const QString path = QString::fromStdString(m_file);
    QDir().mkpath(QFileInfo(path).path());
    QJsonObject known;
    for (const auto& [id, at] : places) {
        known.insert(QString::fromStdString(id), QJsonArray{at.x(), at.y()});
    }
    QSaveFile out(path);
    const QByteArray text = QJsonDocument(QJsonObject{{QStringLiteral("places"), known}}).toJson(QJsonDocument::Compact);
    if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size() || !out.commit()) {
        log(LogLevel::Warning, "window", "the places of cards cannot be kept in " + m_file + ": " + out.errorString().toStdString());
    }
}

std::string placesFile(const std::string& context) {
    const std::string folder = settingsFolder();
    if (folder.empty()) {
        return {};
    }
    // A context's name may hold slashes (EKS); two that differ only in those stay two files.
    const QByteArray hash = QCryptographicHash::hash(QByteArray::fromStdString(context), QCryptographicHash::Sha256).toHex().left(16);
    return folder + "/places/" + hash.toStdString() + ".json";
}

} // namespace meshdeck::app
