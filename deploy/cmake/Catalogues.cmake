# gateway/i18n/<language>/*.po → build/i18n/<language>.mo, where the gateway finds them (KOSI_MO_DIR) unless share_dir has its own.
find_program(MSGFMT msgfmt REQUIRED)
find_program(MSGCAT msgcat REQUIRED)
set(KOSI_MO_DIR ${CMAKE_BINARY_DIR}/i18n)
set(catalogues)
foreach(language de en)
  file(GLOB parts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/gateway/i18n/${language}/*.po)
  set(mo ${KOSI_MO_DIR}/${language}.mo)
  add_custom_command(
    OUTPUT ${mo}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${KOSI_MO_DIR}
    COMMAND ${MSGCAT} --use-first --no-location -o ${KOSI_MO_DIR}/${language}.po ${parts}
    COMMAND ${MSGFMT} --check-format --check-domain --no-hash -o ${mo} ${KOSI_MO_DIR}/${language}.po
    DEPENDS ${parts}
    VERBATIM)
  list(APPEND catalogues ${mo})
endforeach()
add_custom_target(catalogues ALL DEPENDS ${catalogues})
