# Each folder of src/ is one library that sees only its own headers and those of the folders that it names.
#
#   millrace_folder(engine MAY_INCLUDE base event LIBRARIES PkgConfig::xxhash)
#
# compiles engine/*.cc, puts engine/*_test.cc into the test program engine_test and engine/*_bench.cc into
# engine_bench. MAY_INCLUDE is exact, not transitive: "event/visit.h" compiles in engine/ because engine names
# event, and in no folder that does not. (The include root of a folder is a directory that holds a link to
# that folder alone.)
set(MILLRACE_INCLUDE_ROOTS "${CMAKE_BINARY_DIR}/include")

function(_millrace_see target)
  foreach(folder IN LISTS ARGN)
    target_include_directories(${target} PRIVATE "${MILLRACE_INCLUDE_ROOTS}/${folder}")
  endforeach()
endfunction()

function(millrace_folder name)
  cmake_parse_arguments(arg "" "" "MAY_INCLUDE;LIBRARIES;SOURCES;TEST_LIBRARIES" ${ARGN})
  set(dir "${CMAKE_SOURCE_DIR}/src/${name}")
  file(MAKE_DIRECTORY "${MILLRACE_INCLUDE_ROOTS}/${name}")
  file(CREATE_LINK "${dir}" "${MILLRACE_INCLUDE_ROOTS}/${name}/${name}" SYMBOLIC)

  file(GLOB sources CONFIGURE_DEPENDS "${dir}/*.cc")
  set(tests ${sources})
  set(benches ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|/main)\\.cc$")

  add_library(millrace_${name} STATIC ${sources} ${arg_SOURCES})
  set_target_properties(millrace_${name} PROPERTIES LINKER_LANGUAGE CXX)
  _millrace_see(millrace_${name} ${name} ${arg_MAY_INCLUDE})
  list(TRANSFORM arg_MAY_INCLUDE PREPEND "millrace_" OUTPUT_VARIABLE folders)
  target_link_libraries(millrace_${name} PUBLIC fmt::fmt Threads::Threads ${arg_LIBRARIES})
  foreach(folder IN LISTS folders)
    target_link_libraries(millrace_${name} PUBLIC ${folder})
  endforeach()

  if(tests AND NOT MILLRACE_FUZZ)
    find_package(GTest REQUIRED)
    include(GoogleTest)
    add_executable(${name}_test ${tests})
    _millrace_see(${name}_test ${name} ${arg_MAY_INCLUDE})
    target_link_libraries(${name}_test PRIVATE millrace_${name} GTest::gtest_main ${arg_TEST_LIBRARIES})
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}/" DISCOVERY_MODE PRE_TEST
                         PROPERTIES LABELS unit TIMEOUT 900 ENVIRONMENT "${MILLRACE_SANITIZER_OPTIONS}")
  endif()
  if(benches AND NOT MILLRACE_FUZZ)
    find_package(benchmark REQUIRED)
    add_executable(${name}_bench EXCLUDE_FROM_ALL ${benches})
    _millrace_see(${name}_bench ${name} ${arg_MAY_INCLUDE})
    target_link_libraries(${name}_bench PRIVATE millrace_${name} benchmark::benchmark_main)
  endif()
endfunction()
