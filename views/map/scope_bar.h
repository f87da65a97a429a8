// Over the map's upper left corner: what part of the mesh is shown, and the way back. Hidden while all of it is.
#pragma once

#include <QFrame>

#include "common/theme.h"
#include "map/scene.h"
#include "traffic/lens.h"

class QHBoxLayout;
class QToolButton;

namespace meshdeck::views {

class SafeLabel;

class ScopeBar final : public QFrame {
    Q_OBJECT

public:
    explicit ScopeBar(QWidget* parent = nullptr);
    // `name` and `other` are what a person calls the ends of the focus; `pathFrom` the first end while the second is
    // looked for.
    struct Words {
        QString name;
        QString other;
        QString pathFrom;
        bool lost = false; // the focus is not in the graph
        QString counts;    // "14 of 3,012 workloads"
    };
    void tell(const traffic::Lens& lens, const Words& words, bool canGoBack);

Q_SIGNALS:
    void homeRequested();
    void backRequested();
    void depthChosen(int depth);
    void allToggled(bool all);

private:
    QToolButton* addButton(const QString& text, const QString& tip);

    QToolButton* m_back;
    QToolButton* m_home;
    SafeLabel* m_words;
    std::vector<QToolButton*> m_depths;
    QToolButton* m_all;
    SafeLabel* m_counts;
};

// "Focus on checkout", "Upstream of checkout", "From frontend to payment": what a focus shows, in words.
[[nodiscard]] QString focusWords(const traffic::Focus& focus, const QString& name, const QString& other);

} // namespace meshdeck::views
