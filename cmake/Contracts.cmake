# The contracts that ship inside the program as a source of it: MILLRACE_CONTRACT_SOURCE, made anew when one changes.
file(GLOB _contracts CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/contracts/*.yaml")
set(MILLRACE_CONTRACT_SOURCE "${CMAKE_BINARY_DIR}/embedded_contracts.cc")

add_custom_command(
  OUTPUT "${MILLRACE_CONTRACT_SOURCE}"
  COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${MILLRACE_CONTRACT_SOURCE}" "-DCONTRACTS=${_contracts}"
          -P "${CMAKE_SOURCE_DIR}/cmake/EmbedContracts.cmake"
  DEPENDS ${_contracts} "${CMAKE_SOURCE_DIR}/cmake/EmbedContracts.cmake"
  COMMENT "Embedding the contracts"
  VERBATIM)
