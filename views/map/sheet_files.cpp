// A sheet as PNG, SVG and PDF.
#include <algorithm>
#include <cctype>

#include <QBuffer>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QRegularExpression>

#include "common/svg_writer.h"
#include "map/map_sheet.h"

namespace meshdeck::views {
namespace {

constexpr double kMostPixels = 16000;
constexpr double kDotsPerInch = 96;
constexpr double kMostInches = 200; // a page has no more than 14,400 points a side

// Writes the same number of bytes over what differs from run to run (the file's tables count bytes): digits and letters of
// what the pattern captures become those of `with`, and zeros after it.
void overwrite(QByteArray& file, const char* pattern, const QByteArray& with) {
    const QRegularExpression expression{QLatin1String(pattern)};
    const QString text = QString::fromLatin1(file); // a byte a character
    for (auto it = expression.globalMatch(text); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        qsizetype next = 0;
        for (qsizetype i = match.capturedStart(1); i < match.capturedEnd(1); ++i) {
            if (std::isxdigit(static_cast<unsigned char>(file.at(i))) != 0) {
                file[i] = next < with.size() ? with.at(next) : '0';
                ++next;
            }
        }
    }
}

} // namespace

QImage imageOf(const MapSheet& sheet, double scale) {
    const QSizeF size = sheet.size();
    const double fit = std::min({scale, kMostPixels / size.width(), kMostPixels / size.height()});
    QImage image((size * fit).toSize().expandedTo(QSize(1, 1)), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.scale(fit, fit);
    sheet.paint(painter);
    return image;
}

QByteArray svgOf(const MapSheet& sheet) {
    SvgWriter writer(sheet.size(), sheet.facts().mesh);
    {
        QPainter painter(&writer);
        sheet.paint(painter);
    }
    return writer.document();
}

QByteArray pdfOf(const MapSheet& sheet) {
    QByteArray file;
    QBuffer buffer(&file);
    buffer.open(QIODevice::WriteOnly);
    {
        const double scale = std::min({1.0, kMostInches * kDotsPerInch / sheet.size().width(), kMostInches * kDotsPerInch / sheet.size().height()});
        QPdfWriter writer(&buffer);
        writer.setResolution(static_cast<int>(kDotsPerInch));
        writer.setPageSize(QPageSize(sheet.size() * scale * 72 / kDotsPerInch, QPageSize::Point, QStringLiteral("map"), QPageSize::ExactMatch));
        writer.setPageMargins(QMarginsF(0, 0, 0, 0));
        writer.setTitle(sheet.facts().mesh);
        writer.setCreator(QStringLiteral("Meshdeck"));
        QPainter painter(&writer);
        painter.scale(scale, scale);
        sheet.paint(painter);
    }
    static const QByteArray kNoDate("20000101");
    overwrite(file, R"(/CreationDate \(D:(\d{14}[^)]*)\))", kNoDate);
    overwrite(file, R"(<xmp:(?:Create|Modify|Metadata)Date>([^<]*)<)", kNoDate);
    overwrite(file, R"(uuid:([0-9a-fA-F-]{36}))", {});
    return file;
}

} // namespace meshdeck::views
