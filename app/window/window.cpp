#include "window/window.h"

#include <QtWidgets/QApplication>

#include "window/desk.h"

namespace meshdeck::app {

int runWindow(int argc, char** argv, const cli::Arguments& arguments) {
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("meshdeck"));
    QApplication::setApplicationDisplayName(QStringLiteral("Meshdeck"));
    Desk desk(arguments.connection);
    desk.open();
    return QApplication::exec();
}

} // namespace meshdeck::app
