#include "common/table_formats/csv_oddities.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "common/table/number_text.h"
#include "common/table_formats/csv_records.h"
#include "common/texts/texts.h"

namespace ctgan::table_formats {
namespace {

using Cells = std::vector<std::string>;
using Records = std::vector<FirstRecord>;

constexpr std::size_t k_most_records = 100;
constexpr std::size_t k_most_cells = 20'000;
// A title has a few lines.
constexpr std::size_t k_longest_title = 30;

bool is_number(std::string_view text) {
  return table::read_number(text).number;
}

bool is_whole(std::string_view text) {
  return table::read_number(text).integer;
}

bool is_quoted_with(std::string_view text, char quote) {
  return text.size() >= 2 && text.front() == quote && text.back() == quote;
}

bool has_blank_before_quote(const std::string& cell, char quote) {
  const std::string_view bare = texts::trimmed(cell);
  return !cell.empty() && (cell[0] == ' ' || cell[0] == '\t') && !bare.empty() && bare[0] == quote;
}

// Whether the cells below the first record, in this column, are numbers or empty.
bool numbers_below(const Records& records, std::size_t first, std::size_t column) {
  bool some = false;
  for (std::size_t i = first; i < records.size(); ++i) {
    if (column >= records[i].cells.size() || records[i].cells[column].empty()) continue;
    if (!is_number(records[i].cells[column])) return false;
    some = true;
  }
  return some;
}

// A name that is a cell of other rows too, and not only because the header comes again.
bool stands_below(const Records& records, std::size_t column) {
  constexpr std::ptrdiff_t k_least = 2;
  return std::count_if(records.begin() + 1, records.end(), [&](const FirstRecord& record) {
           return column < record.cells.size() && record.cells[column] == records[0].cells[column] &&
                  record.cells != records[0].cells;
         }) >= k_least;
}

// Years, wave lengths, days: names that are numbers go up. pandas counts columns without names from 0.
bool ascend(const std::vector<double>& numbers) {
  constexpr std::size_t k_least = 3;
  if (numbers.empty() ||
      std::adjacent_find(numbers.begin(), numbers.end(), std::greater_equal<>()) != numbers.end())
    return false;
  const bool counted =
      numbers.front() >= 0 && numbers.back() - numbers.front() == static_cast<double>(numbers.size() - 1);
  return numbers.size() >= k_least || (counted && numbers.front() <= 1);
}

// Every name could be a cell of its column, and at least one of them could be no name.
bool is_like_rows(const Records& records) {
  const Cells& names = records[0].cells;
  std::vector<double> numbers;
  bool fractions = false;
  std::size_t met = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool number = is_number(names[i]);
    if (number && !numbers_below(records, 1, i)) return false;
    if (number) numbers.push_back(table::real_value(names[i]));
    fractions = fractions || (number && !is_whole(names[i]));
    if (!number && !names[i].empty() && numbers_below(records, 1, i)) return false;
    if (!number && !names[i].empty() && stands_below(records, i)) ++met;
  }
  const std::size_t texts = names.size() - numbers.size();
  if (ascend(numbers)) return false;
  if (numbers.empty()) return names.size() > 1 && met == texts;
  return fractions || met > 0 || texts == 0;
}

// Every cell but the first begins with a blank, in the first records, and some name stands in quotes behind
// it.
bool has_blanks_before_quotes(const Records& records, char quote) {
  constexpr std::size_t k_judged = 3;
  bool quoted = false;
  for (std::size_t i = 0; i < std::min(records.size(), k_judged); ++i) {
    const Cells& cells = records[i].cells;
    for (std::size_t k = 1; k < cells.size(); ++k) {
      if (cells[k].empty() || cells[k][0] != ' ') return false;
      quoted = quoted || (i == 0 && is_quoted_with(texts::trimmed(cells[k]), quote));
    }
  }
  return quoted;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = text.find_first_not_of(' '); at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(' ', end);
  }
  return words;
}

// One column whose records have as many words each, one of them always a number below the first record.
std::optional<Oddity> columns_of_blanks(const Records& records) {
  const auto words = words_of(records[0].cells[0]);
  if (words.size() < 2 || records.size() < 2) return std::nullopt;
  std::vector<bool> number(words.size(), true);
  bool runs = records[0].cells[0].find("  ") != std::string::npos;
  for (std::size_t i = 1; i < records.size(); ++i) {
    const auto row = words_of(records[i].cells[0]);
    if (row.size() != words.size()) return std::nullopt;
    for (std::size_t k = 0; k < row.size(); ++k) number[k] = number[k] && is_number(row[k]);
    runs = runs || records[i].cells[0].find("  ") != std::string::npos;
  }
  if (std::none_of(number.begin(), number.end(), [](bool n) { return n; })) return std::nullopt;
  if (!runs)
    return Oddity{"has a single column, whose cells seem to be separated by blanks",
                  "give '--delimiter space'"};
  return Oddity{
      "has a single column, whose cells seem to be columns of a fixed width",
      "'tr -s \" \" , < IN > OUT' makes commas of the blanks; 'pandas.read_fwf' reads cells that hold some"};
}

// All there, all different, none a number.
bool may_be_names(const Cells& cells) {
  const auto good = [](const std::string& cell) { return !texts::trimmed(cell).empty() && !is_number(cell); };
  return std::all_of(cells.begin(), cells.end(), good) &&
         std::set<std::string>(cells.begin(), cells.end()).size() == cells.size();
}

std::size_t commonest_width(const Records& records) {
  std::map<std::size_t, std::size_t> counts;
  for (std::size_t i = 1; i < records.size(); ++i) ++counts[records[i].cells.size()];
  std::size_t width = 0;
  std::size_t most = 0;
  for (const auto& [cells, count] : counts) {
    if (count >= most) width = cells;
    most = std::max(most, count);
  }
  return width;
}

bool begins_with_mark(const FirstRecord& record) {
  return !record.cells.empty() && !record.cells[0].empty() &&
         (record.cells[0][0] == '#' || record.cells[0][0] == '%');
}

bool has_single_quotes(const FirstRecord& row) {
  bool open = false;
  for (const std::string& cell : row.cells) {
    const std::string_view bare = texts::trimmed(cell);
    if (bare.empty() || is_quoted_with(bare, '\'')) continue;
    if (open && bare.back() == '\'') return true;
    open = open || bare.front() == '\'';
  }
  return false;
}

template <typename Test>
const FirstRecord* first_of(const std::vector<FirstRecord>& records, const Test& test) {
  const auto found = std::find_if(records.begin(), records.end(), test);
  return found == records.end() ? nullptr : &*found;
}

std::string comment_hint(const FirstRecord& record) {
  return fmt::format("line {} looks like a comment: '--comment {}' leaves such lines out", record.line,
                     record.cells[0][0] == '#' ? "'#'" : "%");
}

}  // namespace

std::vector<FirstRecord> first_records(const CsvBlock& block) {
  std::vector<FirstRecord> found;
  std::size_t cells = 0;
  for (const CsvRecord& record : block.records) {
    if (record.blank) continue;
    cells += record.cells;
    if (found.size() == k_most_records || (found.size() >= 2 && cells > k_most_cells)) break;
    const auto first = block.cells.begin() + static_cast<std::ptrdiff_t>(record.first);
    found.push_back({record.line, Cells(first, first + static_cast<std::ptrdiff_t>(record.cells))});
  }
  return found;
}

std::optional<Oddity> odd_header(const Records& records, const CsvDialect& dialect) {
  if (records.empty()) return std::nullopt;
  const Cells& names = records[0].cells;
  if (has_blanks_before_quotes(records, dialect.quote))
    return Oddity{"has a blank between delimiter and quote", "'--skip-initial-space' reads such a file"};
  const bool single = std::all_of(names.begin(), names.end(),
                                  [](const std::string& name) { return is_quoted_with(name, '\''); });
  if (single) return Oddity{"has its names in single quotes", "'--quote \"'\"' reads them"};
  if (records.size() < 2) return std::nullopt;
  if (names.size() == 1) {
    if (auto odd = columns_of_blanks(records)) return odd;
  }
  if (!is_like_rows(records)) return std::nullopt;
  return Oddity{
      fmt::format("seems to have no header: line {} holds values like those below it", records[0].line),
      "'--no-header' names the columns column_1, column_2 and so on; if these are names, change one that "
      "is a value of its column too"};
}

std::uint64_t title_lines(const Records& records) {
  if (records.size() < 2) return 0;
  const std::size_t width = commonest_width(records);
  for (std::size_t i = 1; i < std::min(records.size(), k_longest_title); ++i) {
    const Cells& above = records[i - 1].cells;
    const bool gaps = above.size() != width ||
                      !std::none_of(above.begin(), above.end(),
                                    [](const std::string& cell) { return texts::trimmed(cell).empty(); });
    if (!gaps) return 0;
    if (width > 1 && records[i].cells.size() == width && may_be_names(records[i].cells))
      return records[i].line - 1;
  }
  return 0;
}

std::string ragged_hint(const Records& records, const RaggedRows& ragged) {
  if (!records.empty() && begins_with_mark(records[0])) return comment_hint(records[0]);
  if (const auto* comment = first_of(ragged.rows, begins_with_mark)) return comment_hint(*comment);
  if (first_of(ragged.rows, has_single_quotes) != nullptr)
    return "'--quote \"'\"' reads cells in single quotes";
  const auto* blank = first_of(ragged.rows, [](const FirstRecord& row) {
    return std::any_of(row.cells.begin(), row.cells.end(),
                       [](const std::string& cell) { return has_blank_before_quote(cell, '"'); });
  });
  if (blank != nullptr)
    return fmt::format("line {} has a blank between delimiter and quote: '--skip-initial-space' reads it",
                       blank->line);
  if (const std::uint64_t lines = title_lines(records); lines > 0)
    return fmt::format("line {} looks like the header: '--skip-rows {}' leaves out what stands above it",
                       lines + 1, lines);
  if (ragged.last_rows)
    return fmt::format("what stands below the table is left out by '--skip-footer {}'", ragged.rows.size());
  const bool one_more = std::all_of(ragged.rows.begin(), ragged.rows.end(), [&](const FirstRecord& row) {
    return row.cells.size() == ragged.columns + 1;
  });
  constexpr std::size_t k_least_rows = 3;
  if (ragged.all_rows && one_more && ragged.rows.size() >= k_least_rows)
    return "the rows seem to begin with a name of their own, as R writes them: put a name for it in front of "
           "the "
           "first line, such as 'row,'";
  return {};
}

}  // namespace ctgan::table_formats
