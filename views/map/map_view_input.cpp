#include <algorithm>
#include <cmath>

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <QWindow>

#include "common/safe_label.h"
#include "map/map_painter.h"
#include "map/map_view.h"
#include "map/scene_text.h"

namespace meshdeck::views {

void MapView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (!m_userMoved) { // a picture nobody moved keeps filling its room
        const bool touched = m_touched;
        fit();
        m_touched = touched;
    }
}

void MapView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    m_tiles.setContent(m_scene, *m_theme, devicePixelRatioF());
    if (window()->windowHandle() != nullptr) {
        window()->windowHandle()->installEventFilter(this);
    }
    updateDots();
}

// Behind other windows or minimised nothing moves.
bool MapView::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Expose && window()->windowHandle() == watched) {
        m_exposed = window()->windowHandle()->isExposed();
        updateDots();
    }
    return QWidget::eventFilter(watched, event);
}

void MapView::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    m_dotTimer.stop();
}

void MapView::wheelEvent(QWheelEvent* event) {
    if (!event->pixelDelta().isNull() && !(event->modifiers() & Qt::ControlModifier)) {
        m_offset += event->pixelDelta(); // a touchpad pans
        m_touched = m_userMoved = true;
        orderDots();
        update();
    } else {
        zoomAt(event->position(), std::pow(1.0015, event->angleDelta().y()));
    }
    event->accept();
}

MapView::Hit MapView::hitAt(QPointF view) const {
    Hit hit;
    if (!m_scene) {
        return hit;
    }
    const QPointF at = toScene(view);
    hit.node = m_scene->nodeAt(at);
    hit.edge = hit.node >= 0 ? -1 : m_scene->edgeAt(at, 4 / m_zoom);
    hit.box = m_scene->boxAt(at);
    return hit;
}

void MapView::mousePressEvent(QMouseEvent* event) {
    setFocus(Qt::MouseFocusReason);
    m_pressed = event->position();
    m_offsetAtPress = m_offset;
    m_dragging = false;
    m_dragged.clear();
    m_dragBy = {};
}

// What a drag from here takes along: a card, or by its title all cards of a box. Elsewhere the picture is panned.
void MapView::pressAt(QPointF at) {
    constexpr double kTitle = 26;
    const Hit hit = hitAt(at);
    if (hit.node >= 0) {
        m_dragged = {hit.node};
    } else if (hit.box >= 0 && hit.edge < 0) {
        const SceneBox& box = m_scene->boxes[static_cast<std::size_t>(hit.box)];
        if (toScene(at).y() - box.rect.top() > std::max(kTitle, 16 / m_zoom)) {
            return;
        }
        for (const std::uint32_t i : m_scene->nodesIn(box.rect)) {
            if (box.rect.contains(m_scene->nodes[i].rect)) {
                m_dragged.push_back(static_cast<int>(i));
            }
        }
    }
}

void MapView::dragTo(QPointF at) {
    const QPointF moved = at - m_pressed;
    if (!m_dragging && moved.manhattanLength() <= 4) {
        return;
    }
    if (!m_dragging) {
        m_dragging = true;
        pressAt(m_pressed);
    }
    m_touched = true;
    if (m_dragged.empty()) {
        m_userMoved = true;
        m_offset = m_offsetAtPress + moved.toPoint();
        orderDots();
    } else {
        m_dragBy = moved / m_zoom;
    }
    setCursor(Qt::ClosedHandCursor);
    update();
}

void MapView::dropDragged() {
    constexpr double kGrid = 4; // visual.md 4: cards put by hand still stand in line
    std::map<std::string, QPointF> centres;
    for (const int i : m_dragged) {
        const SceneNode& node = m_scene->nodes[static_cast<std::size_t>(i)];
        const QPointF at = node.rect.center() + m_dragBy;
        centres[node.id] = {std::round(at.x() / kGrid) * kGrid, std::round(at.y() / kGrid) * kGrid};
    }
    m_dragged.clear();
    if (!centres.empty()) {
        Q_EMIT cardsMoved(centres);
    }
    update();
}

void MapView::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & (Qt::LeftButton | Qt::MiddleButton)) {
        if (m_scene) {
            dragTo(event->position());
        }
        return;
    }
    if (!m_scene) {
        return;
    }
    const Hit hit = hitAt(event->position());
    if (hit.node != m_hoverNode || hit.edge != m_hoverEdge) {
        m_hoverNode = hit.node;
        m_hoverEdge = hit.edge;
        showTip(event->globalPosition().toPoint(), toScene(event->position()));
        setCursor(hit.node >= 0 || hit.edge >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
        update();
    }
}

void MapView::showTip(QPoint global, QPointF) {
    QString text;
    if (m_hoverNode >= 0) {
        const SceneNode& node = m_scene->nodes[static_cast<std::size_t>(m_hoverNode)];
        text = node.name + QStringLiteral("\n") + m_scene->accessibleText(m_hoverNode).section(QStringLiteral(", "), 1);
        if (!node.reason.isEmpty()) {
            text += QStringLiteral("\n") + node.reason;
        }
    } else if (m_hoverEdge >= 0) {
        text = edgeTip(*m_scene, m_scene->edges[static_cast<std::size_t>(m_hoverEdge)]);
    }
    if (text.isEmpty()) {
        QToolTip::hideText();
    } else {
        QToolTip::showText(global + QPoint(12, 12), plainToolTip(text), this);
    }
}

void MapView::mouseReleaseEvent(QMouseEvent* event) {
    unsetCursor();
    if (m_dragging) {
        dropDragged();
    } else if (event->button() == Qt::LeftButton && m_scene) {
        for (const SceneBox& box : m_scene->boxes) {
            if (box.closable && closerOf(box).contains(event->position())) {
                Q_EMIT closeRequested(QString::fromStdString(box.id));
                return;
            }
        }
        const Hit hit = hitAt(event->position());
        if (hit.edge >= 0) {
            selectEdge(m_scene->edges[static_cast<std::size_t>(hit.edge)].id);
        } else {
            select(hit.node >= 0 ? m_scene->nodes[static_cast<std::size_t>(hit.node)].id : std::string());
        }
    }
    m_dragging = false;
}

void MapView::mouseDoubleClickEvent(QMouseEvent* event) {
    const Hit hit = hitAt(event->position());
    if (hit.node >= 0) {
        openOrActivate(hit.node);
    }
}

// A closed group opens in place; a card tells its page.
void MapView::openOrActivate(int node) {
    const SceneNode& card = m_scene->nodes[static_cast<std::size_t>(node)];
    if (card.group) {
        Q_EMIT openRequested(QString::fromStdString(card.id));
    } else {
        Q_EMIT activated(QString::fromStdString(card.id));
    }
}

void MapView::closeAround(int node) {
    for (int box = m_scene->nodes[static_cast<std::size_t>(node)].box; box >= 0; box = m_scene->boxes[static_cast<std::size_t>(box)].parent) {
        if (m_scene->boxes[static_cast<std::size_t>(box)].closable) {
            Q_EMIT closeRequested(QString::fromStdString(m_scene->boxes[static_cast<std::size_t>(box)].id));
            return;
        }
    }
}

void MapView::contextMenuEvent(QContextMenuEvent* event) {
    if (!m_scene) {
        return;
    }
    if (event->reason() == QContextMenuEvent::Mouse) {
        Q_EMIT menuRequested(event->globalPos(), hitAt(event->pos()));
        return;
    }
    Hit hit; // from the keyboard: of what is selected
    hit.node = selectedIndex();
    hit.edge = m_selectedEdge.empty() ? -1 : m_scene->findEdge(m_selectedEdge);
    hit.box = hit.node >= 0 ? m_scene->nodes[static_cast<std::size_t>(hit.node)].box : -1;
    const QPointF at = hit.node >= 0 ? toView(m_scene->nodes[static_cast<std::size_t>(hit.node)].rect.center()) : QRectF(rect()).center();
    Q_EMIT menuRequested(mapToGlobal(at.toPoint()), hit);
}

void MapView::leaveEvent(QEvent*) {
    m_hoverNode = m_hoverEdge = -1;
    update();
}

void MapView::keyPressEvent(QKeyEvent* event) {
    const int selected = selectedIndex();
    const bool onGroup = selected >= 0 && m_scene->nodes[static_cast<std::size_t>(selected)].group;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        if (event->modifiers() & Qt::AltModifier) {
            break; // Alt+Left is the page's way back
        }
        if (!m_selectedEdge.empty() || (event->modifiers() & Qt::ShiftModifier)) {
            walkEdges(event->key());
        } else {
            walk(event->key());
        }
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        if (onGroup) {
            openOrActivate(selected);
        } else {
            zoomAt(QRectF(rect()).center(), 1.2);
        }
        return;
    case Qt::Key_Minus:
        if (selected >= 0 && !onGroup && isInOpened(selected)) {
            closeAround(selected);
        } else {
            zoomAt(QRectF(rect()).center(), 1 / 1.2);
        }
        return;
    case Qt::Key_F: fit(); return;
    case Qt::Key_Escape:
        if (!m_selected.empty() || !m_selectedEdge.empty()) {
            select({});
            Q_EMIT escaped();
            return;
        }
        Q_EMIT escaped();
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (selected >= 0) {
            openOrActivate(selected);
        }
        return;
    default: break;
    }
    bool taken = false;
    Q_EMIT keyAsked(event->key() | static_cast<int>(event->modifiers()), taken);
    if (!taken) {
        QWidget::keyPressEvent(event);
    }
}

bool MapView::isInOpened(int node) const {
    for (int box = m_scene->nodes[static_cast<std::size_t>(node)].box; box >= 0; box = m_scene->boxes[static_cast<std::size_t>(box)].parent) {
        if (m_scene->boxes[static_cast<std::size_t>(box)].closable) {
            return true;
        }
    }
    return false;
}

} // namespace meshdeck::views
