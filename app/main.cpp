// Parse, build, run.
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <unistd.h>

#include <QtCore/QCoreApplication>

#include "cli/commands.h"

#ifdef MESHDECK_VIEWS
#include <QtWidgets/QApplication>
#endif

namespace {

using namespace meshdeck;

int runCommand(int argc, char** argv, const std::vector<std::string>& words) {
    cli::Hooks hooks;
    hooks.open = [](const app::ConnectionOptions& options) { return app::Connection::open(options); };
    const cli::Streams streams{std::cout, std::cerr, ::isatty(STDOUT_FILENO) == 1, ::isatty(STDERR_FILENO) == 1};
#ifdef MESHDECK_VIEWS
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
