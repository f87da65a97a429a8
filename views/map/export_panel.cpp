#include "map/export_panel.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QRadioButton>
#include <QSaveFile>
#include <QVBoxLayout>

#include "common/safe_label.h"
#include "map/export_files.h"

namespace meshdeck::views {
namespace {

constexpr QSize kPreview(360, 210);

struct Format {
    const char* id;
    const char* name;
    const char* suffix;
};
constexpr Format kFormats[] = {{"svg", "SVG picture", "svg"},
                               {"png", "PNG picture", "png"},
                               {"pdf", "PDF page", "pdf"},
                               {"mermaid", "Mermaid diagram", "mmd"},
                               {"dot", "Graphviz DOT", "dot"},
                               {"csv", "CSV of calls", "csv"},
                               {"csv-nodes", "CSV of nodes", "csv"},
                               {"json", "JSON (meshdeck.graph/1)", "json"},
                               {"cytoscape", "JSON in the shape of Kiali's graph", "json"}};

const Format& formatOf(const QString& id) {
    for (const Format& format : kFormats) {
        if (id == QLatin1String(format.id)) {
            return format;
        }
    }
    return kFormats[0];
}

} // namespace

QString exportName(const ExportSubject& subject, const QString& format) {
    QString name = subject.facts.mesh + QLatin1Char('-') + subject.facts.time.left(20);
    QString plain;
    for (const QChar c : name) {
        const bool fits = c.isLetterOrNumber() || c == QLatin1Char('-') || c == QLatin1Char('.') || c == QLatin1Char('_');
        plain += fits ? c : c == QLatin1Char(':') ? QChar() : QLatin1Char('-');
    }
    plain.remove(QChar());
    return plain + QLatin1Char('.') + QLatin1String(formatOf(format).suffix);
}

ExportPanel::ExportPanel(QWidget* parent)
    : QFrame(parent, Qt::Popup)
    , m_format(new QComboBox(this))
    , m_extent(new QButtonGroup(this))
    , m_scale(new QComboBox(this))
    , m_title(new QCheckBox(QStringLiteral("Title block and legend"), this))
    , m_dark(new QCheckBox(QStringLiteral("Dark colours"), this))
    , m_preview(new QLabel(this))
    , m_about(new SafeLabel({}, TextRole::Tertiary, this))
    , m_problem(new SafeLabel({}, TextRole::Primary, this)) {
    setProperty("role", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 12, 14, 12);
    layout->setSpacing(8);
    for (const Format& format : kFormats) {
        m_format->addItem(QLatin1String(format.name), QLatin1String(format.id));
    }
    m_format->setAccessibleName(QStringLiteral("Form of the file"));
    auto* extent = new QHBoxLayout;
    auto* whole = new QRadioButton(QStringLiteral("Whole map"), this);
    auto* view = new QRadioButton(QStringLiteral("What is in view"), this);
    whole->setChecked(true);
    m_extent->addButton(whole, 0);
    m_extent->addButton(view, 1);
    extent->addWidget(whole);
    extent->addWidget(view);
    extent->addStretch(1);
    for (const int scale : {1, 2, 3, 4}) {
        m_scale->addItem(QStringLiteral("%1×").arg(scale), scale);
    }
    m_scale->setCurrentIndex(1);
    m_scale->setAccessibleName(QStringLiteral("Pixels of the picture for one of the map"));
    m_title->setChecked(true);
    m_preview->setFixedSize(kPreview);
    m_preview->setAlignment(Qt::AlignCenter);
    m_preview->setAccessibleName(QStringLiteral("Preview"));
    m_about->setFontSize(11);
    m_about->setWordWrap(true);
    m_problem->setVisible(false);
    m_problem->setWordWrap(true);
    auto* head = new QHBoxLayout;
    head->addWidget(m_format, 1);
    head->addWidget(m_scale);
    auto* boxes = new QHBoxLayout;
    boxes->addWidget(m_title);
    boxes->addWidget(m_dark);
    boxes->addStretch(1);
    auto* buttons = new QHBoxLayout;
    auto* copy = new QPushButton(QStringLiteral("Copy"), this);
    auto* save = new QPushButton(QStringLiteral("Save…"), this);
    save->setProperty("primary", true);
    save->setDefault(true);
    buttons->addStretch(1);
    buttons->addWidget(copy);
    buttons->addWidget(save);
    layout->addLayout(head);
    layout->addLayout(extent);
    layout->addLayout(boxes);
    layout->addWidget(m_preview);
    layout->addWidget(m_about);
    layout->addWidget(m_problem);
    layout->addLayout(buttons);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportPanel::refresh);
    connect(m_scale, &QComboBox::currentIndexChanged, this, &ExportPanel::refresh);
    connect(m_extent, &QButtonGroup::idToggled, this, &ExportPanel::refresh);
    connect(m_title, &QCheckBox::toggled, this, &ExportPanel::refresh);
    connect(m_dark, &QCheckBox::toggled, this, &ExportPanel::refresh);
    connect(save, &QPushButton::clicked, this, &ExportPanel::save);
    connect(copy, &QPushButton::clicked, this, &ExportPanel::copy);
}

void ExportPanel::setSubject(ExportSubject subject) {
    m_subject = std::move(subject);
    m_problem->setVisible(false);
    refresh();
}

void ExportPanel::openUnder(QWidget* widget) {
    adjustSize();
    const QPoint corner = widget->mapToGlobal(QPoint(widget->width(), widget->height() + 4));
    move(corner.x() - width(), corner.y());
    show();
    m_format->setFocus();
}

void ExportPanel::setFormat(const QString& format) {
    m_format->setCurrentIndex(m_format->findData(format));
}

ExportOptions ExportPanel::options() const {
    return {m_format->currentData().toString(), m_extent->checkedId() == 1, m_title->isChecked(), m_dark->isChecked(),
            m_scale->currentData().toDouble()};
}

void ExportPanel::refresh() {
    if (!m_subject.scene) {
        return;
    }
    const ExportOptions wanted = options();
    const bool picture = isPictureFormat(wanted.format);
    for (QWidget* widget : {static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_dark)}) {
        widget->setEnabled(picture);
    }
    m_scale->setEnabled(wanted.format == QLatin1String("png"));
    for (QAbstractButton* button : m_extent->buttons()) {
        button->setEnabled(picture);
    }
    if (picture) {
        const MapSheet sheet = sheetFor(m_subject, wanted);
        const double fit = std::min(kPreview.width() / sheet.size().width(), kPreview.height() / sheet.size().height());
        QImage image = imageOf(sheet, std::min(1.0, fit) * devicePixelRatioF());
        image.setDevicePixelRatio(devicePixelRatioF());
        m_preview->setPixmap(QPixmap::fromImage(image));
        const QSizeF size = sheet.size() * (wanted.format == QLatin1String("png") ? wanted.scale : 1);
        m_about->setText(QStringLiteral("%1 × %2 px. %3").arg(qRound(size.width())).arg(qRound(size.height())).arg(m_subject.facts.content));
    } else { // the beginning of the file says what it is
        const QByteArray text = exported(m_subject, wanted);
        QImage image(kPreview * devicePixelRatioF(), QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(devicePixelRatioF());
        image.fill(Qt::transparent);
        QPainter painter(&image);
        painter.setFont(theme(ThemeKind::Light).monoFont(10));
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(QRect(QPoint(0, 0), kPreview), Qt::AlignLeft | Qt::AlignTop, safeText(QString::fromUtf8(text.left(1500)), true));
        painter.end();
        m_preview->setPixmap(QPixmap::fromImage(image));
        m_about->setText(QStringLiteral("%1 KiB of text. %2").arg((text.size() + 1023) / 1024).arg(m_subject.facts.content));
    }
}

QString ExportPanel::write(const QString& file) const {
    QSaveFile out(file); // as a whole or not at all
    const QByteArray content = exported(m_subject, options());
    if (content.isEmpty()) {
        return QStringLiteral("There is nothing to save");
    }
    if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size() || !out.commit()) {
        return QStringLiteral("%1 could not be written: %2").arg(safeText(file), safeText(out.errorString()));
    }
    return {};
}

void ExportPanel::save() {
    const Format& format = formatOf(options().format);
    hide(); // a popup over which a dialog opens keeps the pointer to itself
    const QString file = QFileDialog::getSaveFileName(parentWidget(), QStringLiteral("Save the map"), exportName(m_subject, QLatin1String(format.id)),
                                                      QStringLiteral("%1 (*.%2)").arg(QLatin1String(format.name), QLatin1String(format.suffix)));
    if (file.isEmpty()) {
        return;
    }
    const QString problem = write(file);
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    setVisible(!problem.isEmpty());
}

void ExportPanel::copy() {
    const ExportOptions wanted = options();
    if (isPictureFormat(wanted.format) && wanted.format != QLatin1String("svg")) {
        QGuiApplication::clipboard()->setImage(imageOf(sheetFor(m_subject, wanted), wanted.scale));
    } else {
        QGuiApplication::clipboard()->setText(QString::fromUtf8(exported(m_subject, wanted)));
    }
    hide();
}

} // namespace meshdeck::views
