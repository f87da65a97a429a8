// The window: it owns the parts and the actions; each page connects itself.
#pragma once

#include <QMainWindow>

#include "base/executor.h"
#include "changes/change_service.h"
#include "common/mesh_state.h"
#include "shell/shell_options.h"

class QAction;
class QDockWidget;
class QMenu;
class QStackedWidget;

namespace meshdeck::views {

class ChangePage;
class CommandPalette;
class ContextBar;
class HelpPage;
class Inspector;
class MapPage;
class MatchPanel;
class Rail;
class RoutesPage;
class SafeLabel;
class SourceStatus;
class StartPage;

class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    // `mesh`, `changes` and `clock` outlive the window; `changes` may be null (nothing can be edited). With an empty
    // context in the options the start page is shown.
    MainWindow(MeshState& mesh, ChangeService* changes, ShellOptions options, const Clock& clock = systemClock());
    ~MainWindow() override;

    void setTheme(ThemeKind kind);
    [[nodiscard]] ThemeKind themeKind() const { return m_options.theme; }
    void setHighContrast(bool on);
    void setReducedMotion(bool on);
    // After an unlock, or when the lock came back; the reason is empty when writing is allowed.
    void setReadOnly(bool readOnly, const std::string& reason);
    [[nodiscard]] MapPage& mapPage() { return *m_map; }
    [[nodiscard]] ChangePage& changePage() { return *m_changes; }
    [[nodiscard]] RoutesPage& routesPage() { return *m_routes; }
    void showMap();
    void showChanges();
    void showRoutes();
    void showHelp(const QString& page);
    void editWeights(const config::WeightedRoute& route);

Q_SIGNALS:
    void demoRequested();
    void kubeconfigChosen(const QString& file);
    void refreshRequested();
    void graphChosen(meshdeck::mesh::GraphType type, bool idleNodes);
    void namespacesInView(const std::vector<std::string>& namespaces); // empty: all
    void unlockRequested(); // the user asks; whoever holds the lock decides and calls setReadOnly
    // Theme, contrast or motion: whoever opens the next window gives it the same.
    void filtersChanged(const meshdeck::views::SavedFilters& filters);
    void appearanceChanged(meshdeck::views::ThemeKind kind, bool highContrast, bool reducedMotion);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum Page { MapId, RoutesId, ChangesId, HelpId, SettingsId };
    void makeCentre();
    void makeInspector(ChangeService* changes);
    void connectMatches();
    void connectRoutes();
    void makeStatusBar();
    void addShortcuts();
    void choose(int page);
    void showPage(Page page);
    void openPalette();
    QMenu* makeSettings();
    void openSettings();
    void showSnapshot();

    MeshState& m_mesh;
    ShellOptions m_options;
    const Clock& m_clock;
    Strand m_worker; // scenes and layouts
    Strand m_policy; // checks and requests: may take longer than a frame of the map may wait
    ContextBar* m_bar;
    Rail* m_rail;
    QStackedWidget* m_pages;
    MapPage* m_map;
    ChangePage* m_changes;
    RoutesPage* m_routes;
    HelpPage* m_help;
    StartPage* m_start = nullptr;
    QDockWidget* m_dock = nullptr;
    Inspector* m_inspector = nullptr;
    MatchPanel* m_matches = nullptr; // over the inspector while something is looked for
    SourceStatus* m_sources = nullptr;
    SafeLabel* m_note = nullptr;
    SafeLabel* m_zoom = nullptr;
    CommandPalette* m_palette;
    QMenu* m_settings = nullptr;
    QAction* m_darkTheme = nullptr;
    QAction* m_lightTheme = nullptr;
    QAction* m_contrast = nullptr;
    QAction* m_motion = nullptr;
};

} // namespace meshdeck::views
