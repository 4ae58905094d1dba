# gateway/i18n/<language>.po → build/i18n/<language>.mo, where the gateway finds them (KOSI_MO_DIR) unless share_dir has its own.
find_program(MSGFMT msgfmt REQUIRED)
set(KOSI_MO_DIR ${CMAKE_BINARY_DIR}/i18n)
file(GLOB KOSI_CATALOGUES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/gateway/i18n/*.po)
set(catalogues)
foreach(po ${KOSI_CATALOGUES})
  get_filename_component(language ${po} NAME_WE)
  set(mo ${KOSI_MO_DIR}/${language}.mo)
  add_custom_command(
    OUTPUT ${mo}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${KOSI_MO_DIR}
    COMMAND ${MSGFMT} --check-format --check-domain --no-hash -o ${mo} ${po}
    DEPENDS ${po}
    VERBATIM)
  list(APPEND catalogues ${mo})
endforeach()
add_custom_target(catalogues ALL DEPENDS ${catalogues})
