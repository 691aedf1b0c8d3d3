#include "server/synth/codecs/printed_numbers.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "common/errors/error.h"
#include "common/table/described_column.h"
#include "server/synth/codecs/atoms.h"
#include "server/synth/codecs/distinct_values.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::codecs {
namespace {

using table::Categories;
using table::Column;
using table::Dtype;
using table::NumberFormat;

// Numbers with at most this share of different ones, and gaps between them, are those of a list.
constexpr double k_list_share = 0.25;
constexpr double k_list_density = 0.2;
// Fewer rows tell nothing of proportions.
constexpr std::size_t k_least_rows = 50;

[[noreturn]] void refuse(const std::string& column, const std::string& why) {
  throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(column) + " " + why);
}

double unit_of(const NumberFormat& format) {
  return format.duration() ? format.duration()->tick() : 1;
}

double to_decimals(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return std::round(value * scale) / scale;
}

bool leaves_decimals_open(const NumberFormat& format) {
  return !format.duration() && format.parts().style == NumberFormat::Style::decimals &&
         format.parts().least_decimals < format.parts().most_decimals;
}

// Each text of the dictionary that some row has, read once.
std::vector<double> read_texts(const Column& column, const NumberFormat& format) {
  const Categories& cells = column.categories();
  std::vector<double> values(cells.dictionary.size());
  std::vector<bool> read(values.size());
  for (const std::uint32_t code : cells.codes) {
    if (read[code]) continue;
    const auto value = format.read(cells.dictionary[code]);
    if (!value) {
      refuse(column.name, "holds " + errors::quoted(cells.dictionary[code]) + ", which is not written like " +
                              errors::quoted(format.pattern()));
    }
    values[code] = *value;
    read[code] = true;
  }
  return values;
}

// What describes the numbers behind a column of this format.
table::ColumnMetadata numbers_of(const table::ColumnMetadata& metadata) {
  table::ColumnMetadata numbers = metadata;
  numbers.number_format.clear();
  if (metadata.dtype != Dtype::text) return numbers;
  const NumberFormat format(metadata.number_format);
  const bool whole = format.whole();
  numbers.dtype = whole ? Dtype::int64 : Dtype::float64;
  const bool plain = format.parts().style == NumberFormat::Style::decimals;
  constexpr int k_most = 17;
  numbers.decimals =
      whole || !plain || format.parts().most_decimals > k_most ? -1 : format.parts().most_decimals;
  return numbers;
}

// A column of texts as one of numbers: whole ones count the format's unit.
Column numbers_in(const Column& column, const table::ColumnMetadata& inner, const NumberFormat& format) {
  if (column.dtype != Dtype::text) {
    Column numbers = column;
    numbers.number_format.clear();
    numbers.shown_decimals.clear();
    return numbers;
  }
  const std::vector<double> values = read_texts(column, format);
  Column numbers = table::described_column(inner);
  const auto& codes = column.categories().codes;
  if (inner.dtype == Dtype::int64) {
    std::vector<std::int64_t> whole(codes.size());
    std::transform(
        codes.begin(), codes.end(), whole.begin(),
        [&, unit = unit_of(format)](std::uint32_t code) { return std::llround(values[code] / unit); });
    numbers.cells = std::move(whole);
  } else {
    std::vector<double> reals(codes.size());
    std::transform(codes.begin(), codes.end(), reals.begin(),
                   [&](std::uint32_t code) { return values[code]; });
    numbers.cells = std::move(reals);
  }
  return numbers;
}

int needed_decimals(double value, const NumberFormat& format, std::string& scratch) {
  scratch.clear();
  format.append(value, scratch);
  return table::shown_decimals(scratch, format.parts().point);
}

// The digits after the point of each row.
std::vector<int> decimals_of_rows(const Column& column, const Column& numbers, const NumberFormat& format) {
  std::vector<int> shown(column.rows());
  std::string scratch;
  if (!column.shown_decimals.empty()) {
    std::copy(column.shown_decimals.begin(), column.shown_decimals.end(), shown.begin());
  } else if (column.dtype == Dtype::text) {
    const Categories& cells = column.categories();
    for (std::size_t row = 0; row < shown.size(); ++row)
      shown[row] = table::shown_decimals(cells.dictionary[cells.codes[row]], format.parts().point);
  } else {
    for (std::size_t row = 0; row < shown.size(); ++row)
      shown[row] = needed_decimals(numbers.reals()[row], format, scratch);
  }
  return shown;
}

bool is_list(const DistinctValues& distinct, int decimals) {
  const auto different = static_cast<double>(distinct.values.size());
  const double places = (distinct.values.back() - distinct.values.front()) * std::pow(10.0, decimals) + 1;
  return different < k_list_share * static_cast<double>(distinct.rows) && different < k_list_density * places;
}

// How often to round to each number of decimals, so that each is shown as often as in the column: of numbers
// rounded to more decimals, a tenth ends with a zero that is left out.
std::vector<double> rounding_shares(const std::vector<std::int64_t>& decimals,
                                    const std::vector<std::int64_t>& rows, bool zeros_stay) {
  std::vector<double> shares(rows.begin(), rows.end());
  if (!zeros_stay) {
    for (std::size_t i = shares.size(); i-- > 1;) {
      shares[i] = std::max(0.0, shares[i]) / 0.9;
      for (std::size_t j = 0; j < i; ++j) {
        const double tenths = std::pow(0.1, static_cast<double>(decimals[i] - decimals[j]));
        shares[j] -= shares[i] * tenths * (j == 0 ? 1.0 : 0.9);
      }
    }
    shares[0] = std::max(0.0, shares[0]);
  }
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  double sum = 0;
  for (double& share : shares) share = all > 0 ? sum += share / all : 1;
  return shares;
}

}  // namespace

PrintedNumbers::PrintedNumbers(const table::ColumnMetadata& metadata, Shown shown)
    : metadata_(metadata),
      plain_metadata_(numbers_of(metadata)),
      format_(metadata_.number_format),
      shown_(std::move(shown)) {
  if (!shown_.decimals.empty())
    until_ = rounding_shares(shown_.decimals, shown_.rows, format_.parts().padded || shown_.all_exact);
}

PrintedNumbers::Shown PrintedNumbers::shown_in(const Column& column, const Column& numbers,
                                               const NumberFormat& format, std::uint64_t least_rows) {
  Shown shown;
  if (!leaves_decimals_open(format)) return shown;
  const DistinctValues distinct = DistinctValues::of(numbers.reals());
  const ValueParts parts = split_values(distinct, least_rows);
  shown.all_exact = distinct.rows < k_least_rows || parts.rest.values.empty() || !parts.listed.empty() ||
                    is_list(distinct, format.parts().most_decimals);
  if (shown.all_exact && !format.parts().padded) return {};
  const double often = std::max(k_frequent_rows, k_frequent_share * static_cast<double>(distinct.rows));
  for (std::size_t i = 0; i < distinct.values.size() && !shown.all_exact; ++i)
    if (distinct.counts[i] >= often ||
        std::binary_search(parts.atoms.begin(), parts.atoms.end(), distinct.values[i]))
      shown.exact.push_back(distinct.values[i]);
  // Without zeros at the end exact values show what they showed, and the others make up the rest of each
  // share.
  std::map<std::int64_t, std::int64_t> rows;
  const std::vector<int> decimals = decimals_of_rows(column, numbers, format);
  for (std::size_t row = 0; row < decimals.size(); ++row) {
    const double value = numbers.reals()[row];
    if (format.parts().padded || !std::binary_search(shown.exact.begin(), shown.exact.end(), value))
      ++rows[decimals[row]];
  }
  for (const auto& [digits, count] : rows) {
    shown.decimals.push_back(digits);
    shown.rows.push_back(count);
  }
  shown.least = distinct.values.front();
  shown.greatest = distinct.values.back();
  return shown;
}

std::unique_ptr<const Respelling> PrintedNumbers::fit(const Column& column,
                                                      const table::ColumnMetadata& metadata,
                                                      std::uint64_t least_rows) {
  const NumberFormat format(metadata.number_format);
  const table::ColumnMetadata plain = numbers_of(metadata);
  Shown shown;
  if (plain.dtype == Dtype::float64)
    shown = shown_in(column, numbers_in(column, plain, format), format, least_rows);
  return std::unique_ptr<const Respelling>(new PrintedNumbers(metadata, std::move(shown)));
}

std::unique_ptr<const Respelling> PrintedNumbers::load(const table::ColumnMetadata& metadata,
                                                       const ColumnRecord& record) {
  Shown shown;
  if (record.integers.contains("shown_decimals")) {
    shown.decimals = record.need_integers(metadata.name, "shown_decimals");
    shown.rows = record.need_integers(metadata.name, "shown_rows");
    const std::vector<double>& range = record.need_numbers(metadata.name, "shown_range");
    const auto exact = record.numbers.find("shown_exactly");
    if (exact != record.numbers.end()) shown.exact = exact->second;
    shown.all_exact = record.integers.contains("shown_all_exactly");
    constexpr std::int64_t k_most = 17;
    const bool good =
        !shown.decimals.empty() && shown.decimals.size() == shown.rows.size() && range.size() == 2 &&
        range[0] <= range[1] && std::is_sorted(shown.decimals.begin(), shown.decimals.end()) &&
        shown.decimals.front() >= 0 && shown.decimals.back() <= k_most &&
        std::is_sorted(shown.exact.begin(), shown.exact.end()) &&
        std::all_of(shown.rows.begin(), shown.rows.end(), [](std::int64_t rows) { return rows > 0; });
    if (!good) refuse(metadata.name, "has 'shown_decimals' that no numbers have");
    shown.least = range[0];
    shown.greatest = range[1];
  }
  return std::unique_ptr<const Respelling>(new PrintedNumbers(metadata, std::move(shown)));
}

Column PrintedNumbers::plain(const Column& column) const {
  return numbers_in(column, plain_metadata_, format_);
}

// Rounds a value to decimals drawn by `uniform`, and says how many of them it shows; -1: as the format says.
int PrintedNumbers::rounded(double& value, double uniform) const {
  if (until_.empty()) return -1;
  const auto place = std::upper_bound(until_.begin(), until_.end() - 1, uniform) - until_.begin();
  auto decimals = static_cast<int>(shown_.decimals[static_cast<std::size_t>(place)]);
  const bool exact = shown_.all_exact || std::binary_search(shown_.exact.begin(), shown_.exact.end(), value);
  const auto most = static_cast<int>(shown_.decimals.back());
  const auto fits = [&](int tried) {
    const double near = to_decimals(value, tried);
    return exact ? near == value : near >= shown_.least && near <= shown_.greatest;
  };
  while (decimals < most && !fits(decimals)) ++decimals;
  if (!exact && decimals < most) value = to_decimals(value, decimals);
  return format_.parts().padded ? decimals : -1;
}

Column PrintedNumbers::respelt(Column column, const SampledRows& rows) const {
  random::Stream random(rows.seed, random::StreamId::decode,
                        (std::uint64_t{rows.column} << 40U) + rows.first);
  Categories texts;
  if (is_text()) {
    texts.codes.resize(rows.count);
    std::iota(texts.codes.begin(), texts.codes.end(), 0U);
    texts.dictionary.resize(rows.count);
  }
  const double unit = unit_of(format_);
  std::string scratch;
  for (std::size_t row = 0; row < rows.count; ++row) {
    double value = column.number(row) * unit;
    const int decimals = rounded(value, until_.empty() ? 0 : random.next_double());
    if (is_text()) {
      format_.append(value, decimals, texts.dictionary[row]);
      continue;
    }
    if (decimals >= 0) column.shown_decimals.push_back(static_cast<std::uint8_t>(decimals));
    scratch.clear();
    format_.append(value, decimals, scratch);
    std::get<std::vector<double>>(column.cells)[row] = format_.read(scratch).value_or(value);
  }
  if (is_text()) {
    column = Column();
    column.name = metadata_.name;
    column.cells = std::move(texts);
  }
  column.dtype = metadata_.dtype;
  if (!is_text()) column.number_format = metadata_.number_format;
  return column;
}

void PrintedNumbers::add_to(ColumnRecord& record) const {
  if (shown_.decimals.empty()) return;
  record.integers["shown_decimals"] = shown_.decimals;
  record.integers["shown_rows"] = shown_.rows;
  record.numbers["shown_range"] = {shown_.least, shown_.greatest};
  if (!shown_.exact.empty()) record.numbers["shown_exactly"] = shown_.exact;
  if (shown_.all_exact) record.integers["shown_all_exactly"] = {1};
}

}  // namespace ctgan::synth::codecs
