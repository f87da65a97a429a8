// What Find has found, worst first, and what it has in common: over the inspector, which shows the chosen one.
#pragma once

#include <memory>

#include <QWidget>

#include "common/theme.h"
#include "mesh/graph.h"
#include "traffic/find/evaluate.h"

class QListView;

namespace meshdeck::views {

class MatchModel;
class SafeLabel;

class MatchPanel final : public QWidget {
    Q_OBJECT

public:
    explicit MatchPanel(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    // Keeps the chosen row and the place in the list where it is still there.
    void setMatches(const std::shared_ptr<const mesh::Graph>& graph, const traffic::FindMatches& matches);
    // Follows the map's selection: any of these ids. Tells nobody.
    void showChosen(const std::vector<std::string>& ids);
    // Chooses the one after (or before) the chosen one, round the end, and tells of it.
    void step(int by);
    [[nodiscard]] int count() const;
    [[nodiscard]] QListView& list() { return *m_list; }

Q_SIGNALS:
    void nodeChosen(const QString& node);
    void edgeChosen(const QString& edge);

private:
    void choose(int row);
    void showCommon(const mesh::Graph& graph, const traffic::FindMatches& matches);

    const Theme* m_theme;
    MatchModel* m_model;
    SafeLabel* m_title;
    SafeLabel* m_order;
    SafeLabel* m_head;
    SafeLabel* m_common;
    QListView* m_list;
    bool m_following = false;
};

} // namespace meshdeck::views
