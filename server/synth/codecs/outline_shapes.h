// Shapes of codes: texts of one length with their punctuation in the same places.
//
//   C-00123, C-04711          C-[0-9]{5}
//   3f2a9c..., (UUIDs)        [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-...
//
// A column has the eight commonest and, if need be, longer ones. What is kept of the texts:
//
//   letters and digits   A word (letters only, or digits only) stays as it is where all texts share it that
//                        have the same words and punctuation in the same order, whatever the words' lengths.
//                        Those must be all of the column (three rows or more), or at least twenty rows and
//                        1 % of the column; never fewer than ShapeWish::rows_to_share. In texts that mix both
//                        within words (UUIDs), the rows of the shape must share it instead, and be as many. A
//                        word of letters that varies keeps no letter: each of its positions takes a-z, A-Z or
//                        both, as the rows have it there (hexadecimal digits stay hexadecimal). A word of
//                        digits that varies keeps the digits that all rows of the shape share, if those are
//                        as many.
//   the length           First come 0-9 for such shared digits, from the right, until an eighth of the shape
//                        holds ten times the rows and 100,000. If after that the rows fill at most a quarter
//                        of the shape, the length stays: new identifiers up to ten times the rows if half of
//                        the shape holds them, else half of the shape. Otherwise the last open digits, or
//                        letters if there are none, grow by one after the other.
#pragma once

#include "server/synth/codecs/identifier_shape.h"

namespace ctgan::synth::codecs {

// As IdentifierShape::find.
std::vector<IdentifierShape> outline_shapes(std::span<const std::string_view> texts, const ShapeWish& wish);

}  // namespace ctgan::synth::codecs
