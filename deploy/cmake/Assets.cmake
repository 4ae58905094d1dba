# gateway/assets/kosi.scss, KERN and its fonts → build/assets/*, where the gateway finds them (KOSI_ASSET_DIR) unless share_dir has its own.
# npm's packages are those of the lock file, whose hashes npm checks; nothing of them runs but the SCSS compiler and the font cutter, here.
find_program(NODE node REQUIRED)
find_program(NPM npm REQUIRED)
set(KOSI_ASSET_DIR ${CMAKE_BINARY_DIR}/assets)
set(source ${CMAKE_SOURCE_DIR}/gateway/assets)
set(npm_dir ${CMAKE_BINARY_DIR}/npm)
file(GLOB asset_templates CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/gateway/templates/*.tpl)

add_custom_command(
  OUTPUT ${npm_dir}/done
  COMMAND ${CMAKE_COMMAND} -E make_directory ${npm_dir}
  COMMAND ${CMAKE_COMMAND} -E copy ${source}/package.json ${source}/package-lock.json ${source}/.npmrc ${npm_dir}
  COMMAND ${CMAKE_COMMAND} -E chdir ${npm_dir} ${NPM} ci --omit=optional --ignore-scripts --silent
  COMMAND ${CMAKE_COMMAND} -E touch ${npm_dir}/done
  DEPENDS ${source}/package.json ${source}/package-lock.json ${source}/.npmrc
  COMMENT "KERN and the SCSS compiler"
  VERBATIM)
add_custom_command(
  OUTPUT ${CMAKE_BINARY_DIR}/assets.done
  COMMAND ${DEBIAN_PYTHON} ${CMAKE_SOURCE_DIR}/deploy/cmake/assets.py ${source} ${CMAKE_SOURCE_DIR}/gateway/templates
          ${npm_dir}/node_modules ${KOSI_ASSET_DIR}
  COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_BINARY_DIR}/assets.done
  DEPENDS ${npm_dir}/done ${source}/kosi.scss ${source}/confirm.js ${asset_templates} ${CMAKE_SOURCE_DIR}/deploy/cmake/assets.py
          ${CMAKE_SOURCE_DIR}/deploy/cmake/subset.mjs
  COMMENT "Style sheet and fonts"
  VERBATIM)
add_custom_target(assets ALL DEPENDS ${CMAKE_BINARY_DIR}/assets.done)
