# From proto/kosi/*.proto: messages (protoc-c), tables and handler prototypes (contract.py), into ${KOSI_GEN}.
# Also the Python messages that the tests' foreign peers use, into ${KOSI_GEN}/python.
set(KOSI_GEN ${CMAKE_BINARY_DIR}/gen)
find_program(PROTOC protoc REQUIRED)
find_program(PROTOC_C protoc-c REQUIRED)
find_program(DEBIAN_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
find_path(PROTO_INCLUDE google/protobuf/descriptor.proto REQUIRED)

file(GLOB KOSI_PROTOS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/proto/kosi/*.proto)
set(gen_sources ${KOSI_GEN}/contract_tables.c)
set(gen_headers)  # named as outputs too: else what includes them is built again only by the next build, and this one is a mixture
foreach(proto ${KOSI_PROTOS})
  get_filename_component(stem ${proto} NAME_WE)
  list(APPEND gen_sources ${KOSI_GEN}/kosi/${stem}.pb-c.c)
  list(APPEND gen_headers ${KOSI_GEN}/kosi/${stem}.pb-c.h)
endforeach()
list(REMOVE_ITEM gen_sources ${KOSI_GEN}/kosi/options.pb-c.c)  # only its header is needed

# A folder in services/ with a main.c is a service of the contract, except the broker, which speaks no message but the envelope.
set(KOSI_SERVICES)
file(GLOB mains CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/services/*/main.c)
foreach(main ${mains})
  get_filename_component(folder ${main} DIRECTORY)
  get_filename_component(service ${folder} NAME)
  list(APPEND KOSI_SERVICES ${service})
endforeach()
list(REMOVE_ITEM KOSI_SERVICES broker)
set(handler_files)
foreach(service ${KOSI_SERVICES})
  list(APPEND handler_files ${KOSI_GEN}/${service}.handlers.c ${KOSI_GEN}/${service}.handlers.h)
endforeach()

add_custom_command(
  OUTPUT ${gen_sources} ${gen_headers} ${handler_files}
  COMMAND ${CMAKE_COMMAND} -E make_directory ${KOSI_GEN}/kosi ${KOSI_GEN}/google/protobuf ${KOSI_GEN}/python
  COMMAND ${PROTOC_C} -I${PROTO_INCLUDE} --c_out=${KOSI_GEN} google/protobuf/descriptor.proto
  COMMAND ${PROTOC_C} -I${CMAKE_SOURCE_DIR}/proto -I${PROTO_INCLUDE} --c_out=${KOSI_GEN} ${KOSI_PROTOS}
  COMMAND ${PROTOC} -I${CMAKE_SOURCE_DIR}/proto -I${PROTO_INCLUDE} --python_out=${KOSI_GEN}/python
          --include_imports --descriptor_set_out=${KOSI_GEN}/kosi.descriptors ${KOSI_PROTOS}
  COMMAND ${DEBIAN_PYTHON} ${CMAKE_SOURCE_DIR}/deploy/cmake/contract.py ${KOSI_GEN}/kosi.descriptors ${KOSI_GEN}/python ${KOSI_GEN}
          ${KOSI_SERVICES}
  DEPENDS ${KOSI_PROTOS} ${CMAKE_SOURCE_DIR}/deploy/cmake/contract.py
  COMMENT "Contract"
  VERBATIM)
add_custom_target(contract_files DEPENDS ${gen_sources} ${gen_headers} ${handler_files})

add_library(kosi_gen STATIC ${gen_sources})
target_include_directories(kosi_gen SYSTEM PUBLIC ${KOSI_GEN})
target_link_libraries(kosi_gen PUBLIC PkgConfig::PROTOBUF_C)
target_compile_options(kosi_gen PRIVATE -w)
add_dependencies(kosi_gen contract_files)
