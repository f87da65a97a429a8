# What an installation and the Debian package hold.
include_guard()
include(GNUInstallDirs)

install(TARGETS meshdeck meshdeck-demo RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES "${CMAKE_SOURCE_DIR}/packaging/meshdeck.desktop" DESTINATION ${CMAKE_INSTALL_DATADIR}/applications)
install(FILES "${CMAKE_SOURCE_DIR}/packaging/dev.meshdeck.Meshdeck.metainfo.xml"
        DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo)
install(FILES "${CMAKE_SOURCE_DIR}/packaging/man/meshdeck.1" "${CMAKE_SOURCE_DIR}/packaging/man/meshdeck-demo.1"
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES "${CMAKE_SOURCE_DIR}/LICENSE" "${CMAKE_SOURCE_DIR}/CHANGELOG.md"
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/meshdeck)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME meshdeck)
set(CPACK_PACKAGE_CONTACT "Meshdeck developers <developers@meshdeck.dev>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Plugins are loaded at run time and not seen by shlibdeps.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "qt6-qpa-plugins, libqt6svg6, fonts-dejavu-core")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "qt6-wayland, prometheus")
set(CPACK_STRIP_FILES ON)
include(CPack)
