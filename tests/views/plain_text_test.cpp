// Text from outside appears literally, whatever it contains (facts/faults.md E2).
#include "common/safe_label.h"

#include <gtest/gtest.h>

#include "map/cards.h"

namespace meshdeck::views {
namespace {

const char* const kPayloads[] = {"<img src=x onerror=alert(1)>", "reviews<br>v2", "<a href=\"http://evil\">pay</a>",
                                 "payment<i>", "&lt;b&gt;", "a\n<b>second line</b>"};

TEST(SafeLabel, Payloads_areShownLiterally) {
    for (const char* payload : kPayloads) {
        const SafeLabel label(QString::fromUtf8(payload));
        EXPECT_EQ(label.textFormat(), Qt::PlainText);
        EXPECT_EQ(label.text(), QString::fromUtf8(payload));
    }
}

TEST(SafeLabel, ControlAndBidiCharacters_areEscaped) {
    const SafeLabel label(QStringLiteral("pay\u202Etnem\x1b"));
    EXPECT_FALSE(label.text().contains(QChar(0x202E)));
    EXPECT_FALSE(label.text().contains(QChar(0x1b)));
}

TEST(PlainToolTip, Payloads_areEscaped) {
    for (const char* payload : kPayloads) {
        const QString tip = plainToolTip(QString::fromUtf8(payload));
        const QString inner = tip.mid(4, tip.size() - 9).replace(QStringLiteral("<br>"), QString());
        EXPECT_FALSE(inner.contains(QLatin1Char('<'))) << payload;
    }
}

TEST(Cards, NodeNamedLikeMarkup_keepsItsName) {
    mesh::Graph graph;
    mesh::Node node;
    node.id = "1";
    node.kind = mesh::NodeKind::Service;
    node.ns = "<b>ns</b>";
    node.service = "<img src=x>";
    graph.nodes.push_back(node);
    const Scene scene = makeCards(graph, {});
    ASSERT_EQ(scene.nodes.size(), 1U);
    EXPECT_EQ(scene.nodes[0].name, QStringLiteral("<img src=x>"));
    EXPECT_EQ(scene.boxes.at(0).title, QStringLiteral("<b>ns</b>"));
}

} // namespace
} // namespace meshdeck::views
