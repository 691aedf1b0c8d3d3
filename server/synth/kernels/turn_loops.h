// Turning rows into columns: squares of as many numbers as a vector holds, in registers.
// Part of kernel_loops.h, which says what may stand here.
#pragma once

#include "server/synth/kernels/kernels.h"
#include "server/synth/kernels/row_loops.h"

namespace ctgan::synth::kernels {
namespace {

template <int... k_places>
struct Places {};
template <int k_count, int... k_places>
struct Counted : Counted<k_count - 1, k_count - 1, k_places...> {};
template <int... k_places>
struct Counted<0, k_places...> {
  using Type = Places<k_places...>;
};

// How two vectors become one. The first four stay within lanes of four numbers: the even or the odd half of each
// pair of lanes, number by number or by halves of a lane. The others take every second lane.
enum class Mix { low_numbers, high_numbers, low_halves, high_halves, even_lanes, odd_lanes };

// Where number `to` of the mixture comes from, in both vectors of `count` numbers side by side.
constexpr int place(Mix mix, int to, int count) {
  const int lane = to / 4, in_lane = to % 4, lanes = count / 4;
  switch (mix) {
    case Mix::low_numbers:
    case Mix::high_numbers:
      return in_lane % 2 * count + lane * 4 + in_lane / 2 + (mix == Mix::high_numbers ? 2 : 0);
    case Mix::low_halves:
    case Mix::high_halves:
      return in_lane / 2 * count + lane * 4 + in_lane % 2 + (mix == Mix::high_halves ? 2 : 0);
    case Mix::even_lanes:
    case Mix::odd_lanes:
      break;
  }
  return (lane * 2 + (mix == Mix::odd_lanes ? 1 : 0)) % lanes * 4 + lane * 2 / lanes * count + in_lane;
}

template <Mix k_mix, typename V, int... k_places>
V mixed(V a, V b, Places<k_places...>) {
  return __builtin_shufflevector(a, b, place(k_mix, k_places, sizeof...(k_places))...);
}

// k_size rows of k_size floats.
struct Square {
  using V = typename Vector<float>::Type;
  static constexpr int k_size = k_vector_bytes / static_cast<int>(sizeof(float));
  static constexpr int k_lanes_of_four = k_size / 4;

  template <Mix k_mix>
  static V mix(V a, V b) {
    return mixed<k_mix>(a, b, typename Counted<k_size>::Type());
  }

  // Of each lane the 4 x 4 numbers of four neighbouring rows are turned: row 4 g + j then holds column 4 L + j of
  // rows 4 g to 4 g + 3 in lane L.
  void turn_lanes() {
#pragma GCC unroll 16
    for (int i = 0; i < k_size; i += 4) {
      V* const r = row + i;
      const V low01 = mix<Mix::low_numbers>(r[0], r[1]), high01 = mix<Mix::high_numbers>(r[0], r[1]);
      const V low23 = mix<Mix::low_numbers>(r[2], r[3]), high23 = mix<Mix::high_numbers>(r[2], r[3]);
      r[0] = mix<Mix::low_halves>(low01, low23);
      r[1] = mix<Mix::high_halves>(low01, low23);
      r[2] = mix<Mix::low_halves>(high01, high23);
      r[3] = mix<Mix::high_halves>(high01, high23);
    }
  }

  // Lanes are turned against rows four apart.
  void turn_rows() {
#pragma GCC unroll 4
    for (int j = 0; j < 4; ++j) {
      if constexpr (k_lanes_of_four == 2) {
        const V first = row[j], second = row[4 + j];
        row[j] = mix<Mix::even_lanes>(first, second);
        row[4 + j] = mix<Mix::odd_lanes>(first, second);
      }
      if constexpr (k_lanes_of_four == 4) {
        const V even01 = mix<Mix::even_lanes>(row[j], row[4 + j]),
                odd01 = mix<Mix::odd_lanes>(row[j], row[4 + j]);
        const V even23 = mix<Mix::even_lanes>(row[8 + j], row[12 + j]),
                odd23 = mix<Mix::odd_lanes>(row[8 + j], row[12 + j]);
        row[j] = mix<Mix::even_lanes>(even01, even23);
        row[4 + j] = mix<Mix::even_lanes>(odd01, odd23);
        row[8 + j] = mix<Mix::odd_lanes>(even01, even23);
        row[12 + j] = mix<Mix::odd_lanes>(odd01, odd23);
      }
    }
  }

  void turn() {
    turn_lanes();
    turn_rows();
  }

  V row[k_size];
};

// out(c, r) = from(r, c) for `rows` x `columns` numbers (each at most 32) that stand in tiles; `from` may start at
// any column.
template <typename T>
void turn_tile(const T* from, std::size_t rows, std::size_t columns, T* out) {
  for (std::size_t c = 0; c < columns; ++c)
    for (std::size_t r = 0; r < rows; ++r) out[c * k_lanes + r] = from[r * k_lanes + c];
}

inline void turn_tile(const float* from, std::size_t rows, std::size_t columns, float* out) {
  constexpr std::size_t k_size = Square::k_size;
  using V = Square::V;
  using AnywhereV [[gnu::vector_size(k_vector_bytes), gnu::aligned(alignof(float)), gnu::may_alias]] = float;
  const std::size_t full_rows = rows / k_size * k_size, full_columns = columns / k_size * k_size;
  for (std::size_t r = 0; r < full_rows; r += k_size)
    for (std::size_t c = 0; c < full_columns; c += k_size) {
      Square square;
#pragma GCC unroll 16
      for (std::size_t i = 0; i < k_size; ++i)
        square.row[i] = *reinterpret_cast<const AnywhereV*>(from + (r + i) * k_lanes + c);
      square.turn();
#pragma GCC unroll 16
      for (std::size_t i = 0; i < k_size; ++i)
        *reinterpret_cast<V*>(out + (c + i) * k_lanes + r) = square.row[i];
    }
  turn_tile<float>(from + full_columns, full_rows, columns - full_columns, out + full_columns * k_lanes);
  turn_tile<float>(from + full_rows * k_lanes, rows - full_rows, columns, out + full_rows);
}

}  // namespace
}  // namespace ctgan::synth::kernels
