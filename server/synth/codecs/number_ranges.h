// What the numbers in one place of many texts may be.
#pragma once

#include <string_view>
#include <vector>

#include "server/synth/codecs/shape_position.h"

namespace ctgan::synth::codecs {

struct NumberPlace {
  std::vector<ShapePosition> positions;
  bool varies = false;
  // Not all numbers of as many digits occur, which can be no chance: it counts something.
  bool is_quantity = false;
};

// `words`: digits only, not empty. Numbers that `to_share` of them share may be kept; `enough`: they are as
// many as it takes to keep what all share.
NumberPlace number_place(const std::vector<std::string_view>& words, std::uint64_t to_share, bool enough);

// Numbers to 29, 30 or 31 beside numbers to 12 at most become numbers to 28.
void keep_days_valid(std::vector<ShapePosition>& positions);

}  // namespace ctgan::synth::codecs
