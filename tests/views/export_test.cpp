// The map as files: the same graph is the same bytes, and other programs can read them.
#include <QPdfWriter>
#include <QTemporaryDir>
#include <QXmlStreamReader>

#include <gtest/gtest.h>

#include "common/svg_writer.h"
#include "map/export_files.h"
#include "map/legend.h"
#include "map/render_map.h"
#include "map/scene_builder.h"
#include "views/sample_mesh.h"

namespace meshdeck::views {
namespace {

ExportSubject subjectOf(const mesh::SnapshotPtr& snapshot) {
    SceneOptions options;
    options.now = sample::moment();
    ExportSubject subject;
    subject.snapshot = snapshot;
    subject.scene = buildScene(*snapshot, options, {})->scene;
    subject.facts = factsOf(*snapshot, *subject.scene->graph);
    subject.view = QRectF(0, 0, 300, 200);
    return subject;
}

QByteArray made(const char* format, const ExportSubject& subject) {
    ExportOptions options;
    options.format = QLatin1String(format);
    options.scale = 1;
    return exported(subject, options);
}

// All texts of a document, and whether it is well-formed.
QStringList textsOf(const QByteArray& svg) {
    QXmlStreamReader reader(svg);
    QStringList texts;
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement() && reader.name() == QLatin1String("text")) {
            texts << reader.readElementText();
        }
    }
    EXPECT_FALSE(reader.hasError()) << reader.errorString().toStdString();
    return texts;
}

TEST(Export, EveryForm_isTheSameTwice) {
    for (const char* format : {"svg", "png", "pdf", "dot", "mermaid", "csv", "csv-nodes", "json", "cytoscape"}) {
        const QByteArray first = made(format, subjectOf(sample::boutique()));
        EXPECT_FALSE(first.isEmpty()) << format;
        EXPECT_TRUE(first == made(format, subjectOf(sample::boutique()))) << format;
    }
}

TEST(ExportSvg, Text_staysTextAndKeepsItsWidth) {
    const QByteArray svg = made("svg", subjectOf(sample::boutique()));
    const QStringList texts = textsOf(svg);
    for (const char* word : {"checkout", "catalog", "orders", "plaintext", "denied"}) {
        EXPECT_TRUE(texts.contains(QLatin1String(word))) << word;
    }
    EXPECT_EQ(svg.count("<text"), svg.count("textLength="));
    EXPECT_FALSE(svg.contains("<image"));
    EXPECT_LT(svg.size(), 400 * 1024);
}

TEST(ExportSvg, HostileNames_areEscaped) {
    SvgWriter writer(QSizeF(100, 20), QStringLiteral("<script> & \"x\""));
    {
        QPainter painter(&writer);
        painter.drawText(QPointF(0, 10), QStringLiteral("</text><script>alert(1)</script> & \x1b"));
        painter.drawLine(0, 0, 10, 10);
    }
    const QByteArray svg = writer.document();
    EXPECT_EQ(textsOf(svg).size(), 1);
    EXPECT_TRUE(textsOf(svg).front().contains(QStringLiteral("<script>alert(1)</script> & "))) << "as text";
    EXPECT_FALSE(svg.contains("<script"));
}

TEST(ExportPdf, Page_isTheSheetWithoutATimeOfItsOwn) {
    const ExportSubject subject = subjectOf(sample::bookinfo());
    const QByteArray pdf = made("pdf", subject);
    EXPECT_TRUE(pdf.startsWith("%PDF-1."));
    EXPECT_TRUE(pdf.trimmed().endsWith("%%EOF"));
    const QSizeF points = MapSheet(subject.scene, subject.facts).size() * 72 / 96;
    const qsizetype box = pdf.indexOf("/MediaBox [");
    ASSERT_GT(box, 0);
    const QList<QByteArray> numbers = pdf.mid(box + 11, pdf.indexOf(']', box) - box - 11).trimmed().split(' ');
    ASSERT_EQ(numbers.size(), 4);
    EXPECT_NEAR(numbers[2].toDouble(), points.width(), 1.5);
    EXPECT_NEAR(numbers[3].toDouble(), points.height(), 1.5);
    const qsizetype date = pdf.indexOf("/CreationDate (D:");
    ASSERT_GT(date, 0);
    EXPECT_EQ(pdf.mid(date + 17, 8), "20000101");
}

TEST(Export, View_isAPartOfTheMap) {
    const ExportSubject subject = subjectOf(sample::boutique());
    ExportOptions options;
    options.viewOnly = true;
    options.titleBlock = false;
    const MapSheet part = sheetFor(subject, options);
    EXPECT_EQ(part.size(), QSizeF(348, 248)) << "the part and a margin";
    options.viewOnly = false;
    EXPECT_GT(sheetFor(subject, options).size().width(), 900);
}

TEST(Export, TitleBlock_saysWhatItIsAPictureOf) {
    ExportSubject subject = subjectOf(sample::boutique());
    subject.facts.filter = QStringLiteral("without idle");
    const QStringList texts = textsOf(made("svg", subject));
    EXPECT_TRUE(texts.contains(subject.facts.mesh));
    EXPECT_TRUE(texts.contains(QStringLiteral("without idle")));
    EXPECT_TRUE(texts.join(QLatin1Char('\n')).contains(subject.facts.time));
    EXPECT_TRUE(subject.facts.content.contains(QStringLiteral("nodes"))) << subject.facts.content.toStdString();
}

TEST(ExportPanelTest, File_isWrittenAsAWhole) {
    ExportPanel panel(nullptr);
    panel.setSubject(subjectOf(sample::bookinfo()));
    const QTemporaryDir folder;
    for (const char* format : {"svg", "png", "pdf", "mermaid", "csv-nodes"}) {
        panel.setFormat(QLatin1String(format));
        EXPECT_EQ(panel.options().format, QLatin1String(format));
        const QString file = folder.filePath(QLatin1String(format));
        EXPECT_TRUE(panel.write(file).isEmpty());
        EXPECT_GT(QFileInfo(file).size(), 100);
    }
    EXPECT_FALSE(panel.write(folder.filePath(QStringLiteral("no/such/folder/x"))).isEmpty()) << "one sentence";
}

TEST(ExportName, Names_areFileNames) {
    ExportSubject subject = subjectOf(sample::bookinfo());
    subject.facts.mesh = QStringLiteral("arn:aws:eks/prod: *?");
    const QString name = exportName(subject, QStringLiteral("svg"));
    EXPECT_TRUE(name.endsWith(QStringLiteral(".svg")));
    for (const QChar c : QStringLiteral("/\\:*?\"<>| ")) {
        EXPECT_FALSE(name.contains(c)) << name.toStdString();
    }
}

TEST(Legend, Rows_followTheWidthAndTheWordsThePicture) {
    const ExportSubject subject = subjectOf(sample::boutique());
    const Theme& light = theme(ThemeKind::Light);
    EXPECT_GT(legendHeight(*subject.scene, light, 300), legendHeight(*subject.scene, light, 3000));
    EXPECT_EQ(legendHeight(*subject.scene, light, 100000), 34) << "one row";
    const QString words = legendWords(*subject.scene);
    EXPECT_TRUE(words.contains(QStringLiteral("plaintext")));
    EXPECT_TRUE(words.contains(QStringLiteral("denied")));
    EXPECT_FALSE(legendWords(*subjectOf(sample::bookinfo()).scene).contains(QStringLiteral("denied"))) << "not in that picture";
}

} // namespace
} // namespace meshdeck::views
