// A paint device that writes SVG: text stays text and keeps its width in any font, coordinates have two decimals, and the
// same painting gives the same bytes. Qt's own generator writes text in the font of this machine only, which other
// programs show wider than the card it stands in.
#pragma once

#include <memory>

#include <QByteArray>
#include <QPaintDevice>
#include <QSizeF>
#include <QString>

namespace meshdeck::views {

class SvgEngine;

class SvgWriter final : public QPaintDevice {
public:
    // Size in px; the title is what a viewer shows, plain text.
    SvgWriter(QSizeF size, const QString& title);
    ~SvgWriter() override;
    // The document; to be asked when no painter is active any more.
    [[nodiscard]] QByteArray document() const;

    [[nodiscard]] QPaintEngine* paintEngine() const override;

protected:
    [[nodiscard]] int metric(PaintDeviceMetric metric) const override;

private:
    QSizeF m_size;
    QString m_title;
    std::unique_ptr<SvgEngine> m_engine;
};

} // namespace meshdeck::views
