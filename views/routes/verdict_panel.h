// The answer at the right of the Routes page: mark, title, a sentence, and a row for each thing that had a say.
#pragma once

#include <QWidget>

#include "common/theme.h"
#include "routes/verdict_words.h"

class QGridLayout;
class QLabel;
class QPushButton;

namespace meshdeck::views {

class SafeLabel;

class VerdictPanel final : public QWidget {
    Q_OBJECT

public:
    explicit VerdictPanel(QWidget* parent = nullptr);
    void setTheme(const Theme& theme);
    void setWords(const VerdictWords& words);
    void clear(); // nothing was asked
    void setMapShown(bool possible);
    void setIstioctl(bool possible);
    void setSaved(bool saved); // the request is among the saved ones

Q_SIGNALS:
    void showOnMap();
    void copyAsIstioctl();
    void saveRequested();

private:
    void rebuild();

    const Theme* m_theme;
    VerdictWords m_words;
    QLabel* m_mark;
    SafeLabel* m_title;
    SafeLabel* m_sentence;
    QWidget* m_rows;
    QGridLayout* m_grid;
    QPushButton* m_map;
    QPushButton* m_istioctl;
    QPushButton* m_save;
};

} // namespace meshdeck::views
