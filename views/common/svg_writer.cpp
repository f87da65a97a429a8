#include "common/svg_writer.h"

#include <cmath>

#include <QPaintEngine>
#include <QPainterPath>
#include <QPen>

namespace meshdeck::views {
namespace {

QByteArray number(double value) {
    QByteArray text = QByteArray::number(value, 'f', 2);
    while (text.endsWith('0')) {
        text.chop(1);
    }
    if (text.endsWith('.')) {
        text.chop(1);
    }
    return text == "-0" ? QByteArray("0") : text;
}

QByteArray point(QPointF p) {
    return number(p.x()) + ' ' + number(p.y());
}

QByteArray escaped(const QString& text) {
    QByteArray out;
    for (const char c : text.toUtf8()) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c; // no XML has other control characters
        }
    }
    return out;
}

QByteArray colour(const char* attribute, const QColor& c) {
    QByteArray text = QByteArray(" ") + attribute + "=\"" + c.name().toLatin1() + '"';
    if (c.alpha() < 255) {
        text += QByteArray(" ") + attribute + "-opacity=\"" + number(c.alphaF()) + '"';
    }
    return text;
}

QByteArray pathData(const QPainterPath& path) {
    QByteArray d;
    QPointF start, last;
    for (int i = 0; i < path.elementCount(); ++i) {
        const QPainterPath::Element e = path.elementAt(i);
        if (e.isMoveTo()) {
            if (i > 0 && last == start) {
                d += 'Z';
            }
            d += 'M' + point(e);
            start = e;
        } else if (e.isLineTo()) {
            d += 'L' + point(e);
        } else { // of a curve: three points
            d += 'C' + point(e) + ' ' + point(path.elementAt(i + 1)) + ' ' + point(path.elementAt(i + 2));
            i += 2;
        }
        last = path.elementAt(i);
    }
    return path.elementCount() > 2 && last == start ? d + 'Z' : d;
}

} // namespace

class SvgEngine final : public QPaintEngine {
public:
    SvgEngine()
        : QPaintEngine(QPaintEngine::PrimitiveTransform | QPaintEngine::PixmapTransform | QPaintEngine::AlphaBlend | QPaintEngine::Antialiasing |
                       QPaintEngine::PainterPaths | QPaintEngine::ConstantOpacity | QPaintEngine::BrushStroke) {}

    bool begin(QPaintDevice*) override { return true; }
    bool end() override { return true; }
    [[nodiscard]] Type type() const override { return QPaintEngine::User; }

    void updateState(const QPaintEngineState& next) override {
        const DirtyFlags flags = next.state();
        if (flags.testFlag(DirtyPen)) {
            m_pen = next.pen();
        }
        if (flags.testFlag(DirtyBrush)) {
            m_brush = next.brush();
        }
        if (flags.testFlag(DirtyTransform)) {
            m_transform = next.transform();
        }
        if (flags.testFlag(DirtyOpacity)) {
            m_opacity = next.opacity();
        }
    }

    void drawPath(const QPainterPath& path) override {
        if (path.isEmpty() || (m_pen.style() == Qt::NoPen && m_brush.style() == Qt::NoBrush)) {
            return;
        }
        body += "<path d=\"" + pathData(m_transform.map(path)) + '"' + fill() + stroke() + opacity() + "/>\n";
    }

    void drawPolygon(const QPointF* points, int count, PolygonDrawMode mode) override {
        QPainterPath path;
        path.addPolygon(QPolygonF(QList<QPointF>(points, points + count)));
        if (mode == PolylineMode) {
            const QBrush brush = std::exchange(m_brush, QBrush());
            drawPath(path);
            m_brush = brush;
            return;
        }
        path.closeSubpath();
        path.setFillRule(mode == WindingMode ? Qt::WindingFill : Qt::OddEvenFill);
        drawPath(path);
    }

    // Width and height of the font's own are not those of another machine's: the text is fitted into its width.
    void drawTextItem(const QPointF& at, const QTextItem& item) override {
        if (item.text().trimmed().isEmpty()) {
            return;
        }
        const QPointF place = m_transform.map(at);
        const double size = item.font().pixelSize() > 0 ? item.font().pixelSize() : item.font().pointSizeF() * 96 / 72;
        body += "<text x=\"" + number(place.x()) + "\" y=\"" + number(place.y()) + "\" font-size=\"" + number(size * scale()) +
                "\" textLength=\"" + number(item.width() * scale()) + "\" lengthAdjust=\"spacingAndGlyphs\"";
        if (item.font().weight() > QFont::Normal) {
            body += " font-weight=\"" + QByteArray::number(static_cast<int>(item.font().weight())) + '"';
        }
        body += colour("fill", m_pen.color()) + opacity() + " xml:space=\"preserve\">" + escaped(item.text()) + "</text>\n";
    }

    void drawPixmap(const QRectF&, const QPixmap&, const QRectF&) override {} // the map has none

    QByteArray body;

private:
    [[nodiscard]] double scale() const { return std::sqrt(std::abs(m_transform.determinant())); }

    [[nodiscard]] QByteArray opacity() const { return m_opacity < 0.999 ? " opacity=\"" + number(m_opacity) + '"' : QByteArray(); }

    [[nodiscard]] QByteArray fill() const {
        return m_brush.style() == Qt::NoBrush ? QByteArray(" fill=\"none\"") : colour("fill", m_brush.color());
    }

    [[nodiscard]] QByteArray stroke() const {
        if (m_pen.style() == Qt::NoPen || !m_pen.color().isValid()) {
            return {};
        }
        const double unit = m_pen.isCosmetic() ? 1 : scale();
        const double width = std::max(0.1, m_pen.widthF() > 0 ? m_pen.widthF() * unit : 1);
        QByteArray text = colour("stroke", m_pen.color()) + " stroke-width=\"" + number(width) + '"';
        if (m_pen.capStyle() != Qt::FlatCap) {
            text += m_pen.capStyle() == Qt::RoundCap ? " stroke-linecap=\"round\"" : " stroke-linecap=\"square\"";
        }
        if (m_pen.joinStyle() == Qt::RoundJoin) {
            text += " stroke-linejoin=\"round\"";
        }
        QByteArray dashes;
        if (m_pen.style() != Qt::SolidLine) {
            for (const qreal dash : m_pen.dashPattern()) {
                dashes += (dashes.isEmpty() ? "" : " ") + number(dash * width);
            }
        }
        return dashes.isEmpty() ? text : text + " stroke-dasharray=\"" + dashes + '"';
    }

    QPen m_pen;
    QBrush m_brush;
    QTransform m_transform;
    double m_opacity = 1;
};

SvgWriter::SvgWriter(QSizeF size, const QString& title)
    : m_size(size)
    , m_title(title)
    , m_engine(std::make_unique<SvgEngine>()) {}

SvgWriter::~SvgWriter() = default;

QByteArray SvgWriter::document() const {
    const QByteArray width = number(m_size.width()), height = number(m_size.height());
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width + "\" height=\"" +
           height + "\" viewBox=\"0 0 " + width + ' ' + height +
           "\" font-family=\"Inter, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif\">\n<title>" + escaped(m_title) + "</title>\n" +
           m_engine->body + "</svg>\n";
}

QPaintEngine* SvgWriter::paintEngine() const {
    return m_engine.get();
}

int SvgWriter::metric(PaintDeviceMetric metric) const {
    constexpr int kDpi = 96;
    switch (metric) {
    case PdmWidth: return static_cast<int>(std::ceil(m_size.width()));
    case PdmHeight: return static_cast<int>(std::ceil(m_size.height()));
    case PdmWidthMM: return static_cast<int>(m_size.width() * 25.4 / kDpi);
    case PdmHeightMM: return static_cast<int>(m_size.height() * 25.4 / kDpi);
    case PdmNumColors: return 1 << 24;
    case PdmDepth: return 24;
    case PdmDpiX:
    case PdmDpiY:
    case PdmPhysicalDpiX:
    case PdmPhysicalDpiY: return kDpi;
    case PdmDevicePixelRatio: return 1;
    case PdmDevicePixelRatioScaled: return static_cast<int>(QPaintDevice::devicePixelRatioFScale());
    }
    return 0;
}

} // namespace meshdeck::views
