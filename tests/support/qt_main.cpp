// Any Qt warning fails the test that caused it, and all tests run in a locale with a decimal comma where the machine
// has one, so that no number is printed or parsed by the locale.
#include <clocale>
#include <cstdlib>
#include <mutex>
#include <string>

#include <gtest/gtest.h>

#ifdef MESHDECK_TEST_WIDGETS
#include <QApplication>
using Application = QApplication;
#else
#include <QCoreApplication>
using Application = QCoreApplication;
#endif
#include <QLocale>
#include <QtGlobal>

namespace {

void failOnWarning(QtMsgType type, const QMessageLogContext&, const QString& message) {
    const std::string text = message.toStdString();
    // Notices of the offscreen platform about its surroundings, not about our code (facts/toolchain.md 3).
    const bool harmless = text.find("XDG_RUNTIME_DIR") != std::string::npos ||
                          text.find("propagateSizeHints") != std::string::npos ||
                          text.find("This plugin does not support") != std::string::npos; // raise(), grabs: popups ask for them
    if (type != QtDebugMsg && type != QtInfoMsg && !harmless) {
        ADD_FAILURE() << "Qt says: " << text;
    }
}

} // namespace

int main(int argc, char** argv) {
    ::setenv("QT_QPA_PLATFORM", "offscreen", 0);
    testing::InitGoogleTest(&argc, argv);
    Application application(argc, argv);
    for (const char* locale : {"de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"}) {
        if (std::setlocale(LC_ALL, locale) != nullptr) {
            break;
        }
    }
    QLocale::setDefault(QLocale(QLocale::German));
    qInstallMessageHandler(failOnWarning);
    const int result = RUN_ALL_TESTS();
    qInstallMessageHandler(nullptr);
    return result;
}
