include_guard()
include(GNUInstallDirs)
install(TARGETS meshdeck meshdeck-demo RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
