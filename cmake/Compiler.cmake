# One set of flags for every target: C++23, warnings as errors, the sanitizers of the preset.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(MILLRACE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")
option(MILLRACE_FUZZ "Build the fuzz targets instead of the tests" OFF)

# Assertions stay on in release: they guard what is written to disk.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1")

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
                    -Woverloaded-virtual -Werror -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside its own standard library at -O2.
  # At -O2 g++ 12 leaves most loops over bytes one byte at a time.
  add_compile_options(-fvect-cost-model=dynamic)
  add_compile_options(-Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-stringop-overread -Wno-free-nonheap-object)
endif()

if(MILLRACE_SANITIZE)
  add_compile_options(-O1)  # quicker to compile; the checks cost more than -O2 would save
  add_compile_options(-fsanitize=${MILLRACE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MILLRACE_SANITIZE})
  if(MILLRACE_SANITIZE MATCHES "thread")
    add_compile_options(-Wno-tsan)
  endif()
endif()
# The environment of tests, one variable. The suppressions are copied to where no path has a blank, which these options
# cannot hold.
set(MILLRACE_SANITIZER_OPTIONS "UBSAN_OPTIONS=print_stacktrace=1")
if(MILLRACE_SANITIZE)
  string(SHA256 _place "${CMAKE_BINARY_DIR}")
  string(SUBSTRING "${_place}" 0 12 _place)
  set(_suppressions "/tmp/millrace-suppressions-${_place}")
  file(COPY "${CMAKE_SOURCE_DIR}/tools/sanitizers/" DESTINATION "${_suppressions}")
  if(MILLRACE_SANITIZE MATCHES "thread")
    set(MILLRACE_SANITIZER_OPTIONS "TSAN_OPTIONS=suppressions=${_suppressions}/tsan.supp:halt_on_error=1")
  else()
    set(MILLRACE_SANITIZER_OPTIONS "LSAN_OPTIONS=suppressions=${_suppressions}/lsan.supp:print_suppressions=0")
  endif()
endif()
if(MILLRACE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# Paths relative to the source folder, so that checkouts in several places share what is cached.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(_ccache "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1 "${CCACHE_PROGRAM}")
  set(CMAKE_C_COMPILER_LAUNCHER ${_ccache})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${_ccache})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()
