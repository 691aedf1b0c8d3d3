#include "server/synth/sampling/row_completion.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/options/methods.h"
#include "common/table_formats/csv_writer.h"

namespace ctgan::synth::sampling {
namespace {

using errors::Error;
using errors::Kind;
using KnownColumn = model::KnownRows::Column;

void refuse_strange_columns(const table::Table& file, const table::Metadata& metadata) {
  const std::vector<std::string> names = metadata.names();
  for (const table::Column& column : file.columns()) {
    if (std::find(names.begin(), names.end(), column.name) != names.end()) continue;
    std::string hint = errors::suggestion(column.name, names);
    throw Error(Kind::bad_data, fmt::format("the model has no column {}", errors::quoted(column.name)),
                hint + (hint.empty() ? "" : "; ") + "'--drop COLUMN' leaves one out");
  }
}

// Which texts of a column are gaps.
class Gaps {
 public:
  Gaps(const table::ColumnMetadata& column, const table::MissingTexts* named,
       const std::vector<model::Category>& categories)
      : column_(column), named_(named) {
    for (const model::Category& category : categories) categories_.insert(category.text);
  }

  bool has(const std::string& text) const {
    const auto& own = column_.missing_texts;
    if (text.empty() || std::find(own.begin(), own.end(), text) != own.end()) return true;
    if (named_ != nullptr) return named_->contains(text);
    return usual_.contains(text) && !categories_.contains(text);
  }

 private:
  const table::ColumnMetadata& column_;
  const table::MissingTexts* named_;
  table::MissingTexts usual_;
  std::unordered_set<std::string> categories_;
};

KnownColumn unknown_column(std::size_t rows) {
  return {{}, std::vector<std::uint32_t>(rows, model::KnownRows::k_unknown)};
}

KnownColumn known_column(const table::Categories& cells, const Gaps* gaps) {
  KnownColumn known{cells.dictionary, cells.codes};
  if (gaps == nullptr) return known;
  std::vector<bool> is_gap;
  for (const std::string& text : cells.dictionary) is_gap.push_back(gaps->has(text));
  for (std::uint32_t& code : known.text_of)
    if (is_gap[code]) code = model::KnownRows::k_unknown;
  return known;
}

// Drawn cells with the known ones in their place.
class CompletedRows final : public model::SampledBlocks {
 public:
  CompletedRows(std::unique_ptr<model::CompletedBlocks> drawn, PartialRows rows)
      : drawn_(std::move(drawn)), rows_(std::move(rows)) {}

  std::size_t count() const override { return drawn_->count(); }
  table::Table make(std::size_t block) const override {
    std::vector<table::Column> columns = drawn_->make(block).columns();
    for (std::size_t i = 0; i < columns.size(); ++i)
      columns[i] = completed(columns[i], rows_.known.columns[i], drawn_->first_row(block));
    return table::Table(std::move(columns));
  }

 private:
  static table::Column completed(const table::Column& drawn, const KnownColumn& known, std::size_t first) {
    const table_formats::CellTexts texts(drawn);
    std::unordered_map<std::string, std::uint32_t> codes;
    table::Categories cells;
    for (std::size_t row = 0; row < drawn.rows(); ++row) {
      std::string text;
      if (known.is_known(first + row))
        text = known.texts[known.text_of[first + row]];
      else
        texts.append(row, text);
      const auto [code, fresh] = codes.try_emplace(text, static_cast<std::uint32_t>(cells.dictionary.size()));
      if (fresh) cells.dictionary.push_back(std::move(text));
      cells.codes.push_back(code->second);
    }
    table::Column column;
    column.name = drawn.name;
    column.cells = std::move(cells);
    return column;
  }

  std::unique_ptr<model::CompletedBlocks> drawn_;
  PartialRows rows_;
};

}  // namespace

PartialRows partial_rows(const table::Table& file, Unknown unknown, const table::MissingTexts* missing,
                         const model::FittedModel& model) {
  const table::Metadata& metadata = model.metadata();
  refuse_strange_columns(file, metadata);
  PartialRows rows;
  rows.known.rows = file.rows();
  rows.known.fill = unknown == Unknown::gaps;
  for (std::size_t i = 0; i < metadata.columns.size(); ++i) {
    const table::Column* column = file.find(metadata.columns[i].name);
    const Gaps gaps(metadata.columns[i], missing, model.categories(i));
    rows.known.columns.push_back(
        column == nullptr ? unknown_column(file.rows())
                          : known_column(column->categories(), unknown == Unknown::gaps ? &gaps : nullptr));
    const auto& texts = rows.known.columns.back().text_of;
    rows.unknown_cells +=
        static_cast<std::size_t>(std::count(texts.begin(), texts.end(), model::KnownRows::k_unknown));
  }
  if (rows.unknown_cells > 0) return rows;
  throw Error(Kind::bad_data,
              unknown == Unknown::gaps ? "the file has no gap: every cell of every column is known"
                                       : "the file has all columns of the model: nothing is left to draw",
              unknown == Unknown::gaps ? "'--missing TEXT' names a text that stands for a missing value"
                                       : "'--impute' fills cells that are empty");
}

std::unique_ptr<model::SampledBlocks> complete_rows(const model::FittedModel& model, PartialRows rows,
                                                    std::uint64_t seed) {
  auto drawn = model.complete(rows.known, seed);
  if (drawn == nullptr) {
    const options::Method* method = options::known_method(model.name());
    const bool is_private = method != nullptr && method->is_private;
    throw Error(Kind::usage, fmt::format("a model of the method {} draws whole rows only", model.name()),
                fmt::format("fit with '--method {}' to complete rows", is_private ? "swift" : "trees"));
  }
  return std::make_unique<CompletedRows>(std::move(drawn), std::move(rows));
}

}  // namespace ctgan::synth::sampling
