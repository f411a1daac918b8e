# DuckDB as one shared library: an installed one is used when it is of the version that was tested,
# else the one that third_party/duckdb pins (fetched by tools/setup.sh).
set(MILLRACE_DUCKDB_VERSION "1.5.6")
# Of the pinned file, so that a tampered one fails the build.
set(MILLRACE_DUCKDB_SHA256 "3f4962cdd266eab2b479a5b5a4a6d063d279b2954ae814ed00385d553b747633")

set(_duckdb_modules "${CMAKE_SOURCE_DIR}/third_party/duckdb/node_modules")
find_path(DUCKDB_INCLUDE_DIR duckdb.h
          HINTS "${_duckdb_modules}/duckdb/src/duckdb/src/include" REQUIRED
          DOC "Folder of duckdb.h; run tools/setup.sh to fetch it")

if(NOT DEFINED CACHE{DUCKDB_LIBRARY})
  find_library(_duckdb_installed duckdb)
  if(_duckdb_installed)
    file(STRINGS "${_duckdb_installed}" _duckdb_mark LIMIT_COUNT 1 REGEX "^v${MILLRACE_DUCKDB_VERSION}$")
    if(_duckdb_mark)
      set(DUCKDB_LIBRARY "${_duckdb_installed}" CACHE FILEPATH "libduckdb.so")
    endif()
  endif()
  if(NOT DUCKDB_LIBRARY)
    set(DUCKDB_LIBRARY "${_duckdb_modules}/@duckdb/node-bindings-linux-x64/libduckdb.so" CACHE FILEPATH "libduckdb.so")
    if(NOT EXISTS "${DUCKDB_LIBRARY}")
      message(FATAL_ERROR "libduckdb.so ${MILLRACE_DUCKDB_VERSION} is missing: run tools/setup.sh, or set DUCKDB_LIBRARY")
    endif()
    file(SHA256 "${DUCKDB_LIBRARY}" _duckdb_sha256)
    if(NOT _duckdb_sha256 STREQUAL MILLRACE_DUCKDB_SHA256)
      message(FATAL_ERROR "${DUCKDB_LIBRARY} is not the file that was tested (SHA-256 ${_duckdb_sha256}): "
                          "remove third_party/duckdb/node_modules and run tools/setup.sh")
    endif()
  endif()
endif()

add_library(duckdb SHARED IMPORTED)
set_target_properties(duckdb PROPERTIES IMPORTED_LOCATION "${DUCKDB_LIBRARY}"
                      IMPORTED_SONAME libduckdb.so
                      INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${DUCKDB_INCLUDE_DIR}"
                      INTERFACE_INCLUDE_DIRECTORIES "${DUCKDB_INCLUDE_DIR}")

# All programs stand in one folder and find the library beside themselves, so that build/ can be copied as it is.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
set(CMAKE_INSTALL_RPATH "$ORIGIN")
file(COPY_FILE "${DUCKDB_LIBRARY}" "${CMAKE_BINARY_DIR}/libduckdb.so" ONLY_IF_DIFFERENT)
