// What a terminal can show: how many cells a line has, whether it has colours, and text fitted to it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ctgan::terminal {

// Cells of a line of the terminal behind `descriptor`; nothing where there is none, or it does not say.
std::optional<std::size_t> columns_of(int descriptor);

// A terminal that is not "dumb", and $NO_COLOR (https://no-color.org) is not set or empty.
bool has_colours(int descriptor);

enum class Colour { none, red, green, yellow };

// `text` between the sequences that set the colour and take it back; as it is for `none`.
std::string coloured(std::string_view text, Colour colour);

// Of text in UTF-8: two of a wide character (Chinese, Japanese, Korean, emoji), none of one that is put on the one before
// it, and of sequences of colours.
std::size_t cells_of(std::string_view text);

// Lines of at most `columns` cells, broken between words only; what follows a break stands `indent` cells further in
// than its line began. What stands in single quotes is one word, so that a command can be copied whole: a word longer
// than a line stays whole.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent);

// At most so many cells: cut after a part that ends with a comma if one fits, else between characters.
std::string cut(std::string_view text, std::size_t cells);

}  // namespace ctgan::terminal
