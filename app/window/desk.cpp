#include "window/desk.h"

#include <cctype>
#include <future>

#include <QtWidgets/QApplication>
#include <QtWidgets/QInputDialog>
#include <QtWidgets/QMessageBox>

#include "base/log.h"
#include "base/text.h"
#include "change/apply.h"
#include "map/map_page.h"
#include "mesh_config_read.h"
#include "routes/routes_page.h"
#include "settings.h"
#include "sources/kubernetes/kubeconfig.h"
#include "window/filter_file.h"

namespace meshdeck::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kUnlockedFor = 10min; // visual.md 7: a timed unlock

views::ContextKind shellKind(ContextKind kind) {
    switch (kind) {
    case ContextKind::Production: return views::ContextKind::Production;
    case ContextKind::Staging: return views::ContextKind::Staging;
    case ContextKind::Demo: return views::ContextKind::Demo;
    case ContextKind::Development:
    case ContextKind::Other: return views::ContextKind::Development;
    }
    return views::ContextKind::Development;
}

// The map's own choice: versions boxed with the service they are behind, so that splits are seen.
void chooseGraph(traffic::GraphOptions& graph) {
    graph.type = mesh::GraphType::VersionedApp;
    graph.injectServices = true;
    graph.boxApps = true;
    graph.idleNodes = false; // the map's own chip shows them
}

// Where a kubeconfig was looked for, and what came of it in one sentence.
std::vector<views::LookedFor> lookedFor(const ConnectionOptions& wishes, const Error* problem) {
    const sources::KubeconfigFiles files = sources::kubeconfigFiles(wishes.kubeconfig);
    std::vector<views::LookedFor> rows;
    if (files.explicitPath) {
        rows.push_back({"--kubeconfig", text::safe(*files.explicitPath)});
    } else {
        rows.push_back({"$KUBECONFIG", files.environment.empty() ? "not set" : text::safe(files.environment)});
        rows.push_back({"home", text::safe(files.homeFile)});
    }
    if (problem != nullptr) {
        rows.push_back({"result", text::safe(describe(*problem))});
    }
    return rows;
}

std::string allowlistFile() {
    const std::string folder = settingsFolder();
    return folder.empty() ? std::string() : folder + "/exec-allowlist.json";
}

std::string appearanceFile() {
    const std::string folder = settingsFolder();
    return folder.empty() ? std::string() : folder + "/window.json";
}

// One file of expectations a context. The name of a context may hold anything: what a file's name may not is written out.
std::string savedRequestsFile(const std::string& context) {
    std::string name;
    for (const char c : context) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
        name += plain ? std::string(1, c) : "%" + QByteArray(1, c).toHex().toStdString();
    }
    const std::string folder = settingsFolder();
    return folder.empty() || name.empty() ? std::string() : folder + "/requests/" + (name.front() == '.' ? "%" : "") + name + ".yaml";
}

// The environment over what the user chose last, over what the platform asks for.
Appearance wantedAppearance() {
    Appearance appearance = readAppearance(appearanceFile(), platformAppearance());
    const QString theme = qEnvironmentVariable("MESHDECK_THEME");
    if (!theme.isEmpty()) {
        appearance.theme = theme == QLatin1String("light") ? views::ThemeKind::Light : views::ThemeKind::Dark;
    }
    return appearance;
}

} // namespace

Desk::Desk(ConnectionOptions wishes)
    : m_wishes(std::move(wishes))
    , m_appearance(wantedAppearance())
    , m_execConsent(allowlistFile()) {
    chooseGraph(m_wishes.graph);
    m_wishes.execConsent = [this](const sources::ExecRequest& request) { return m_execConsent.agrees(request); };
    m_relock.setSingleShot(true);
    connect(&m_relock, &QTimer::timeout, this, &Desk::lock);
}

Desk::~Desk() {
    close();
}

// The window first: what it shows must outlive it. Waiting workers are let go before they are joined.
void Desk::close() {
    m_relock.stop();
    m_window.reset();
    m_execConsent.setParent(nullptr);
    m_execConsent.close();
    m_settler.reset();
    m_stopReading.request_stop();
    m_reader.reset();
    m_changes.reset();
    m_connection.reset();
    m_mesh.reset();
    m_execConsent.reopen();
}

void Desk::open() {
    auto connection = Connection::open(m_wishes);
    show(connection ? *std::move(connection) : nullptr, connection ? nullptr : &connection.error());
}

void Desk::openDemo() {
    m_wishes.demo = "boutique";
    open();
}

void Desk::openKubeconfig(const QString& file) {
    m_wishes.demo.reset();
    m_wishes.context.reset();
    m_wishes.kubeconfig = file.toStdString();
    open();
}

void Desk::show(std::unique_ptr<Connection> connection, const Error* problem) {
    close();
    m_mesh = std::make_unique<views::MeshState>();
    m_connection = std::move(connection);
    if (m_connection && !m_journal) {
        if (auto journal = change::Journal::open(change::Journal::defaultFolder())) {
            m_journal = *std::move(journal);
        } else {
            log(LogLevel::Error, "journal", describe(journal.error()));
        }
    }
    if (m_connection && m_journal) {
        m_changes = std::make_unique<views::ChangeController>(m_connection->cluster(), m_connection->proxyWatch(), *m_journal,
                                                       systemClock(), m_connection->context());
    }
    m_window = std::make_unique<views::MainWindow>(*m_mesh, m_changes.get(), shellOptions(m_connection.get(), problem));
    if (m_connection) {
        m_places = std::make_unique<FilePlaces>(placesFile(m_connection->context()));
        m_window->mapPage().setPlaceStore(m_places.get());
    }
    // Queued: the window that asks is replaced by the answer.
    connect(m_window.get(), &views::MainWindow::demoRequested, this, &Desk::openDemo, Qt::QueuedConnection);
    connect(m_window.get(), &views::MainWindow::kubeconfigChosen, this, &Desk::openKubeconfig, Qt::QueuedConnection);
    connect(m_window.get(), &views::MainWindow::unlockRequested, this, &Desk::unlock);
    connect(m_window.get(), &views::MainWindow::appearanceChanged, this, [this](views::ThemeKind kind, bool contrast, bool still) {
        keepAppearance({kind, contrast, still});
    });
    connect(m_window.get(), &views::MainWindow::filtersChanged, this, [](const views::SavedFilters& filters) {
        if (const auto kept = writeFilters(filtersFile(), filters); !kept) {
            log(LogLevel::Warning, "window", describe(kept.error()));
        }
    });
    m_execConsent.setParent(m_window.get());
    m_window->show();
    if (!m_connection) {
        return;
    }
    session::Session& session = m_connection->session();
    connect(m_window.get(), &views::MainWindow::refreshRequested, this, [&session] { session.refresh(); });
    connect(m_window.get(), &views::MainWindow::graphChosen, this, [this, &session](mesh::GraphType type, bool idleNodes) {
        traffic::GraphOptions graph = m_wishes.graph;
        graph.type = type;
        graph.idleNodes = idleNodes;
        session.setGraphOptions(std::move(graph));
    });
    connect(m_window.get(), &views::MainWindow::namespacesInView, this,
            [&session](const std::vector<std::string>& namespaces) { session.setInView(namespaces); });
    session.onSnapshot([mesh = m_mesh.get()](mesh::SnapshotPtr snapshot) { mesh->post(std::move(snapshot)); });
    session.start();
    settleJournal();
    readMeshConfig();
}

views::ShellOptions Desk::shellOptions(const Connection* connection, const Error* problem) const {
    views::ShellOptions options;
    options.window = m_wishes.window;
    options.theme = m_appearance.theme;
    options.highContrast = m_appearance.highContrast;
    options.reducedMotion = m_appearance.reducedMotion;
    options.filters = readFilters(filtersFile());
    if (connection == nullptr) {
        options.lookedFor = lookedFor(m_wishes, problem);
        return options;
    }
    options.context = connection->context();
    options.kind = shellKind(connection->kind());
    options.savedRequests = savedRequestsFile(connection->context());
    if (!m_journal) {
        options.readOnly = true;
        options.readOnlyReason = "the journal cannot be written, so nothing may be applied";
    } else if (m_wishes.readOnly) {
        options.readOnly = true;
        options.readOnlyReason = "started with --read-only";
    } else if (connection->kind() == ContextKind::Production) {
        options.readOnly = true;
        options.readOnlyReason = "production context is read-only";
        options.mayUnlock = true;
    }
    return options;
}

void Desk::keepAppearance(const Appearance& appearance) {
    if (appearance == m_appearance) {
        return;
    }
    m_appearance = appearance;
    const std::string file = appearanceFile();
    if (const auto kept = file.empty() ? Status() : writeAppearance(file, appearance); !kept) {
        log(LogLevel::Warning, "window", describe(kept.error()));
    }
}

void Desk::unlock() {
    const QString context = QString::fromStdString(m_connection->context());
    bool accepted = false;
    const QString typed = QInputDialog::getText(
        m_window.get(), tr("Unlock writing"),
        tr("Type the context's name to allow writing for %1 minutes:").arg(kUnlockedFor.count()), QLineEdit::Normal, {},
        &accepted);
    if (!accepted || typed != context) {
        return;
    }
    m_connection->setReadOnly(false);
    m_window->setReadOnly(false, {});
    m_relock.start(kUnlockedFor);
}

void Desk::lock() {
    if (m_connection && m_window) {
        m_connection->setReadOnly(true);
        m_window->setReadOnly(true, "production context is read-only");
    }
}

// A run that died between intent and outcome left an entry open: find out what became of the write.
void Desk::settleJournal() {
    if (!m_journal) {
        return;
    }
    m_settler = std::make_unique<Strand>("settle");
    m_settler->post([cluster = &m_connection->cluster(), journal = m_journal.get(), context = m_connection->context()] {
        change::ApplyEngine engine(*cluster, nullptr, *journal, systemClock());
        if (const auto settled = engine.settleOpenEntries(context, {}); !settled) {
            log(LogLevel::Warning, "journal", describe(settled.error()));
        }
    });
}

// What istiod is told about the whole mesh decides about requests too: the Routes page gets it when it is read, and says
// so until then.
void Desk::readMeshConfig() {
    m_stopReading = std::stop_source();
    m_reader = std::make_unique<Strand>("mesh config");
    m_reader->post([this, cluster = &m_connection->cluster(), window = m_window.get(), stop = m_stopReading.get_token()] {
        auto read = readClusterMeshConfig(*cluster, stop);
        if (!read) {
            log(LogLevel::Info, "window", describe(read.error()));
            return;
        }
        auto mesh = std::make_shared<const config::MeshConfig>(std::move(read->mesh));
        QMetaObject::invokeMethod(this, [this, mesh, window] {
            if (window == m_window.get()) { // not another context's by now
                m_window->routesPage().setMeshConfig(mesh);
            }
        }, Qt::QueuedConnection);
    });
}

} // namespace meshdeck::app
