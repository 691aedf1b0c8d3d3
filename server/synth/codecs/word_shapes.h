// Shapes of what people wrote: names, mail addresses, addresses, remarks; and of codes that carry quantities.
//
//   Anna Meier, Bert Schulz       Capitalised words that nobody wrote, of the column's lengths: consonants
//                                 and vowels in turn
//   anna.m7@mail.com, ...         the same; where the part behind @ varies it becomes example.org
//   10.0.3.17, 10.2.250.4         numbers of the ranges that were seen, so that all are as valid as the old
//                                 ones; pairs of digits that stay below 60 (a time, a date) stay so, days
//                                 below 29
//   a remark                      words that enough texts share, in any order, between ones that nobody wrote
//
// A word or number is kept only where all texts of the same structure (the same kinds of words and the same
// punctuation) share it, and those are as many as outline_shapes.h asks for. Ends of ranges are numbers that
// enough texts share, natural ends (23, 59, 255), or rounded inwards.
//
// Where the ranges hold fewer values than a sample has rows, values come again: none leaves its range.
//
// Texts of no such structure are codes: outline_shapes.h.
#pragma once

#include "server/synth/codecs/identifier_shape.h"

namespace ctgan::synth::codecs {

// As IdentifierShape::find; none where outline_shapes() suits the texts better, or where there is no room.
std::vector<IdentifierShape> word_shapes(std::span<const std::string_view> texts, const ShapeWish& wish);

// A word that nobody wrote: consonants and vowels in turn. `capital`: how many letters in front are capitals.
void append_invented(std::size_t letters, std::size_t capital, std::vector<ShapePosition>& positions);

}  // namespace ctgan::synth::codecs
