// The figures of visual.md 2, held over tokens.json.
#include "common/theme.h"

#include <gtest/gtest.h>

#include "common/colour_math.h"

namespace meshdeck::views {
namespace {

class BothThemes : public testing::TestWithParam<ThemeKind> {
protected:
    const Theme& m_theme = theme(GetParam());

    double worst(const QColor& ink) const {
        return std::min({contrast(ink, m_theme.surface.canvas), contrast(ink, m_theme.surface.panel),
                         contrast(ink, m_theme.surface.raised)});
    }

    static double apart(const std::vector<QColor>& colours, Sight sight) {
        double smallest = 1000;
        for (std::size_t i = 0; i < colours.size(); ++i) {
            for (std::size_t k = i + 1; k < colours.size(); ++k) {
                smallest = std::min(smallest, ciede2000(seenBy(sight, colours[i]), seenBy(sight, colours[k])));
            }
        }
        return smallest;
    }

    // Idle and unknown are told by their form; the three states that act on people must differ by colour too.
    std::vector<QColor> states() const { return {m_theme.health[0], m_theme.health[1], m_theme.health[2]}; }
};

TEST_P(BothThemes, Text_onEverySurface_isReadable) {
    for (const QColor& ink : {m_theme.text.primary, m_theme.text.secondary, m_theme.text.tertiary}) {
        EXPECT_GE(worst(ink), 4.5) << ink.name().toStdString();
    }
    EXPECT_GE(contrast(m_theme.text.onAccent, m_theme.accent.base), 4.5);
    EXPECT_GE(worst(m_theme.accent.focus), 3);
    EXPECT_GE(worst(m_theme.line.strong), 3);
}

TEST_P(BothThemes, ColouredText_onEverySurface_isReadable) {
    for (const QColor& ink : m_theme.healthText) {
        EXPECT_GE(worst(ink), 4.5) << ink.name().toStdString();
    }
    for (const QColor& ink : {m_theme.changeText.added, m_theme.changeText.removed, m_theme.changeText.changed}) {
        EXPECT_GE(worst(ink), 4.5) << ink.name().toStdString();
    }
}

TEST_P(BothThemes, Graphics_onEverySurface_canBeSeen) {
    for (const QColor& ink : m_theme.health) {
        EXPECT_GE(worst(ink), 3) << ink.name().toStdString();
    }
    for (const QColor& ink : m_theme.protocol) {
        EXPECT_GE(worst(ink), 3) << ink.name().toStdString();
    }
    for (const QColor& ink : m_theme.version) {
        EXPECT_GE(worst(ink), 3) << ink.name().toStdString();
    }
    for (const QColor& ink : {m_theme.change.added, m_theme.change.removed, m_theme.change.changed}) {
        EXPECT_GE(worst(ink), 3) << ink.name().toStdString();
    }
}

TEST_P(BothThemes, HealthAndChange_everySight_stayApart) {
    const std::vector<QColor> change{m_theme.change.added, m_theme.change.removed, m_theme.change.changed};
    for (const Sight sight : {Sight::Normal, Sight::Deuteranopia, Sight::Protanopia}) {
        EXPECT_GE(apart(states(), sight), 12);
        EXPECT_GE(apart(change, sight), 12);
        std::vector<QColor> all = states();
        all.insert(all.end(), change.begin(), change.end());
        EXPECT_GE(apart(all, sight), 12);
    }
}

TEST_P(BothThemes, NeighbouringVersions_everySight_stayApart) {
    ASSERT_EQ(m_theme.version.size(), 8U);
    for (const Sight sight : {Sight::Normal, Sight::Deuteranopia, Sight::Protanopia}) {
        for (std::size_t i = 1; i < m_theme.version.size(); ++i) {
            EXPECT_GE(apart({m_theme.version[i - 1], m_theme.version[i]}, sight), 12) << i;
        }
    }
}

TEST_P(BothThemes, HighContrast_linesAndSmallTextAreStronger_tintsAreOff) {
    const Theme& strong = theme(GetParam(), true);
    EXPECT_EQ(strong.extraLine, 1);
    for (const QColor& line : {strong.line.hair, strong.line.edge, strong.namespaces.front().line}) {
        EXPECT_GE(contrast(line, strong.surface.canvas), 3);
    }
    EXPECT_EQ(strong.text.tertiary, m_theme.text.secondary);
    EXPECT_GT(contrast(strong.text.secondary, strong.surface.panel), contrast(m_theme.text.secondary, m_theme.surface.panel));
    for (const QColor& tint : strong.healthTint) {
        EXPECT_EQ(tint, strong.surface.panel);
    }
    EXPECT_EQ(m_theme.extraLine, 0);
}

INSTANTIATE_TEST_SUITE_P(Themes, BothThemes, testing::Values(ThemeKind::Dark, ThemeKind::Light));

TEST(ColourMath, Contrast_blackOnWhite_is21) {
    EXPECT_NEAR(contrast(Qt::black, Qt::white), 21, 0.001);
}

TEST(ColourMath, Ciede2000_knownDistances_match) {
    EXPECT_NEAR(ciede2000(Qt::black, Qt::white), 100, 0.01);
    EXPECT_NEAR(ciede2000(QColor("#ff0000"), QColor("#ff0000")), 0, 1e-9);
}

TEST(ColourMath, SeenBy_grey_staysGrey) {
    const QColor seen = seenBy(Sight::Protanopia, QColor("#808080"));
    EXPECT_NEAR(seen.red(), 128, 1);
    EXPECT_NEAR(seen.green(), 128, 1);
    EXPECT_NEAR(seen.blue(), 128, 1);
}

} // namespace
} // namespace meshdeck::views
