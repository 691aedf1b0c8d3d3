#include <immintrin.h>

#include "server/synth/kernels/kernel_sets.h"
#include "server/synth/kernels/panels.h"

namespace ctgan::synth::kernels {
namespace {

// Two neighbours of the depth, rounded to bf16, the first in the lower half: what vdpbf16ps takes.
using Pair = std::uint32_t;

constexpr std::size_t k_lanes = k_panel_columns;
constexpr std::size_t k_pairs = 128;     // of the depth that is packed at a time
constexpr std::size_t k_tile_rows = 14;  // their sums fill the registers

__m512i rounded(__m512 first, __m512 second) {
  return reinterpret_cast<__m512i>(_mm512_cvtne2ps_pbh(second, first));
}

// 16 columns of two rows: the pairs of each column.
__m512i paired(__m512 row, __m512 next) {
  const __m512i interleaved = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8,
                                               23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  return _mm512_permutexvar_epi16(interleaved, rounded(row, next));
}

// `depth` rows of 32 numbers, `stride` apart, become (depth + 1) / 2 rows of 32 pairs.
void pack_rows(const float* from, std::size_t stride, std::size_t depth, Pair* to) {
  for (std::size_t k = 0; k < depth; k += 2, from += 2 * stride, to += k_lanes)
    for (std::size_t half = 0; half < k_lanes; half += 16) {
      const __m512 row = _mm512_loadu_ps(from + half);
      const __m512 next = k + 1 < depth ? _mm512_loadu_ps(from + stride + half) : _mm512_setzero_ps();
      _mm512_store_si512(to + half, paired(row, next));
    }
}

// Rows of the left factor whose depth is contiguous within each segment of 32, from `done` (a multiple of 32)
// on; row i's pairs start at to + i * k_pairs.
void pack_segments(const LeftFactor<float>& left, std::size_t row, std::size_t rows, std::size_t done,
                   std::size_t depth, Pair* to) {
  for (std::size_t i = 0; i < rows; ++i) {
    const float* from = left.data + (row + i) * left.row_stride + done / k_lanes * left.segment_stride;
    for (std::size_t k = 0; k < depth; k += k_lanes, from += left.segment_stride) {
      const std::size_t count = depth - k < k_lanes ? depth - k : k_lanes;
      const auto mask = static_cast<std::uint32_t>((std::uint64_t{1} << count) - 1);
      const __m512 low = _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask), from);
      const __m512 high = _mm512_maskz_loadu_ps(static_cast<__mmask16>(mask >> 16), from + 16);
      _mm512_store_si512(to + i * k_pairs + k / 2, rounded(low, high));
    }
  }
}

struct PackedLeft {
  const Pair* data;
  std::size_t row_stride, pair_stride;
};

// What the sums start with: row i of the result at row + i * stride, which may be the result itself.
struct Start {
  const float* row;
  std::size_t stride;
};

alignas(k_cache_line) constexpr float k_zeros[k_lanes] = {};

template <int k_rows>
void multiply_rows(const PackedLeft& left, std::size_t pairs, const Pair* right, const Start& start,
                   float* out) {
  __m512 sums[k_rows][2];
#pragma GCC unroll 16
  for (int i = 0; i < k_rows; ++i)
    for (int half = 0; half < 2; ++half)
      sums[i][half] = _mm512_load_ps(start.row + static_cast<std::size_t>(i) * start.stride + half * 16);
  const Pair* element = left.data;
  const std::size_t row_stride = left.row_stride, pair_stride = left.pair_stride;
  for (std::size_t p = 0; p < pairs; ++p, element += pair_stride, right += k_lanes) {
    const auto first = reinterpret_cast<__m512bh>(_mm512_load_si512(right));
    const auto second = reinterpret_cast<__m512bh>(_mm512_load_si512(right + 16));
#pragma GCC unroll 16
    for (int i = 0; i < k_rows; ++i) {
      const auto factor =
          reinterpret_cast<__m512bh>(_mm512_set1_epi32(static_cast<int>(element[i * row_stride])));
      sums[i][0] = _mm512_dpbf16_ps(sums[i][0], factor, first);
      sums[i][1] = _mm512_dpbf16_ps(sums[i][1], factor, second);
    }
  }
#pragma GCC unroll 16
  for (int i = 0; i < k_rows; ++i)
    for (int half = 0; half < 2; ++half) _mm512_store_ps(out + i * k_lanes + half * 16, sums[i][half]);
}

template <int k_most>
void multiply_some(std::size_t rows, const PackedLeft& left, std::size_t pairs, const Pair* right,
                   const Start& start, float* out) {
  if constexpr (k_most > 1) {
    if (rows < k_most) return multiply_some<k_most - 1>(rows, left, pairs, right, start, out);
  }
  multiply_rows<k_most>(left, pairs, right, start, out);
}

void multiply_onto(const LeftFactor<float>& left, std::size_t m, std::size_t depth, const float* right,
                   Start start, float* out) {
  alignas(k_cache_line) Pair packed_right[k_pairs * k_lanes], packed_left[k_pairs * k_lanes];
  const bool turned = left.row_stride == 1;
  const std::size_t blocks = (m + k_tile_rows - 1) / k_tile_rows;
  for (std::size_t done = 0; done < depth; done += 2 * k_pairs) {
    const std::size_t count = depth - done < 2 * k_pairs ? depth - done : 2 * k_pairs;
    pack_rows(right + done * k_lanes, k_lanes, count, packed_right);
    if (turned) pack_rows(left.data + done * left.depth_stride, left.depth_stride, count, packed_left);
    std::size_t row = 0;
    for (std::size_t block = 1; block <= blocks; ++block) {
      const std::size_t end = m * block / blocks;
      if (!turned) pack_segments(left, row, end - row, done, count, packed_left);
      const PackedLeft factor =
          turned ? PackedLeft{packed_left + row, 1, k_lanes} : PackedLeft{packed_left, k_pairs, 1};
      multiply_some<k_tile_rows>(end - row, factor, (count + 1) / 2, packed_right,
                                 {start.row + row * start.stride, start.stride}, out + row * k_lanes);
      row = end;
    }
    start = {out, k_lanes};
  }
}

}  // namespace

void multiply_bf16(const LeftFactor<float>& left, std::size_t m, std::size_t depth, const float* right,
                   float* out, bool add) {
  multiply_onto(left, m, depth, right, add ? Start{out, k_lanes} : Start{k_zeros, 0}, out);
}

void multiply_from_bf16(const LeftFactor<float>& left, std::size_t m, std::size_t depth, const float* right,
                        const float* row, float* out) {
  multiply_onto(left, m, depth, right, {row, 0}, out);
}

}  // namespace ctgan::synth::kernels
