// Sliders and numbers for the weights of one route. Keeps the sum by moveWeight; says what moved.
#pragma once

#include <vector>

#include <QWidget>

#include "common/theme.h"

class QSpinBox;
class QToolButton;
class QVBoxLayout;

namespace meshdeck::views {

// One weight as a bar to drag: the old place as a tick, what comes in blue, what goes hatched.
class WeightSlider final : public QWidget {
    Q_OBJECT

public:
    explicit WeightSlider(QWidget* parent = nullptr);
    void setRange(int maximum, int was, int version, const Theme& theme);
    void setValue(int value);
    [[nodiscard]] int value() const { return m_value; }

Q_SIGNALS:
    void moved(int value); // by the user only

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] double xOf(int value) const;
    void drag(double x);

    const Theme* m_theme;
    int m_maximum = 100;
    int m_was = 0;
    int m_value = 0;
    int m_version = 0;
};

struct EditedWeight {
    QString name; // "v1", or the host
    int weight = 0;
    int version = 0; // its colour
};

class WeightEditor final : public QWidget {
    Q_OBJECT

public:
    explicit WeightEditor(QWidget* parent = nullptr);
    void setWeights(const std::vector<EditedWeight>& weights, const Theme& theme);
    [[nodiscard]] const std::vector<int>& weights() const { return m_weights; }
    // As if the user had moved it.
    void move(std::size_t index, int value);
    void setPinned(std::size_t index, bool pinned);
    void reset();

Q_SIGNALS:
    void weightsChanged(const std::vector<int>& weights);

private:
    struct Row {
        WeightSlider* slider = nullptr;
        QSpinBox* number = nullptr;
        QToolButton* pin = nullptr;
    };
    void addRow(std::size_t index, const EditedWeight& weight, const Theme& theme);
    void showValues();

    std::vector<Row> m_rows;
    std::vector<int> m_was;
    std::vector<int> m_weights;
    std::vector<bool> m_pinned;
    QVBoxLayout* m_layout;
};

} // namespace meshdeck::views
