// Left factors of products, read from panels where they stand.
#pragma once

#include <algorithm>

#include "server/synth/kernels/kernels.h"
#include "server/synth/kernels/panels.h"

namespace ctgan::synth::native_execution {

using kernels::k_panel_columns;

// Rows of a task of the generator's output layer: enough tasks to share them out evenly, few enough to read each
// weight rarely.
inline constexpr std::size_t k_output_rows_a_task = 128;
// Inputs of the discriminator of a task of the slopes by them.
inline constexpr std::size_t k_inputs_a_task = 128;

// How many of a matrix's columns stand in panel `panel`.
inline std::size_t columns_in(std::size_t columns, std::size_t panel) {
  return std::min(k_panel_columns, columns - panel * k_panel_columns);
}

// The matrix from row `row` on; with `step`, every step-th row of it.
template <typename T>
kernels::LeftFactor<T> rows_of(const kernels::Panels<T>& matrix, std::size_t row, std::size_t step = 1) {
  return {.data = matrix.panel(0, row),
          .row_stride = step * k_panel_columns,
          .depth_stride = 1,
          .segment = k_panel_columns,
          .segment_stride = matrix.panel_stride()};
}

// The transpose of one panel from row `row` on: its columns are the factor's rows.
template <typename T>
kernels::LeftFactor<T> columns_of(const kernels::Panels<T>& matrix, std::size_t panel, std::size_t row,
                                  std::size_t depth, std::size_t step = 1) {
  return {.data = matrix.panel(panel, row),
          .row_stride = 1,
          .depth_stride = step * k_panel_columns,
          .segment = depth,
          .segment_stride = 0};
}

}  // namespace ctgan::synth::native_execution
