#include "common/protocol/text_pieces.h"

#include <algorithm>

#include "common/protocol/message.h"

namespace ctgan::protocol {
namespace {

// An escaped byte is written with six: \u001b.
constexpr std::size_t k_piece_bytes = k_sent_line_limit / 8;
constexpr std::size_t k_longest_character = 4;

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

std::size_t piece_length(std::string_view text) {
  if (text.size() <= k_piece_bytes) return text.size();
  std::size_t length = k_piece_bytes;
  while (length > k_piece_bytes - k_longest_character && continues_character(text[length])) --length;
  return length;
}

}  // namespace

void each_piece(std::string_view text, const std::function<void(std::string_view piece)>& take) {
  while (!text.empty()) {
    const std::size_t length = piece_length(text);
    take(text.substr(0, length));
    text.remove_prefix(length);
  }
}

}  // namespace ctgan::protocol
