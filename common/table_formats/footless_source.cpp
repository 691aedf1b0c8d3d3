#include "common/table_formats/footless_source.h"

#include <algorithm>
#include <utility>

namespace ctgan::table_formats {
namespace {

constexpr std::size_t k_piece = std::size_t{256} << 10;
constexpr std::string_view k_ends = "\n\r";
constexpr std::string_view k_blanks = "\n\r\t ";

}  // namespace

std::size_t FootlessSource::read(std::span<char> buffer) {
  while (given_ == free_) {
    if (at_end_) return 0;
    advance();
  }
  const std::size_t count = std::min(buffer.size(), free_ - given_);
  std::copy_n(held_.data() + given_, count, buffer.data());
  given_ += count;
  return count;
}

void FootlessSource::advance() {
  held_.erase(0, std::exchange(given_, 0));
  const std::size_t kept = held_.size();
  held_.resize(kept + k_piece);
  const std::size_t got = source_.read(std::span(held_).subspan(kept));
  held_.resize(kept + got);
  at_end_ = got == 0;
  free_ = begin_of_footer();
}

// Where the last lines begin, as far as they have come.
std::size_t FootlessSource::begin_of_footer() const {
  std::size_t begin = held_.size();
  for (std::uint64_t line = 0; line < lines_; ++line) {
    const std::size_t last = begin == 0 ? std::string::npos : held_.find_last_not_of(k_blanks, begin - 1);
    if (last == std::string::npos) return 0;
    const std::size_t before = held_.find_last_of(k_ends, last);
    begin = before == std::string::npos ? 0 : before + 1;
  }
  return begin;
}

}  // namespace ctgan::table_formats
