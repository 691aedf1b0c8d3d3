#include "server/synth/codecs/number_codec.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "common/errors/error.h"
#include "common/table/described_column.h"

namespace ctgan::synth::codecs {
namespace {

using table::Column;
using table::Dtype;

constexpr std::int64_t k_most_spaces = 31;

[[noreturn]] void refuse(const std::string& column, const std::string& why) {
  throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(column) + " " + why);
}

// The double nearest to the number with so many decimals, `scale` being ten to their power. Values too large
// to have that many are left alone.
double to_decimals(double value, double scale) {
  const double scaled = value * scale;
  return std::abs(scaled) < static_cast<double>(k_exact_integers) ? std::round(scaled) / scale : value;
}

void require_finite(const Column& column) {
  if (column.dtype == Dtype::int64) return;
  if (!std::all_of(column.reals().begin(), column.reals().end(), [](double x) { return std::isfinite(x); }))
    refuse(column.name, "has infinite values");
}

// How many of its decimals a column uses: none where it is written 6.0, 7.0. -1: all that a double has.
int used_decimals(const Column& column) {
  if (column.dtype == Dtype::int64) return 0;
  for (int decimals = 0; decimals < column.decimals; ++decimals) {
    const double scale = std::pow(10.0, decimals);
    const bool enough = std::all_of(column.reals().begin(), column.reals().end(),
                                    [scale](double x) { return to_decimals(x, scale) == x; });
    if (enough) return decimals;
  }
  return column.decimals;
}

int take_decimals(const table::ColumnMetadata& metadata, const ColumnRecord& record) {
  if (metadata.dtype == Dtype::int64) return 0;
  const auto found = record.integers.find("decimals");
  if (found == record.integers.end()) return metadata.decimals;
  const bool good =
      found->second.size() == 1 && found->second[0] >= 0 && found->second[0] <= metadata.decimals;
  if (!good) refuse(metadata.name, "has 'decimals' that its numbers have not");
  return static_cast<int>(found->second[0]);
}

// What rounding settles anyway.
double step_of(int decimals) {
  return decimals < 0 ? 0 : std::pow(10.0, -decimals);
}

}  // namespace

NumberCodec::NumberCodec(table::ColumnMetadata metadata, IntegerAxis axis, int decimals,
                         std::vector<std::int64_t> spaces, bool keep_range)
    : metadata_(std::move(metadata)),
      axis_(axis),
      decimals_(decimals),
      spaces_(std::move(spaces)),
      keep_range_(keep_range) {}

std::unique_ptr<const ColumnCodec> NumberCodec::fit(const Column& column,
                                                    const table::ColumnMetadata& metadata,
                                                    const table::TableRules& rules) {
  require_finite(column);
  const bool whole = column.dtype == Dtype::int64;
  return std::unique_ptr<const ColumnCodec>(
      new NumberCodec(metadata, whole ? IntegerAxis::around(column.integers(), 1) : IntegerAxis(),
                      used_decimals(column), {column.spaces_before, column.spaces_after}, rules.keep_range));
}

std::unique_ptr<const ColumnCodec> NumberCodec::load(const table::ColumnMetadata& metadata,
                                                     const table::TableRules& rules,
                                                     const ColumnRecord& record) {
  const bool whole = metadata.dtype == Dtype::int64;
  if (!whole && metadata.dtype != Dtype::float64) refuse(metadata.name, "is numerical, but holds no numbers");
  const std::vector<std::int64_t>& spaces = record.need_integers(metadata.name, "spaces");
  const bool good = spaces.size() == 2 && std::all_of(spaces.begin(), spaces.end(), [](std::int64_t count) {
                      return count >= 0 && count <= k_most_spaces;
                    });
  if (!good) refuse(metadata.name, "has 'spaces' that no number has");
  return std::unique_ptr<const ColumnCodec>(
      new NumberCodec(metadata, whole ? IntegerAxis::take(metadata.name, record) : IntegerAxis(),
                      take_decimals(metadata, record), spaces, rules.keep_range));
}

Domain NumberCodec::domain() const {
  return {.has_numbers = true, .step = step_of(decimals_), .parts = {}, .presence = std::nullopt};
}

ColumnValues NumberCodec::encode(const Column& column, const FitPlace& /*place*/) const {
  require_finite(column);
  return {.numbers = whole() ? axis_.positions(column.integers()) : column.reals(), .parts = {}};
}

Column NumberCodec::decode(const ColumnValues& values, const SampledRows& rows) const {
  const std::vector<double>& numbers = values.numbers;
  Column column = table::described_column(metadata_);
  column.spaces_before = static_cast<std::uint8_t>(spaces_[0]);
  column.spaces_after = static_cast<std::uint8_t>(spaces_[1]);
  if (whole()) {
    std::vector<std::int64_t> integers(rows.count);
    for (std::size_t row = 0; row < rows.count; ++row) integers[row] = axis_.value(numbers[row], keep_range_);
    column.cells = std::move(integers);
    return column;
  }
  const double scale = std::pow(10.0, decimals_);
  std::vector<double> reals(rows.count);
  for (std::size_t row = 0; row < rows.count; ++row)
    reals[row] = decimals_ < 0 ? numbers[row] : to_decimals(numbers[row], scale);
  column.cells = std::move(reals);
  return column;
}

ColumnRecord NumberCodec::record() const {
  ColumnRecord record;
  record.integers["spaces"] = spaces_;
  if (whole()) record.integers["axis"] = axis_.facts();
  if (decimals_ < metadata_.decimals) record.integers["decimals"] = {decimals_};
  return record;
}

}  // namespace ctgan::synth::codecs
