#include "server/synth/domains/domain_column.h"

#include <fmt/format.h>

#include <utility>

#include "common/table/number_text.h"
#include "server/synth/codecs/category_codes.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::domains {
namespace {

using table::ColumnKind;

bool is_on_grid(const table::ColumnMetadata& metadata) {
  return metadata.kind == ColumnKind::numerical || metadata.kind == ColumnKind::datetime;
}

// Steps drawn evenly from bins.
class StepsInBins {
 public:
  StepsInBins(const ValueGrid& grid, const codecs::SampledRows& rows)
      : grid_(grid),
        random_(rows.seed, random::StreamId::decode, (std::uint64_t{rows.column} << 40U) + rows.first) {}

  std::int64_t draw(std::size_t bin) {
    const std::int64_t first = grid_.first(bin);
    const auto width = static_cast<double>(grid_.last(bin) - first + 1);
    return first + static_cast<std::int64_t>(random_.next_double() * width);
  }

 private:
  const ValueGrid& grid_;
  random::Stream random_;
};

}  // namespace

DomainColumn::DomainColumn(table::ColumnMetadata metadata) : metadata_(std::move(metadata)) {
  if (is_on_grid(metadata_)) grid_.emplace(metadata_);
  const std::vector<std::string> all = texts();
  for (std::size_t i = 0; i < all.size(); ++i) codes_of_texts_.emplace(all[i], static_cast<std::uint32_t>(i));
  if (grid_)
    for (std::size_t i = 0; i < missing().size(); ++i)
      codes_of_texts_.emplace(missing()[i], static_cast<std::uint32_t>(values() + i));
}

std::size_t DomainColumn::values() const {
  if (grid_) return grid_->bins();
  if (metadata_.kind == ColumnKind::id) return 1;
  return metadata_.domain->categories.size() + (metadata_.domain->others.empty() ? 0 : 1);
}

std::vector<std::string> DomainColumn::texts() const {
  if (grid_ || metadata_.kind == ColumnKind::id) return {};
  std::vector<std::string> all = metadata_.domain->categories;
  if (!metadata_.domain->others.empty()) all.push_back(metadata_.domain->others);
  all.insert(all.end(), missing().begin(), missing().end());
  return all;
}

CodedCell DomainColumn::code_of(std::string_view text) const {
  if (metadata_.kind == ColumnKind::id) return {};
  if (const auto found = codes_of_texts_.find(std::string(text)); found != codes_of_texts_.end())
    return {found->second, false};
  if (grid_) {
    if (const auto step = grid_->read(text))
      return {static_cast<std::uint32_t>(grid_->bin_of(*step)), !grid_->is_within(*step)};
  } else if (!metadata_.domain->others.empty()) {
    return {static_cast<std::uint32_t>(metadata_.domain->categories.size()), false};
  }
  return {missing().empty() ? 0 : static_cast<std::uint32_t>(values()), true};
}

std::string DomainColumn::text_of(std::uint32_t code) const {
  if (!grid_) return texts()[code];
  if (code >= grid_->bins()) return missing()[code - grid_->bins()];
  std::string text;
  if (metadata_.kind == ColumnKind::datetime)
    grid_->append_date(grid_->first(code), text);
  else
    table::append_real(grid_->number(grid_->first(code)), metadata_.domain->decimals, text);
  return text;
}

table::Column DomainColumn::empty_column() const {
  table::Column column;
  column.name = metadata_.name;
  column.dtype = metadata_.dtype;
  column.decimals = metadata_.decimals;
  return column;
}

table::Column DomainColumn::decode(const codecs::Codes& codes, const codecs::SampledRows& rows) const {
  if (metadata_.kind == ColumnKind::id) return identifiers(rows.first, rows.count);
  if (metadata_.kind == ColumnKind::numerical) return numbers(codes, rows);
  if (metadata_.kind == ColumnKind::datetime) return dates(codes, rows);
  std::vector<std::uint32_t> drawn(rows.count);
  if (this->codes() > 1)
    for (std::size_t row = 0; row < rows.count; ++row) drawn[row] = codes.code(row);
  return codecs::decode_categories(std::move(drawn), texts(), metadata_);
}

table::Column DomainColumn::numbers(const codecs::Codes& codes, const codecs::SampledRows& rows) const {
  StepsInBins steps(*grid_, rows);
  table::Column column = empty_column();
  const bool whole = column.dtype == table::Dtype::int64;
  std::vector<std::int64_t> integers(whole ? rows.count : 0);
  std::vector<double> reals(whole ? 0 : rows.count);
  if (!missing().empty()) {
    column.missing.resize(rows.count);
    column.missing_texts = missing();
  }
  for (std::size_t row = 0; row < rows.count; ++row) {
    const std::size_t code = this->codes() > 1 ? codes.code(row) : 0;
    if (code >= grid_->bins()) {
      column.missing[row] = static_cast<std::uint8_t>(code - grid_->bins() + 1);
      continue;
    }
    const std::int64_t step = steps.draw(code);
    if (whole)
      integers[row] = step;
    else
      reals[row] = grid_->number(step);
  }
  if (whole)
    column.cells = std::move(integers);
  else
    column.cells = std::move(reals);
  return column;
}

table::Column DomainColumn::dates(const codecs::Codes& codes, const codecs::SampledRows& rows) const {
  StepsInBins steps(*grid_, rows);
  table::Column column = empty_column();
  table::Categories cells;
  std::unordered_map<std::string, std::uint32_t> places;
  std::string text;
  for (std::size_t row = 0; row < rows.count; ++row) {
    const std::size_t code = this->codes() > 1 ? codes.code(row) : 0;
    text.clear();
    if (code < grid_->bins())
      grid_->append_date(steps.draw(code), text);
    else
      text = missing()[code - grid_->bins()];
    const auto [place, is_new] =
        places.try_emplace(text, static_cast<std::uint32_t>(cells.dictionary.size()));
    if (is_new) cells.dictionary.push_back(text);
    cells.codes.push_back(place->second);
  }
  column.cells = std::move(cells);
  return column;
}

table::Column DomainColumn::identifiers(std::uint64_t first, std::size_t count) const {
  table::Column column = empty_column();
  if (column.dtype == table::Dtype::int64) {
    std::vector<std::int64_t> numbers;
    for (std::size_t i = 0; i < count; ++i) numbers.push_back(static_cast<std::int64_t>(first + i + 1));
    column.cells = std::move(numbers);
    return column;
  }
  table::Categories cells;
  for (std::size_t i = 0; i < count; ++i) {
    cells.codes.push_back(static_cast<std::uint32_t>(i));
    cells.dictionary.push_back(
        fmt::format("{}{:0{}}", metadata_.domain->prefix, first + i + 1, metadata_.domain->digits));
  }
  column.cells = std::move(cells);
  return column;
}

}  // namespace ctgan::synth::domains
