#include "shell/help_page.h"

#include <QTextBrowser>
#include <QUrl>
#include <QVBoxLayout>

namespace meshdeck::views {
namespace {

const QString kManual = QStringLiteral("qrc:/meshdeck/manual/");

// Loads pages of the manual and nothing else, whatever a link says.
class ManualBrowser final : public QTextBrowser {
public:
    using QTextBrowser::QTextBrowser;

protected:
    QVariant loadResource(int type, const QUrl& name) override {
        const QUrl url = name.isRelative() ? source().resolved(name) : name;
        return url.toString().startsWith(kManual) ? QTextBrowser::loadResource(type, url) : QVariant();
    }
    void doSetSource(const QUrl& name, QTextDocument::ResourceType type) override {
        const QUrl url = name.isRelative() ? source().resolved(name) : name;
        if (url.toString().startsWith(kManual)) {
            QTextBrowser::doSetSource(url, type);
        }
    }
};

} // namespace

HelpPage::HelpPage(QWidget* parent)
    : QWidget(parent)
    , m_text(new ManualBrowser(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(48, 24, 48, 12);
    layout->addWidget(m_text);
    m_text->setOpenExternalLinks(false);
    m_text->setAccessibleName(QStringLiteral("Manual"));
    m_text->document()->setDocumentMargin(8);
    setProperty("role", "panel");
    setAttribute(Qt::WA_StyledBackground);
}

void HelpPage::open(const QString& page) {
    m_text->setSource(QUrl(kManual + page), QTextDocument::MarkdownResource);
}

} // namespace meshdeck::views
