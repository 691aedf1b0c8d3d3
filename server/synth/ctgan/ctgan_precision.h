// What the factors of the products of a training are rounded to, by the option `precision`.
#pragma once

#include <cstddef>

#include "common/options/option_spec.h"
#include "server/synth/model/monitor.h"
#include "server/synth/networks/ctgan_execution.h"

namespace ctgan::synth::ctgan {

// "float32" and "bf16" are taken at their word; where bf16 turns out slower than float32 the monitor is told by a
// warning. "auto" is bf16 where the products of a step with `rows` rows are clearly faster by it on this machine,
// now, and float32 elsewhere; the monitor is told by report_choice("precision", ...) with "products_ms" as the
// score.
networks::Precision chosen_precision(const options::Values& options, const networks::CtganShape& shape,
                                     std::size_t rows, const networks::CtganExecution& execution,
                                     model::Monitor& monitor);

}  // namespace ctgan::synth::ctgan
