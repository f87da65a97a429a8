// Parse, build, run.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <unistd.h>

#include <QtCore/QCoreApplication>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "settings.h"

#ifdef MESHDECK_VIEWS
#include <QtCore/QBuffer>
#include <QtWidgets/QApplication>

#include "window/window.h"

#include "map/render_map.h"
#endif

namespace {

using namespace meshdeck;

// Asks on the terminal before a kubeconfig's plugin is run for the first time; without a terminal nobody can agree.
bool consentOnTerminal(const sources::ExecRequest& request) {
    const std::string folder = app::settingsFolder();
    const app::ExecAllowlist known(folder + "/exec-plugins.json");
    if (!folder.empty() && known.allows(request)) {
        return true;
    }
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1) {
        return false;
    }
    std::cerr << "The kubeconfig wants to run " << app::describeExec(request) << "\nRun it, now and later? [y/N] "
              << std::flush;
    std::string answer;
    if (!std::getline(std::cin, answer) || (answer != "y" && answer != "yes")) {
        return false;
    }
    if (const Status stored = known.allow(request); !stored) {
        std::cerr << "meshdeck: " << stored.error().what << '\n'; // agreed for this run all the same
    }
    return true;
}

#ifdef MESHDECK_VIEWS
// The map drawn by the views, as the bytes of a file.
Result<std::string> paint(const mesh::MeshSnapshot& snapshot, const cli::Picture& wanted) {
    views::PictureOptions options;
    options.theme = wanted.dark ? views::ThemeKind::Dark : views::ThemeKind::Light;
    options.filter = QString::fromStdString(wanted.filter);
    options.labels = traffic::parseEdgeFigure(wanted.labels).value_or(traffic::EdgeFigure::Rate);
    const Result<views::MapSheet> sheet = views::sheetOf(snapshot, options);
    if (!sheet) {
        return tl::unexpected(sheet.error());
    }
    if (wanted.format == "svg" || wanted.format == "pdf") {
        return (wanted.format == "svg" ? views::svgOf(*sheet) : views::pdfOf(*sheet)).toStdString();
    }
    QBuffer buffer;
    if (!buffer.open(QIODevice::WriteOnly) || !views::imageOf(*sheet, wanted.scale).save(&buffer, "PNG")) {
        return fail(ErrorKind::Internal, "the picture could not be encoded");
    }
    return buffer.data().toStdString();
}
#endif

int runCommand(int argc, char** argv, const std::vector<std::string>& words) {
    cli::Hooks hooks;
    hooks.open = [](app::ConnectionOptions options) {
        options.execConsent = consentOnTerminal;
        return app::Connection::open(options);
    };
    const cli::Streams streams{std::cout, std::cerr, ::isatty(STDOUT_FILENO) == 1, ::isatty(STDERR_FILENO) == 1};
#ifdef MESHDECK_VIEWS
    hooks.paint = paint;
    if (cli::needsGui(words)) {
        ::setenv("QT_QPA_PLATFORM", "offscreen", 1); // a picture needs no display
        const QApplication application(argc, argv);
        return cli::run(words, streams, hooks);
    }
#endif
    const QCoreApplication application(argc, argv);
    return cli::run(words, streams, hooks);
}

int runWindow(int argc, char** argv, const std::vector<std::string>& words) {
#ifdef MESHDECK_VIEWS
    const auto arguments = cli::parseArguments(words); // isCommand() has answered for what is wrong with them
    return arguments ? app::runWindow(argc, argv, *arguments) : cli::kCouldNot;
#else
    (void)argc, (void)argv, (void)words;
    std::cerr << "meshdeck: this build has no window. Hint: meshdeck --help lists the commands\n";
    return cli::kCouldNot;
#endif
}

} // namespace

int main(int argc, char** argv) {
    (void)std::signal(SIGPIPE, SIG_IGN); // a reader that has seen enough ends us quietly (commands.md)
    const std::vector<std::string> words(argv + 1, argv + argc);
    return cli::isCommand(words) ? runCommand(argc, argv, words) : runWindow(argc, argv, words);
}
