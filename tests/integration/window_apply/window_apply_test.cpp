// The real window against meshdeck-demo over its sockets: select, edit, dry run, apply, proxies, undo. Nothing is faked
// but the hand that clicks. No sleeps: the event loop runs until what is waited for is there, or a deadline has passed.
#include <functional>

#include <QApplication>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <gtest/gtest.h>

#include "changes/change_page.h"
#include "changes/diff_part.h"
#include "changes/guard_bar.h"
#include "changes/weight_editor.h"
#include "composition_demo.h"
#include "config/routes.h"
#include "map/map_page.h"
#include "map/map_view.h"
#include "unit/change/temp_folder.h"
#include "window/desk.h"

namespace meshdeck::app {
namespace {

const mesh::ResourceRef kReviews{"networking.istio.io", "VirtualService", "bookinfo", "reviews"};

class WindowApply : public ::testing::Test {
protected:
    void SetUp() override {
        const QByteArray folder = QByteArray::fromStdString(m_folder.path().string());
        qputenv("XDG_STATE_HOME", folder); // journal and settings of this test alone
        qputenv("XDG_CONFIG_HOME", folder);
        auto demo = PrivateDemo::start("bookinfo", MESHDECK_BIN "/meshdeck-demo");
        ASSERT_TRUE(demo) << describe(demo.error());
        m_demo = std::move(*demo);
        ConnectionOptions options;
        options.kubeconfig = m_demo->kubeconfig();
        auto connection = Connection::open(options); // ours, to read what is really stored
        ASSERT_TRUE(connection) << describe(connection.error());
        m_beside = std::move(*connection);
        m_desk = std::make_unique<Desk>(options);
        m_desk->open();
        for (QWidget* widget : QApplication::topLevelWidgets()) {
            if (auto* window = qobject_cast<views::MainWindow*>(widget); window != nullptr && window->isVisible()) {
                m_window = window;
            }
        }
        ASSERT_NE(m_window, nullptr);
    }

    // Runs the event loop until `there`, or for a minute.
    [[nodiscard]] static bool reached(const std::function<bool()>& there) {
        QTimer limit;
        limit.setSingleShot(true);
        limit.start(std::chrono::minutes(1));
        while (limit.isActive() && !there()) {
            QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
        }
        return there();
    }

    QPushButton* button(const QString& text) {
        for (QPushButton* button : m_window->findChildren<QPushButton*>()) {
            if (button->text() == text) {
                return button;
            }
        }
        ADD_FAILURE() << "no button " << text.toStdString();
        return nullptr;
    }

    bool guardSays(const QString& text) {
        const auto labels = m_window->changePage().guard().findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) { return label->text().contains(text); });
    }

    // The card of the reviews service, once its traffic has been seen.
    std::string reviews() {
        const views::ScenePtr& scene = m_window->mapPage().view().scene();
        for (const views::SceneNode& node : scene ? scene->nodes : std::vector<views::SceneNode>()) {
            if (node.name == QStringLiteral("reviews") && node.glyph == views::Glyph::Service && node.rate > 0) {
                return node.id;
            }
        }
        return {};
    }

    std::vector<int> stored() {
        std::vector<int> weights;
        const auto live = m_beside->cluster().read(kReviews, {});
        EXPECT_TRUE(live) << (live ? "" : describe(live.error()));
        for (const auto& destination : config::weightedRoutes(*live.value())[0].destinations) {
            weights.push_back(destination.weight.value_or(0));
        }
        return weights;
    }

    change::TempFolder m_folder;
    std::unique_ptr<PrivateDemo> m_demo;
    std::unique_ptr<Connection> m_beside;
    std::unique_ptr<Desk> m_desk;
    views::MainWindow* m_window = nullptr;
};

TEST_F(WindowApply, EditDryRunApplyUndo_onARunningMesh) {
    views::ChangePage& page = m_window->changePage();
    ASSERT_TRUE(reached([this] { return !reviews().empty(); }));
    m_window->mapPage().view().select(reviews());
    ASSERT_TRUE(reached([this] { return button(QStringLiteral("Edit weights…"))->isEnabled(); }));
    button(QStringLiteral("Edit weights…"))->click();
    ASSERT_EQ(page.editor().weights(), (std::vector<int>{80, 10, 10}));

    page.editor().move(1, 30);
    const std::vector<int> wanted = page.editor().weights();
    EXPECT_EQ(wanted[1], 30);
    EXPECT_EQ(page.pending(), 1);
    EXPECT_NE(page.diff().asKubectl().find("patch virtualservices.networking.istio.io reviews"), std::string::npos);

    button(QStringLiteral("Dry run"))->click();
    ASSERT_TRUE(reached([&page] { return page.guard().mayApply(); }));
    EXPECT_EQ(stored(), (std::vector<int>{80, 10, 10})) << "a dry run stores nothing";

    button(QStringLiteral("Apply"))->click();
    ASSERT_TRUE(reached([&page] { return !page.guard().busy(); }));
    EXPECT_TRUE(guardSays(QStringLiteral("Applied")));
    EXPECT_TRUE(guardSays(QStringLiteral("proxies acknowledged")));
    EXPECT_EQ(stored(), wanted);
    EXPECT_EQ(page.pending(), 0);

    ASSERT_TRUE(button(QStringLiteral("Undo"))->isEnabled());
    button(QStringLiteral("Undo"))->click();
    ASSERT_TRUE(reached([&page] { return !page.guard().busy(); }));
    EXPECT_TRUE(guardSays(QStringLiteral("Taken back")));
    EXPECT_EQ(stored(), (std::vector<int>{80, 10, 10}));
    // The watch brings the stored object back into the editor.
    EXPECT_TRUE(reached([&page] { return page.editor().weights() == std::vector<int>{80, 10, 10}; }));
}

} // namespace
} // namespace meshdeck::app
