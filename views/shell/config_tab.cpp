#include "shell/config_tab.h"

#include <algorithm>

#include <QComboBox>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "base/text.h"
#include "common/safe_label.h"
#include "config/resource_json.h"
#include "config/routes.h"
#include "config/yaml.h"

namespace meshdeck::views {
namespace {

bool leadsTo(const std::string& host, const std::string& ns, const config::ServiceName& wanted) {
    const auto name = config::resolveHost(host, ns);
    return name && *name == wanted;
}

bool actsOn(const mesh::Resource& resource, const config::ServiceName& service) {
    if (resource.ref.ns == service.ns && resource.ref.name == service.name) {
        return true;
    }
    for (const config::WeightedRoute& route : config::weightedRoutes(resource)) {
        for (const config::WeightedDestination& destination : route.destinations) {
            if (leadsTo(destination.host, destination.ns, service)) {
                return true;
            }
        }
    }
    const auto rule = config::destinationRule(resource);
    return rule && leadsTo(rule->host, resource.ref.ns, service);
}

} // namespace

std::vector<mesh::ResourcePtr> relatedResources(const mesh::MeshSnapshot& snapshot, const std::string& ns,
                                                const std::string& service) {
    std::vector<mesh::ResourcePtr> related;
    if (!snapshot.config || service.empty()) {
        return related;
    }
    for (const auto& [ref, resource] : *snapshot.config) {
        if (resource && actsOn(*resource, {service, ns})) {
            related.push_back(resource);
        }
    }
    return related;
}

ConfigTab::ConfigTab(QWidget* parent)
    : QWidget(parent)
    , m_choice(new QComboBox(this))
    , m_text(new QPlainTextEdit(this))
    , m_nothing(new SafeLabel(QStringLiteral("No routing object acts on this service."), TextRole::Tertiary, this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 8, 8);
    layout->addWidget(m_choice);
    layout->addWidget(m_nothing);
    layout->addWidget(m_text, 1);
    m_nothing->setWordWrap(true);
    m_text->setReadOnly(true);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFont(theme(ThemeKind::Dark).monoFont(12));
    m_text->setAccessibleName(QStringLiteral("YAML of the object"));
    connect(m_choice, &QComboBox::currentIndexChanged, this, &ConfigTab::showText);
}

void ConfigTab::show(const mesh::MeshSnapshot& snapshot, const std::string& ns, const std::string& service) {
    auto related = relatedResources(snapshot, ns, service);
    if (related == m_resources) {
        return; // a refresh does not move the text under the reader
    }
    const QString before = m_choice->currentText();
    m_resources = std::move(related);
    {
        const QSignalBlocker quiet(m_choice);
        m_choice->clear();
        for (const mesh::ResourcePtr& resource : m_resources) {
            m_choice->addItem(safeText(resource->ref.display()));
        }
        m_choice->setCurrentIndex(std::max(0, m_choice->findText(before)));
    }
    m_choice->setVisible(!m_resources.empty());
    m_text->setVisible(!m_resources.empty());
    m_nothing->setVisible(m_resources.empty());
    showText();
}

void ConfigTab::showText() {
    const int index = m_choice->currentIndex();
    if (index < 0 || index >= static_cast<int>(m_resources.size())) {
        m_text->clear();
        return;
    }
    const auto object = config::parse(*m_resources[static_cast<std::size_t>(index)]);
    const std::string yaml = object ? config::toYaml(config::withoutServerFields(*object)) : describe(object.error());
    m_text->setPlainText(QString::fromStdString(text::safe(yaml, true, 1U << 20U)));
}

} // namespace meshdeck::views
