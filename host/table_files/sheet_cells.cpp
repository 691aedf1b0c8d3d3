#include "host/table_files/sheet_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "common/table_formats/csv_writer.h"
#include "host/table_files/numeric_texts.h"

namespace ctgan::host::table_files {
namespace {

// Before the letter of what goes on beyond a day.
constexpr char k_span = '[';
constexpr std::int64_t k_ms_of_day = 86'400'000;

// The letters of a number format that stand for parts of dates and times; small.
std::string letters_of(std::string_view code) {
  std::string letters;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == ';') break;  // what follows is of negative numbers
    if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '[') {
      // [h] is hours that go on beyond 24; [Red], [>100] and [$-409] are not of the value.
      const std::size_t end = std::min(code.find(']', i), code.size());
      const char first = end > i + 1 ? static_cast<char>(std::tolower(code[i + 1])) : ' ';
      const bool is_span =
          (first == 'h' || first == 'm' || first == 's') &&
          code.substr(i + 1, end - i - 1).find_first_not_of("hHmMsS") == std::string_view::npos;
      if (is_span) letters += {k_span, first};
      i = end;
    } else {
      letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return letters;
}

std::int64_t ms_of(double days) {
  return std::llround(days * static_cast<double>(k_ms_of_day));
}

std::string clock_text(std::int64_t ms, bool has_parts) {
  constexpr std::int64_t k_second = 1000, k_minute = 60;
  const std::int64_t seconds = ms / k_second, minutes = seconds / k_minute;
  std::string text =
      fmt::format("{:02}:{:02}:{:02}", minutes / k_minute, minutes % k_minute, seconds % k_minute);
  return has_parts ? text + fmt::format(".{:03}", ms % k_second) : text;
}

// Excel's first day is 1900-01-01, and it takes 1900 for a leap year: before March the days are off by one.
std::string day_text(std::int64_t serial, bool is_1904) {
  using namespace std::chrono;
  constexpr std::int64_t k_first_march_1900 = 61;
  const sys_days first = is_1904                        ? sys_days(1904y / 1 / 1)
                         : serial >= k_first_march_1900 ? sys_days(1899y / 12 / 30)
                                                        : sys_days(1899y / 12 / 31);
  const year_month_day day = first + days(serial);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

// Beyond the years of the calendar, and before its first one, a number stays one.
bool is_on_calendar(double days) {
  constexpr double k_year_10000 = 2'958'466;
  return days >= 0 && days < k_year_10000;
}

// A whole year: nobody counts hours so far, and a format that shows hours alone leaves out a day.
bool has_day(double days, CellForm form) {
  constexpr double k_year = 366;
  return form == CellForm::date || (form == CellForm::time && days >= k_year);
}

std::string number_text(double value) {
  constexpr double k_exact = 0x1p53;  // below it every whole number is itself
  if (value == std::floor(value) && std::abs(value) < k_exact)
    return fmt::format("{}", static_cast<std::int64_t>(value));
  return fmt::format("{:.15g}", value);
}

// In the order of the columns, the last one of each place.
template <typename Cells>
void put_in_order(Cells& cells) {
  std::stable_sort(cells.begin(), cells.end(),
                   [](const auto& a, const auto& b) { return a.column < b.column; });
  const auto same = [](const auto& a, const auto& b) { return a.column == b.column; };
  cells.erase(cells.begin(), std::unique(cells.rbegin(), cells.rend(), same).base());
}

}  // namespace

CellForm form_of_code(std::string_view code) {
  const std::string letters = letters_of(code);
  if (letters.find("general") != std::string::npos) return CellForm::number;
  if (letters.find_first_of("yd") != std::string::npos) return CellForm::date;
  if (letters.find(k_span) != std::string::npos) return CellForm::span;
  if (letters.find_first_of("hs") != std::string::npos) return CellForm::time;
  // Months alone: "mmm".
  return letters.find('m') != std::string::npos ? CellForm::date : CellForm::number;
}

CellForm form_of_builtin(std::size_t id) {
  const auto is_in = [id](std::size_t first, std::size_t last) { return id >= first && id <= last; };
  if (id == 46) return CellForm::span;
  if (is_in(18, 21) || is_in(45, 47)) return CellForm::time;
  // 27 to 36 and 50 to 58 are dates where Excel is Chinese, Japanese or Korean.
  if (is_in(14, 17) || id == 22 || is_in(27, 36) || is_in(50, 58)) return CellForm::date;
  return CellForm::number;
}

// What the cells of a column have in common.
struct SheetCells::Column {
  NumericTexts texts;
  bool has_dates = false, has_hours = false, has_parts_of_seconds = false;
};

void SheetCells::put_number(std::uint32_t row, std::uint32_t column, double number, CellForm form) {
  put(row, {.number = number, .column = column, .form = static_cast<std::uint32_t>(form), .kind = k_number});
}

void SheetCells::put_boolean(std::uint32_t row, std::uint32_t column, bool value) {
  put(row, {.number = value ? 1.0 : 0.0, .column = column, .form = 0, .kind = k_boolean});
}

void SheetCells::put_text(std::uint32_t row, std::uint32_t column, std::string_view text) {
  if (text.empty()) return;
  const auto [known, is_new] = known_.try_emplace(std::string(text), texts_.size());
  if (is_new) texts_.emplace_back(text);
  put(row, {.text = known->second, .column = column, .form = 0, .kind = k_text});
}

void SheetCells::put(std::uint32_t row, Cell cell) {
  if (row >= rows_.size()) rows_.resize(row + std::size_t{1});
  rows_[row].push_back(cell);
}

void SheetCells::look_at(const Cell& cell, Column& column) const {
  if (cell.kind == k_text) return column.texts.see(texts_[cell.text]);
  column.texts.see_other();
  const auto form = static_cast<CellForm>(cell.form);
  if (form == CellForm::number || !is_on_calendar(cell.number)) return;
  constexpr std::int64_t k_second = 1000;
  const std::int64_t ms = ms_of(cell.number);
  column.has_dates = column.has_dates || has_day(cell.number, form);
  column.has_hours = column.has_hours || ms % k_ms_of_day != 0;
  column.has_parts_of_seconds = column.has_parts_of_seconds || ms % k_second != 0;
}

std::string SheetCells::text_of(const Cell& cell, const Column& column) const {
  if (cell.kind == k_text) return texts_[cell.text];
  if (cell.kind == k_boolean) return cell.number != 0 ? "True" : "False";
  if (static_cast<CellForm>(cell.form) == CellForm::number || !is_on_calendar(cell.number))
    return number_text(cell.number);
  const std::int64_t ms = ms_of(cell.number);
  const auto form = static_cast<CellForm>(cell.form);
  if (!has_day(cell.number, form))
    return clock_text(form == CellForm::span ? ms : ms % k_ms_of_day, column.has_parts_of_seconds);
  const std::string day = day_text(ms / k_ms_of_day, is_1904_);
  return column.has_hours ? day + ' ' + clock_text(ms % k_ms_of_day, column.has_parts_of_seconds) : day;
}

std::vector<std::string> SheetCells::write_csv(files::ByteSink& csv) && {
  std::uint32_t first = UINT32_MAX, end = 0;
  const std::vector<Cell>* header = nullptr;
  for (auto& cells : rows_) {
    put_in_order(cells);
    if (cells.empty()) continue;
    if (header == nullptr) header = &cells;
    first = std::min<std::uint32_t>(first, cells.front().column);
    end = std::max<std::uint32_t>(end, cells.back().column + 1);
  }
  if (header == nullptr) return {};
  std::vector<Column> columns(end - first);
  const auto column_of = [&](const Cell& cell) -> Column& { return columns[cell.column - first]; };
  for (const auto& cells : rows_)
    if (&cells != header)
      for (const Cell& cell : cells) look_at(cell, column_of(cell));

  // A date that is a name has what it needs by itself, unless it may be the first of a column of dates.
  const auto name_of = [&](const Cell& cell) {
    Column own = column_of(cell);
    if (!own.has_dates) look_at(cell, own);
    return text_of(cell, own);
  };
  std::vector<std::string> texts;
  for (const Cell& name : *header)
    if (column_of(name).texts.all()) texts.push_back(name_of(name));
  constexpr std::size_t k_piece = std::size_t{256} << 10;
  std::string text;
  for (const auto& cells : rows_) {
    std::uint32_t at = first;
    for (const Cell& cell : cells) {
      text.append(cell.column - at, ',');
      at = cell.column;
      table_formats::append_csv_cell(&cells == header ? name_of(cell) : text_of(cell, column_of(cell)), ',',
                                     text);
    }
    // An empty row of the sheet is an empty line.
    if (!cells.empty()) text.append(end - 1 - at, ',');
    text += '\n';
    if (text.size() < k_piece) continue;
    csv.write(text);
    text.clear();
  }
  csv.write(text);
  return texts;
}

}  // namespace ctgan::host::table_files
