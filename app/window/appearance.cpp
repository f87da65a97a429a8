#include "window/appearance.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSaveFile>
#include <QtGui/QIcon>
#include <QtWidgets/QApplication>
#include <QtWidgets/QStyle>

namespace meshdeck::app {

Appearance platformAppearance() {
    Appearance appearance;
    appearance.highContrast = QIcon::themeName().contains(QLatin1String("HighContrast"), Qt::CaseInsensitive);
    appearance.reducedMotion = QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration) <= 0;
    return appearance;
}

Appearance readAppearance(const std::string& file, const Appearance& fallback) {
    Appearance appearance = fallback;
    QFile in(QString::fromStdString(file));
    if (file.empty() || !in.open(QIODevice::ReadOnly)) {
        return appearance;
    }
    const QJsonObject object = QJsonDocument::fromJson(in.read(4096)).object();
    const QString theme = object.value(QLatin1String("theme")).toString();
    if (theme == QLatin1String("light")) {
        appearance.theme = views::ThemeKind::Light;
    } else if (theme == QLatin1String("dark")) {
        appearance.theme = views::ThemeKind::Dark;
    }
    appearance.highContrast = object.value(QLatin1String("highContrast")).toBool(fallback.highContrast);
    appearance.reducedMotion = object.value(QLatin1String("reducedMotion")).toBool(fallback.reducedMotion);
    return appearance;
}

Status writeAppearance(const std::string& file, const Appearance& appearance) {
    const QString path = QString::fromStdString(file);
    QDir().mkpath(QFileInfo(path).path());
    const QJsonObject object{
        {QStringLiteral("theme"), appearance.theme == views::ThemeKind::Light ? QStringLiteral("light") : QStringLiteral("dark")},
        {QStringLiteral("highContrast"), appearance.highContrast},
        {QStringLiteral("reducedMotion"), appearance.reducedMotion}};
    QSaveFile out(path);
    const QByteArray text = QJsonDocument(object).toJson();
    if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size() || !out.commit()) {
        return fail(ErrorKind::Io, "The looks of the window cannot be kept in " + file, out.errorString().toStdString());
    }
    return {};
}

} // namespace meshdeck::app
