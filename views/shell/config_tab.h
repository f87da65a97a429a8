// The inspector's second tab: the objects that act on the selection, as YAML without the server's own fields.
#pragma once

#include <QWidget>

#include "common/theme.h"
#include "mesh/snapshot.h"

class QComboBox;
class QPlainTextEdit;

namespace meshdeck::views {

class SafeLabel;

// VirtualServices and routes to a service, its DestinationRules, and what carries its name; in the table's order.
[[nodiscard]] std::vector<mesh::ResourcePtr> relatedResources(const mesh::MeshSnapshot& snapshot, const std::string& ns,
                                                              const std::string& service);

class ConfigTab final : public QWidget {
    Q_OBJECT

public:
    explicit ConfigTab(QWidget* parent = nullptr);
    void show(const mesh::MeshSnapshot& snapshot, const std::string& ns, const std::string& service);

private:
    void showText();

    QComboBox* m_choice;
    QPlainTextEdit* m_text;
    SafeLabel* m_nothing;
    std::vector<mesh::ResourcePtr> m_resources;
};

} // namespace meshdeck::views
