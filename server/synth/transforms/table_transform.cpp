#include "server/synth/transforms/table_transform.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "common/errors/error.h"
#include "server/synth/transforms/category_codes.h"

namespace ctgan::synth::transforms {
namespace {

using table::Column;
using table::ColumnKind;
using table::Dtype;
using ColumnState = TableTransform::ColumnState;

std::vector<double> numbers_of(const Column& column) {
  if (column.dtype == Dtype::float64) {
    return column.reals();
  }
  const std::vector<std::int64_t>& integers = column.integers();
  return {integers.begin(), integers.end()};
}

ColumnState fit_column(const Column& column, const table::ColumnMetadata& metadata) {
  ColumnState state;
  state.metadata = metadata;
  if (metadata.kind == ColumnKind::discrete) {
    CategoryCounts found = count_categories(column);
    state.categories = std::move(found.categories);
    state.counts = std::move(found.counts);
    return state;
  }
  const std::vector<double> numbers = numbers_of(column);
  if (!column.missing.empty() ||
      !std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); })) {
    throw errors::Error(errors::Kind::bad_data,
                        "column " + errors::quoted(column.name) + " has missing or infinite values");
  }
  state.normalizer = ModeNormalizer::fit(numbers);
  return state;
}

EncodedContinuous encode_continuous(const Column& column, const ModeNormalizer& normalizer,
                                    random::Stream random) {
  EncodedContinuous encoded{.mode = std::vector<std::uint8_t>(column.rows()),
                            .scalar = std::vector<float>(column.rows())};
  normalizer.encode(numbers_of(column), random, encoded.mode, encoded.scalar);
  return encoded;
}

// The nearest integer, with the ends of the range for what does not fit.
std::int64_t to_integer(double value) {
  constexpr double k_above_all = 0x1p63;
  if (!(value >= -k_above_all)) {
    return std::numeric_limits<std::int64_t>::min();
  }
  return value >= k_above_all ? std::numeric_limits<std::int64_t>::max()
                              : static_cast<std::int64_t>(std::round(value));
}

// The double nearest to the number with so many decimals, `scale` being ten to their power. Values too large
// to have that many are left alone.
double to_decimals(double value, double scale) {
  constexpr double k_exact = 0x1p53;
  const double scaled = value * scale;
  return std::abs(scaled) < k_exact ? std::round(scaled) / scale : value;
}

Cells decode_continuous(const EncodedContinuous& encoded, const ColumnState& state) {
  const std::size_t rows = encoded.mode.size();
  const auto number = [&](std::size_t row) {
    return state.normalizer.decode(encoded.mode[row], encoded.scalar[row]);
  };
  if (state.metadata.dtype == Dtype::int64) {
    std::vector<std::int64_t> integers(rows);
    for (std::size_t row = 0; row < rows; ++row) {
      integers[row] = to_integer(number(row));
    }
    return integers;
  }
  const int decimals = state.metadata.decimals;
  const double scale = std::pow(10.0, decimals);
  std::vector<double> reals(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    reals[row] = decimals < 0 ? number(row) : to_decimals(number(row), scale);
  }
  return reals;
}

void check_match(const table::Table& table, const std::vector<ColumnState>& states) {
  if (table.columns().size() != states.size()) {
    throw errors::Error(errors::Kind::bad_data, "the table has " + std::to_string(table.columns().size()) +
                                                    " columns, but the model was made for " +
                                                    std::to_string(states.size()));
  }
  for (std::size_t i = 0; i < states.size(); ++i) {
    const Column& column = table.columns()[i];
    const table::ColumnMetadata& expected = states[i].metadata;
    if (column.name != expected.name || column.dtype != expected.dtype) {
      throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(column.name) + " of type " +
                                                      std::string(table::dtype_name(column.dtype)) +
                                                      " stands where the model expects " +
                                                      errors::quoted(expected.name) + " of type " +
                                                      std::string(table::dtype_name(expected.dtype)));
    }
  }
}

void check_state(const ColumnState& state) {
  const table::ColumnMetadata& metadata = state.metadata;
  const bool numeric = metadata.dtype == Dtype::int64 || metadata.dtype == Dtype::float64;
  if (metadata.kind == ColumnKind::discrete) {
    check_categories(metadata.name, state.categories, metadata.dtype);
  } else if (!numeric || state.normalizer.modes().empty()) {
    throw errors::Error(errors::Kind::bad_data, "continuous column " + errors::quoted(metadata.name) +
                                                    " must be a number and have modes");
  }
  if (state.counts.size() != state.categories.size()) {
    throw errors::Error(errors::Kind::bad_data, "discrete column " + errors::quoted(metadata.name) +
                                                    " must have one count for each category");
  }
}

}  // namespace

TableTransform::TableTransform(std::vector<ColumnState> columns) : columns_(std::move(columns)) {
  for (const ColumnState& state : columns_) {
    check_state(state);
    if (state.metadata.kind == ColumnKind::discrete) {
      layout_.add_discrete(state.categories.size());
    } else {
      layout_.add_continuous(state.normalizer.modes().size());
    }
  }
}

TableTransform TableTransform::fit(const table::Table& table, const table::Metadata& metadata,
                                   threads::ThreadPool& pool) {
  std::vector<ColumnState> states(table.columns().size());
  pool.run(states.size(),
           [&](std::size_t i) { states[i] = fit_column(table.columns()[i], metadata.columns[i]); });
  return TableTransform(std::move(states));
}

table::Metadata TableTransform::metadata() const {
  table::Metadata metadata;
  for (const ColumnState& state : columns_) {
    metadata.columns.push_back(state.metadata);
  }
  return metadata;
}

EncodedTable TableTransform::encode(const table::Table& table, std::uint64_t seed,
                                    threads::ThreadPool& pool) const {
  check_match(table, columns_);
  EncodedTable encoded;
  encoded.layout = layout_;
  encoded.rows = table.rows();
  encoded.columns.resize(columns_.size());
  pool.run(columns_.size(), [&](std::size_t i) {
    const Column& column = table.columns()[i];
    if (columns_[i].metadata.kind == ColumnKind::discrete) {
      encoded.columns[i] = encode_categories(column, columns_[i].categories);
    } else {
      encoded.columns[i] = encode_continuous(column, columns_[i].normalizer,
                                             random::Stream(seed, random::StreamId::transform, i));
    }
  });
  return encoded;
}

table::Table TableTransform::decode(const EncodedTable& block) const {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const ColumnState& state = columns_[i];
    Column column;
    column.name = state.metadata.name;
    column.dtype = state.metadata.dtype;
    column.decimals = state.metadata.decimals;
    if (state.metadata.kind == ColumnKind::discrete) {
      column.cells =
          decode_categories(std::get<EncodedDiscrete>(block.columns[i]), state.categories, column.dtype);
    } else {
      column.cells = decode_continuous(std::get<EncodedContinuous>(block.columns[i]), state);
    }
    columns.push_back(std::move(column));
  }
  return table::Table(std::move(columns));
}

}  // namespace ctgan::synth::transforms
