# The page of web/ as sources of the program: MILLRACE_WEB_SOURCES, made anew when a file of the page changes.
#
# Needs node and web/node_modules (tools/setup.sh installs both). MILLRACE_WEB_DIST names a folder with a page that is
# built already, for machines without them.
set(MILLRACE_WEB_DIST "" CACHE PATH "Folder of a page that is built already; empty: build it from web/")

find_program(MILLRACE_NODE node REQUIRED DOC "Node.js 18 or newer")
set(_web "${CMAKE_SOURCE_DIR}/web")
set(_assets "${CMAKE_BINARY_DIR}/web_assets")
set(_embed "${CMAKE_SOURCE_DIR}/tools/embed_assets.mjs")
set(MILLRACE_WEB_SOURCES "${_assets}/embedded_assets.cc" "${_assets}/embedded_assets.s")

if(MILLRACE_WEB_DIST)
  if(NOT EXISTS "${MILLRACE_WEB_DIST}/index.html")
    message(FATAL_ERROR "MILLRACE_WEB_DIST: there is no built page in ${MILLRACE_WEB_DIST}")
  endif()
  set(_dist "${MILLRACE_WEB_DIST}")
  set(_build_page "${CMAKE_COMMAND}" -E true)
  file(GLOB _page_files CONFIGURE_DEPENDS "${_dist}/*")
else()
  find_program(MILLRACE_NPM npm REQUIRED DOC "npm, which builds the page")
  if(NOT EXISTS "${_web}/node_modules/esbuild")
    message(FATAL_ERROR "the packages that build the page are missing: run tools/setup.sh, or npm ci in web/")
  endif()
  set(_dist "${_web}/dist")
  set(_build_page "${CMAKE_COMMAND}" -E chdir "${_web}" "${MILLRACE_NPM}" run --silent build)
  file(GLOB_RECURSE _page_files CONFIGURE_DEPENDS "${_web}/src/*" "${_web}/tools/*")
  list(FILTER _page_files EXCLUDE REGEX "\\.test\\.ts$")
  list(APPEND _page_files "${_web}/package.json" "${_web}/package-lock.json" "${_web}/tsconfig.json")
endif()

add_custom_command(
  OUTPUT ${MILLRACE_WEB_SOURCES}
  COMMAND ${_build_page}
  COMMAND "${MILLRACE_NODE}" "${_embed}" "${_dist}" "${_assets}"
  DEPENDS ${_page_files} "${_embed}"
  COMMENT "Building the page"
  VERBATIM)
