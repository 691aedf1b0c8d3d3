#include "host/table_files/spreadsheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "host/table_files/workbook.h"

namespace ctgan::host::table_files {
namespace {

namespace fs = std::filesystem;
using errors::Error;
using errors::Kind;

// A zip archive whose name says what is in it: that there is a sheet inside is seen when it is read.
bool is_workbook(const fs::path& file) {
  std::string end = file.extension().string();
  std::transform(end.begin(), end.end(), end.begin(), [](unsigned char c) { return std::tolower(c); });
  if (end != ".xlsx" && end != ".xlsm") return false;
  constexpr std::string_view k_zip("PK\x03\x04");
  std::array<char, k_zip.size()> bytes{};
  std::ifstream in(file, std::ios::binary);
  return in.read(bytes.data(), bytes.size()) && std::string_view(bytes.data(), bytes.size()) == k_zip;
}

class SpreadsheetSource : public TypedSource {
 public:
  SpreadsheetSource(fs::path file, std::string sheet) : file_(std::move(file)), sheet_(std::move(sheet)) {}

  std::string name() const override { return sheet_.empty() ? file_.stem().string() : sheet_; }

  TypedTable read(const std::vector<std::string>& /*left_out*/) const override {
    try {
      const Workbook workbook(file_);
      SheetCells cells = chosen(workbook);
      TypedTable table{.csv = std::make_unique<files::Spool>()};
      for (const std::string& column : std::move(cells).write_csv(*table.csv))
        table.columns[column].kind = table::ColumnKind::categorical;
      return table;
    } catch (const Error& error) {
      if (error.kind() != Kind::bad_data) throw;
      throw Error(
          Kind::bad_data,
          fmt::format("the workbook {} cannot be read: {}", errors::quoted(file_.string()), error.sentence()),
          error.hint());
    }
  }

 private:
  SheetCells chosen(const Workbook& workbook) const {
    const std::vector<std::string>& names = workbook.sheets();
    if (!sheet_.empty()) {
      const auto place = std::find(names.begin(), names.end(), sheet_);
      if (place != names.end())
        return checked(workbook.read(static_cast<std::size_t>(place - names.begin())));
      throw Error(Kind::no_input,
                  fmt::format("the workbook {} has no sheet {}", errors::quoted(file_.string()),
                              errors::quoted(sheet_)),
                  errors::suggestion(sheet_, names));
    }
    std::optional<SheetCells> only;
    std::vector<std::string> filled;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (workbook.is_hidden(i)) continue;
      SheetCells cells = workbook.read(i);
      if (cells.empty()) continue;
      filled.push_back(names[i]);
      only = std::move(cells);
    }
    if (filled.size() > 1) refuse_unnamed(filled);
    return checked(only ? std::move(*only) : SheetCells(false));
  }

  static SheetCells checked(SheetCells cells) {
    if (cells.empty()) throw Error(Kind::bad_data, "there is no cell in it");
    return cells;
  }

  [[noreturn]] void refuse_unnamed(const std::vector<std::string>& names) const {
    std::string known;
    for (const std::string& name : names) known += (known.empty() ? "" : ", ") + errors::visible(name);
    throw Error(
        Kind::usage,
        fmt::format("the workbook {} has several sheets, and none is named", errors::quoted(file_.string())),
        fmt::format("'{}:{}'; it has: {}", file_.string(), names.front(), known));
  }

  fs::path file_;
  std::string sheet_;  // empty: the only one that shows and has cells
};

}  // namespace

std::unique_ptr<TypedSource> spreadsheet_source(const std::string& word) {
  std::error_code failed;
  if (fs::is_regular_file(word, failed))
    return is_workbook(word) ? std::make_unique<SpreadsheetSource>(word, "") : nullptr;
  // Names of sheets have no colons, those of files may.
  const std::size_t colon = word.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == word.size()) return nullptr;
  const fs::path file = word.substr(0, colon);
  return is_workbook(file) ? std::make_unique<SpreadsheetSource>(file, word.substr(colon + 1)) : nullptr;
}

}  // namespace ctgan::host::table_files
