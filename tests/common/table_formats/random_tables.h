// Random tables as a reader would build them: every dtype, and texts of the characters that make delimited
// files difficult.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "common/table/table.h"

namespace ctgan::tests {

using namespace ctgan::table;
using namespace ctgan::table_formats;

inline bool same(const Column& a, const Column& b) {
  if (a.name != b.name || a.dtype != b.dtype || a.missing != b.missing || a.decimals != b.decimals)
    return false;
  if (a.dtype == Dtype::int64) return a.integers() == b.integers();
  if (a.dtype == Dtype::float64) return a.reals() == b.reals();
  return a.categories().codes == b.categories().codes &&
         a.categories().dictionary == b.categories().dictionary;
}

inline bool same(const Table& a, const Table& b) {
  return std::equal(a.columns().begin(), a.columns().end(), b.columns().begin(), b.columns().end(),
                    [](const Column& x, const Column& y) { return same(x, y); });
}

class RandomTables {
 public:
  explicit RandomTables(unsigned seed) : random_(seed) {}

  Table next() {
    const std::size_t rows = 1 + below(40);
    std::vector<Column> columns(1 + below(6));
    for (std::size_t i = 0; i < columns.size(); ++i) {
      columns[i] = column(rows);
      // The name of a lone column must not look like a header with another delimiter.
      columns[i].name = fmt::format("{}{}", columns.size() == 1 ? "only" : text(), i);
    }
    return Table(std::move(columns));
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string text() {
    static const std::vector<std::string> k_pieces{",",    "\"", "\"\"", "\n", "\r\n", "\r",   " ", "\t",
                                                   "ä",    "日", "💖",    "a",  "7",    "True", ";", "|",
                                                   "\x1f", "'",  "\\",   "-",  "#",    "="};
    std::string out;
    for (std::size_t count = below(6); count > 0; --count) out += k_pieces[below(k_pieces.size())];
    return out;
  }

  Column column(std::size_t rows) {
    switch (below(4)) {
      case 0:
        return integers(rows);
      case 1:
        return reals(rows);
      case 2:
        return categories(
            rows, [this] { return below(2) == 0 ? "True" : "false"; }, Dtype::boolean, "");
      default:
        return categories(
            rows, [this] { return text(); }, Dtype::text, "none");
    }
  }

  void punch(Column& column, std::size_t rows) {
    if (rows < 2 || below(2) == 0) return;
    column.missing_texts = {""};
    column.missing.assign(rows, 0);
    column.missing[1 + below(rows - 1)] = 1;
  }

  Column integers(std::size_t rows) {
    Column column;
    column.dtype = Dtype::int64;
    punch(column, rows);
    std::vector<std::int64_t> values(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      if (!column.missing.empty() && column.missing[i] != 0) continue;
      values[i] = static_cast<std::int64_t>(random_()) >> below(64);
    }
    column.cells = std::move(values);
    return column;
  }

  Column reals(std::size_t rows) {
    Column column;
    column.dtype = Dtype::float64;
    column.decimals = static_cast<int>(1 + below(6));
    punch(column, rows);
    std::vector<double> values(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      if (!column.missing.empty() && column.missing[i] != 0) continue;
      values[i] = static_cast<double>(static_cast<std::int64_t>(random_()) >> (14 + below(40))) /
                  std::pow(10.0, column.decimals);
    }
    column.cells = std::move(values);
    return column;
  }

  // The first cell is `first` where that is not empty, so that a text column is not taken for numbers.
  template <typename Draw>
  Column categories(std::size_t rows, const Draw& draw, Dtype dtype, const std::string& first) {
    Column column;
    column.dtype = dtype;
    Categories cells;
    for (std::size_t i = 0; i < rows; ++i) {
      const std::string cell = i == 0 && !first.empty() ? first : draw();
      const auto found = std::find(cells.dictionary.begin(), cells.dictionary.end(), cell);
      cells.codes.push_back(static_cast<std::uint32_t>(found - cells.dictionary.begin()));
      if (found == cells.dictionary.end()) cells.dictionary.push_back(cell);
    }
    column.cells = std::move(cells);
    return column;
  }

  std::mt19937_64 random_;
};

}  // namespace ctgan::tests
