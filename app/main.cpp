// Parse, build, run.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <unistd.h>

#include <QtCore/QCoreApplication>

#include "cli/commands.h"
#include "settings.h"

#ifdef MESHDECK_VIEWS
#include <QtCore/QBuffer>
#include <QtWidgets/QApplication>

#include "map/render_png.h"
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
// The map drawn by the views, as the bytes of a PNG file.
Result<std::string> paintPng(const mesh::MeshSnapshot& snapshot) {
    const Result<QImage> image = views::renderMapPng(snapshot);
    if (!image) {
        return tl::unexpected(image.error());
    }
    QBuffer buffer;
    if (!buffer.open(QIODevice::WriteOnly) || !image->save(&buffer, "PNG")) {
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
    hooks.paintPng = paintPng;
    if (cli::needsGui(words)) {
        ::setenv("QT_QPA_PLATFORM", "offscreen", 1); // a picture needs no display
        const QApplication application(argc, argv);
        return cli::run(words, streams, hooks);
    }
#endif
    const QCoreApplication application(argc, argv);
    return cli::run(words, streams, hooks);
}

int runWindow() {
    std::cerr << "meshdeck: this build has no window. Hint: meshdeck --help lists the commands\n";
    return 2;
}

} // namespace

int main(int argc, char** argv) {
    (void)std::signal(SIGPIPE, SIG_IGN); // a reader that has seen enough ends us quietly (commands.md)
    const std::vector<std::string> words(argv + 1, argv + argc);
    return cli::isCommand(words) ? runCommand(argc, argv, words) : runWindow();
}
