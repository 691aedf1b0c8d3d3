// What rows are to have in some of their cells, said before they are drawn. A method takes of it what it can
// (FittedModel, SampledBlocks); whoever needs all of it looks at the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace ctgan::synth::model {

// The cells that every row may have in one column: one of some categories of a discrete column, or a value
// between two of another, which are cell texts and may be had themselves.
struct GivenCells {
  std::size_t column = 0;               // in FittedModel::metadata()
  std::vector<std::size_t> categories;  // in FittedModel::categories(column); empty: the values decide
  std::optional<std::string> least = {};
  std::optional<std::string> most = {};

  // The category, where it is one alone.
  std::optional<std::size_t> one_category() const {
    return categories.size() == 1 ? std::optional(categories.front()) : std::nullopt;
  }
};

// Rows of a file of which some cells are known.
struct KnownRows {
  static constexpr std::uint32_t k_unknown = std::numeric_limits<std::uint32_t>::max();

  struct Column {
    std::vector<std::string> texts;      // that stand in the file
    std::vector<std::uint32_t> text_of;  // of each row, in `texts`; k_unknown where nothing is known

    bool is_known(std::size_t row) const { return text_of[row] != k_unknown; }
  };
  std::size_t rows = 0;
  std::vector<Column> columns;  // those of FittedModel::metadata()
  // Unknown cells get a value: none of them stays missing where the model knows one.
  bool fill = false;
};

}  // namespace ctgan::synth::model
