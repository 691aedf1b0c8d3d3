# The map of the house. A room may include itself and the rooms named after ROOMS.
# Includes only go down: common <- server, common <- host; host and server never meet.

set(JSON nlohmann_json::nlohmann_json)

ctgan_room(common/texts)
ctgan_room(common/terminal)
ctgan_room(common/errors ROOMS common/terminal LINKS fmt::fmt ${JSON})
ctgan_room(common/failpoints)
if(CTGAN_FAILPOINTS)
  target_compile_definitions(common_failpoints PUBLIC CTGAN_FAILPOINTS)
endif()
ctgan_room(common/threads LINKS Threads::Threads)
ctgan_room(common/secrets ROOMS common/errors LINKS PkgConfig::sodium)
ctgan_room(common/files ROOMS common/errors common/failpoints common/secrets LINKS ZLIB::ZLIB PkgConfig::isal OpenSSL::Crypto Threads::Threads)
ctgan_room(common/process ROOMS common/errors common/files)
ctgan_room(common/table ROOMS common/errors LINKS ${JSON})
ctgan_room(common/joins ROOMS common/errors common/table common/texts LINKS PkgConfig::sodium)
ctgan_room(common/conditions ROOMS common/errors common/table common/texts LINKS ${JSON})
ctgan_room(common/table_formats ROOMS common/errors common/files common/table common/texts common/threads LINKS ${JSON})
ctgan_room(common/progress ROOMS common/errors common/terminal LINKS ${JSON})
ctgan_room(common/console ROOMS common/errors common/secrets common/terminal common/texts LINKS PkgConfig::libedit)
ctgan_room(common/settings ROOMS common/errors common/files common/secrets LINKS ${JSON})
ctgan_room(common/guarantees)
# Bounds are bounds: no contraction, no reordering.
target_compile_options(common_guarantees PRIVATE -ffp-contract=off)
ctgan_room(common/options ROOMS common/errors common/guarantees common/texts LINKS ${JSON})
ctgan_room(common/command_line ROOMS common/errors common/files common/settings common/table common/table_formats common/terminal LINKS CLI11::CLI11 ${JSON})
ctgan_room(common/protocol ROOMS common/errors common/files LINKS ${JSON})

if(NOT CTGAN_CLIENT)
ctgan_room(server/synth/random)
# Value-safe: no fused multiply-add, so that bits do not depend on the machine; no errno and no traps, which keep
# loops from becoming vectors.
target_compile_options(server_synth_random PRIVATE -ffp-contract=off -fno-math-errno -fno-trapping-math)
ctgan_room(server/synth/privacy ROOMS common/errors common/guarantees common/threads LINKS PkgConfig::sodium ${JSON})
# Bounds are bounds: no contraction, no reordering.
target_compile_options(server_synth_privacy PRIVATE -ffp-contract=off)
ctgan_room(server/synth/archive ROOMS common/errors common/files LINKS ${JSON})
ctgan_room(server/synth/codecs ROOMS common/errors common/conditions common/table common/threads server/synth/random)
target_compile_options(server_synth_codecs PRIVATE -ffp-contract=off -fno-math-errno -fno-trapping-math)
ctgan_room(server/synth/domains ROOMS common/errors common/table common/threads server/synth/codecs server/synth/random)
target_compile_options(server_synth_domains PRIVATE -ffp-contract=off -fno-math-errno -fno-trapping-math)
ctgan_room(server/synth/encoders ROOMS common/errors common/table common/threads server/synth/codecs server/synth/random)
target_compile_options(server_synth_encoders PRIVATE -ffp-contract=off -fno-math-errno -fno-trapping-math)
ctgan_room(server/synth/networks ROOMS common/errors common/threads server/synth/random server/synth/codecs server/synth/encoders)
target_compile_definitions(server_synth_networks PUBLIC CTGAN_BUILD_ID=${CTGAN_BUILD_ID})
ctgan_room(server/synth/kernels ROOMS common/errors)
# Contracted multiply-adds make the products fast; each set of instructions has bits of its own.
target_compile_options(server_synth_kernels PRIVATE -O3 -ffp-contract=fast -fno-math-errno -fno-trapping-math)
set_source_files_properties(server/synth/kernels/kernels_avx2.cpp PROPERTIES COMPILE_OPTIONS "-mavx2;-mfma")
set(AVX512 -mavx2 -mfma -mavx512f -mavx512bw -mavx512dq -mavx512vl -mprefer-vector-width=512)
set_source_files_properties(server/synth/kernels/kernels_avx512.cpp PROPERTIES COMPILE_OPTIONS "${AVX512}")
set_source_files_properties(server/synth/kernels/products_bf16.cpp PROPERTIES COMPILE_OPTIONS "${AVX512};-mavx512bf16")
ctgan_room(server/synth/native_execution ROOMS common/errors common/threads server/synth/kernels server/synth/networks
  server/synth/codecs server/synth/encoders)
ctgan_room(server/synth/model ROOMS common/errors common/options common/table common/threads server/synth/archive server/synth/codecs
  LINKS ${JSON})
ctgan_room(server/synth/sampling ROOMS common/conditions common/errors common/options common/table common/table_formats common/threads
  server/synth/archive server/synth/codecs server/synth/model server/synth/random LINKS ${JSON})
ctgan_room(server/synth/neural ROOMS common/errors common/options common/threads server/synth/archive server/synth/model
  server/synth/native_execution server/synth/networks server/synth/random server/synth/sampling server/synth/codecs server/synth/encoders
  LINKS ${JSON} ${CMAKE_DL_LIBS})
ctgan_room(server/synth/ctgan ROOMS common/errors common/options common/threads server/synth/archive server/synth/model
  server/synth/networks server/synth/neural server/synth/random server/synth/codecs server/synth/encoders)
ctgan_room(server/synth/tvae ROOMS common/errors common/options common/threads server/synth/archive server/synth/model
  server/synth/networks server/synth/neural server/synth/random server/synth/codecs server/synth/encoders)
ctgan_room(server/synth/trees ROOMS common/conditions common/errors common/options common/table common/table_formats
  common/threads server/synth/archive server/synth/codecs server/synth/model server/synth/random server/synth/sampling)
# Bytes of a model do not depend on the machine, and passes over rows are what a fit costs.
target_compile_options(server_synth_trees PRIVATE -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math)
ctgan_room(server/synth/marginals ROOMS common/errors common/threads server/synth/codecs server/synth/encoders server/synth/random)
# Bytes of a model do not depend on the machine, and loops over cells and rows are what a fit costs.
target_compile_options(server_synth_marginals PRIVATE -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math)
ctgan_room(server/synth/graphical ROOMS common/errors common/threads server/synth/codecs server/synth/encoders
  server/synth/marginals server/synth/random)
target_compile_options(server_synth_graphical PRIVATE -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math)
# Compared with recorded values to 1e-6 and summed in a fixed order: no contraction.
ctgan_room(server/synth/evaluate ROOMS common/errors common/conditions common/table common/threads server/synth/encoders
  server/synth/random
  LINKS ${JSON} ${CMAKE_DL_LIBS})
target_compile_options(server_synth_evaluate PRIVATE -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math)
ctgan_room(server/synth/report ROOMS common/errors server/synth/evaluate)
ctgan_room(server/synth/paid_domains ROOMS common/errors common/guarantees common/table server/synth/domains server/synth/privacy)
target_compile_options(server_synth_paid_domains PRIVATE -ffp-contract=off -fno-math-errno -fno-trapping-math)
ctgan_room(server/synth/marginal_methods ROOMS common/errors common/guarantees common/options common/table common/threads server/synth/archive
  server/synth/codecs server/synth/domains server/synth/graphical server/synth/marginals server/synth/model
  server/synth/paid_domains server/synth/privacy server/synth/random server/synth/sampling)
target_compile_options(server_synth_marginal_methods PRIVATE -ffp-contract=off -fno-math-errno -fno-trapping-math)
ctgan_room(server/synth/privsyn ROOMS common/errors common/options common/table common/threads server/synth/archive
  server/synth/codecs server/synth/domains server/synth/graphical server/synth/marginal_methods server/synth/marginals
  server/synth/model server/synth/privacy server/synth/random server/synth/sampling)
target_compile_options(server_synth_privsyn PRIVATE -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math)
ctgan_room(server/synth/private_gan ROOMS common/errors common/options common/threads server/synth/archive server/synth/codecs
  server/synth/domains server/synth/encoders server/synth/graphical server/synth/kernels server/synth/marginal_methods
  server/synth/marginals server/synth/model server/synth/native_execution server/synth/networks server/synth/neural
  server/synth/privacy server/synth/random)
# Sums of clipped gradients are exact up to rounding, whatever the rows: no reordering.
target_compile_options(server_synth_private_gan PRIVATE -O3 -ffp-contract=off -fno-math-errno -fno-trapping-math)
ctgan_room(server/synth/pipeline ROOMS common/errors common/files common/table common/table_formats common/threads server/synth/archive
  server/synth/domains server/synth/evaluate server/synth/marginal_methods server/synth/marginals server/synth/model server/synth/paid_domains server/synth/privacy server/synth/random)
ctgan_room(server/synth/selection ROOMS common/errors common/options common/table server/synth/evaluate server/synth/model
  server/synth/pipeline server/synth/random)
ctgan_room(server/synth/catalog ROOMS common/errors common/options server/synth/archive server/synth/ctgan server/synth/marginal_methods server/synth/model server/synth/private_gan server/synth/privsyn server/synth/selection
  server/synth/trees server/synth/tvae)

ctgan_room(server/settings ROOMS common/errors common/files common/options common/settings)
ctgan_room(server/audit ROOMS common/errors common/files LINKS ${JSON})
ctgan_room(server/encryption ROOMS common/errors common/files common/secrets LINKS PkgConfig::sodium)
ctgan_room(server/store ROOMS common/errors common/failpoints common/files common/secrets server/encryption LINKS SQLite::SQLite3 ${JSON})
ctgan_room(server/budgets ROOMS common/errors common/failpoints common/files common/guarantees server/store LINKS ${JSON})
ctgan_room(server/jobs ROOMS common/errors common/failpoints common/files common/process common/secrets common/conditions common/table server/encryption server/store LINKS ${JSON})
ctgan_room(server/runners ROOMS common/errors common/files common/process server/jobs server/settings server/store LINKS ${JSON})
ctgan_room(server/accounts ROOMS common/errors common/files common/joins common/options common/process common/secrets common/table common/table_formats common/texts server/audit
  server/budgets server/jobs server/settings server/store server/synth/paid_domains LINKS PkgConfig::sodium ${JSON})
ctgan_room(server/service ROOMS common/errors common/failpoints common/files common/joins common/options common/protocol common/secrets common/table common/table_formats
  server/accounts server/audit server/budgets server/encryption server/jobs server/store server/settings LINKS ${JSON})
ctgan_room(server/worker ROOMS common/conditions common/console common/errors common/failpoints common/files common/joins common/options common/process common/protocol
  common/secrets common/table common/table_formats common/threads server/encryption server/jobs server/service server/store server/synth/archive
  server/synth/catalog server/synth/domains server/synth/evaluate server/synth/model server/synth/pipeline server/synth/privacy server/synth/random server/synth/report
  server/synth/sampling)
ctgan_room(server/commands ROOMS common/command_line common/console common/errors common/files common/process common/progress common/protocol
  common/secrets common/table_formats common/threads server/accounts server/audit server/budgets server/encryption server/jobs server/runners server/service server/settings server/store server/synth/archive
  server/synth/catalog server/synth/evaluate server/synth/neural server/synth/pipeline server/synth/report server/worker LINKS CLI11::CLI11)
endif()

ctgan_room(host/settings ROOMS common/errors common/files common/options common/secrets common/settings)
ctgan_room(host/transport ROOMS common/errors common/console common/files common/process common/protocol common/secrets
  common/settings host/settings LINKS PkgConfig::libssh Threads::Threads)
ctgan_room(host/session ROOMS common/errors common/files common/progress common/protocol common/secrets
  host/transport)
ctgan_room(host/job_files ROOMS common/errors common/files common/options common/table common/texts LINKS PkgConfig::yaml_cpp ${JSON})
ctgan_room(host/table_files ROOMS common/errors common/files common/table common/table_formats common/texts
  LINKS SQLite::SQLite3 PkgConfig::expat PkgConfig::minizip ${CMAKE_DL_LIBS})
target_compile_definitions(host_table_files PRIVATE "CTGAN_ARROW_LIBRARIES=${ctgan_arrow_names}"
  "CTGAN_ARROW_WHEEL=\"${CTGAN_ARROW_WHEEL}\"")
ctgan_room(host/commands ROOMS common/command_line common/errors common/console common/files common/joins common/options common/process common/progress common/protocol
  common/secrets common/settings common/conditions common/table common/table_formats common/texts host/table_files host/job_files host/session host/settings host/transport LINKS CLI11::CLI11)
