// The places in CSV text where something begins or ends: delimiters, line feeds and quotes, 64 bytes
// at a time.
#pragma once

#include <emmintrin.h>

#include <bit>
#include <cstdint>

#include "common/table_formats/padded_load.h"

namespace ctgan::table_formats {

class CsvMarks {
 public:
  // REQUIRES: k_readable_bytes behind `end` may be read.
  CsvMarks(const char* first, const char* end, char delimiter, char quote)
      : delimiters_(_mm_set1_epi8(delimiter)), quotes_(_mm_set1_epi8(quote)), end_(end) {
    go_to(first);
  }

  // The next mark, or the end.
  const char* next() {
    while (marks_ == 0) {
      if (end_ - stretch_ <= k_stretch) return end_;
      stretch_ += k_stretch;
      marks_ = marks_at(stretch_);
    }
    const char* const mark = stretch_ + std::countr_zero(marks_);
    marks_ &= marks_ - 1;
    return mark;
  }
  void go_to(const char* place) {
    stretch_ = place;
    marks_ = place == end_ ? 0 : marks_at(place);
  }

 private:
  static constexpr std::ptrdiff_t k_stretch = 64;
  static_assert(k_stretch <= std::ptrdiff_t{k_readable_bytes});

  std::uint64_t marks_at(const char* place) const {
    std::uint64_t marks = 0;
    for (int i = 0; i < 4; ++i) {
      const __m128i text = _mm_loadu_si128(reinterpret_cast<const __m128i*>(place) + i);
      const __m128i delimiters = _mm_cmpeq_epi8(text, delimiters_);
      const __m128i feeds = _mm_cmpeq_epi8(text, _mm_set1_epi8('\n'));
      const __m128i quotes = _mm_cmpeq_epi8(text, quotes_);
      const auto found = static_cast<std::uint32_t>(
          _mm_movemask_epi8(_mm_or_si128(delimiters, _mm_or_si128(feeds, quotes))));
      marks |= std::uint64_t{found} << (16 * i);
    }
    const std::ptrdiff_t left = end_ - place;
    return left < k_stretch ? marks & ((std::uint64_t{1} << left) - 1) : marks;
  }

  __m128i delimiters_;
  __m128i quotes_;
  const char* end_;
  const char* stretch_ = nullptr;
  std::uint64_t marks_ = 0;  // in the stretch, not yet given
};

}  // namespace ctgan::table_formats
