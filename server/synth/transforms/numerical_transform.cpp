#include "server/synth/transforms/numerical_transform.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "common/errors/error.h"

namespace ctgan::synth::transforms {
namespace {

using table::Column;
using table::Dtype;

// Up to here doubles hold every whole number.
constexpr std::int64_t k_exact = std::int64_t{1} << 53;
constexpr std::int64_t k_most_spaces = 31;

[[noreturn]] void refuse(const std::string& column, const std::string& why) {
  throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(column) + " " + why);
}

// Modulo 2^64, which is right wherever the distance fits.
std::uint64_t distance(std::int64_t from, std::int64_t to) {
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

// The double nearest to the number with so many decimals, `scale` being ten to their power. Values too large
// to have that many are left alone.
double to_decimals(double value, double scale) {
  const double scaled = value * scale;
  return std::abs(scaled) < static_cast<double>(k_exact) ? std::round(scaled) / scale : value;
}

DistinctValues finite_values(const std::string& column, std::span<const double> numbers) {
  if (!std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); }))
    refuse(column, "has infinite values");
  return DistinctValues::of(numbers);
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

FrequentValues take_frequent(const std::string& column, const ColumnRecord& record) {
  const auto found = record.numbers.find("frequent");
  if (found == record.numbers.end()) return {};
  const std::vector<double>& numbers = found->second;
  if (numbers.size() % 2 != 0) refuse(column, "has 'frequent' values of another shape");
  std::vector<FrequentValue> values;
  for (std::size_t i = 0; i < numbers.size(); i += 2) {
    const FrequentValue next{numbers[i], numbers[i + 1]};
    const bool good = std::isfinite(next.value) && std::isfinite(next.reach) && next.reach > 0 &&
                      (values.empty() || values.back().value < next.value);
    if (!good) refuse(column, "has 'frequent' values that do not ascend or reach nowhere");
    values.push_back(next);
  }
  return FrequentValues(std::move(values));
}

// A column's "scale": what today's models have in the place of a range. How many atoms and listed values
// belong to it is in it, so that none is lost without notice.
enum Scale : std::size_t {
  least,
  greatest,
  kind,
  origin,
  unit,
  grid_origin,
  grid_step,
  atoms,
  listed,
  k_scale
};

std::vector<double> scale_of(const ModeNormalizer& normalizer) {
  const ValueFacts& facts = normalizer.facts();
  return {normalizer.min(),
          normalizer.max(),
          static_cast<double>(facts.axis.kind()),
          facts.axis.origin(),
          facts.axis.unit(),
          facts.grid_origin,
          facts.grid_step,
          static_cast<double>(facts.atoms.size()),
          static_cast<double>(facts.listed.values().size())};
}

const std::vector<double>& take_scale(const std::string& column, const ColumnRecord& record) {
  const std::vector<double>& scale = record.need_numbers(column, "scale");
  const bool good = scale.size() == k_scale &&
                    std::all_of(scale.begin(), scale.end(), [](double x) { return std::isfinite(x); }) &&
                    (scale[kind] == 0 || scale[kind] == 1 || scale[kind] == 2) && scale[unit] != 0 &&
                    scale[grid_step] >= 0;
  if (!good) refuse(column, "has a 'scale' that numbers do not lie on");
  return scale;
}

ValueFacts take_facts(const std::string& column, const ColumnRecord& record,
                      const std::vector<double>& scale) {
  ValueFacts facts;
  facts.reflects = true;
  facts.axis = {static_cast<ValueAxis::Kind>(static_cast<int>(scale[kind])), scale[origin], scale[unit]};
  facts.grid_origin = scale[grid_origin];
  facts.grid_step = scale[grid_step];
  if (scale[atoms] != 0) facts.atoms = record.need_numbers(column, "atoms");
  const bool finite =
      std::all_of(facts.atoms.begin(), facts.atoms.end(), [](double x) { return std::isfinite(x); });
  if (!finite || static_cast<double>(facts.atoms.size()) != scale[atoms] ||
      std::adjacent_find(facts.atoms.begin(), facts.atoms.end(), std::greater_equal<>()) != facts.atoms.end())
    refuse(column, "has 'atoms' that do not ascend or are not those of its 'scale'");
  if (scale[listed] != 0) record.need_numbers(column, "frequent");
  facts.listed = take_frequent(column, record);
  if (static_cast<double>(facts.listed.values().size()) != scale[listed])
    refuse(column, "has 'frequent' values that are not those of its 'scale'");
  return facts;
}

}  // namespace

IntegerAxis::IntegerAxis(std::int64_t origin, std::int64_t step, std::int64_t least, std::int64_t greatest)
    : origin_(origin), step_(step), least_(least), greatest_(greatest) {}

IntegerAxis IntegerAxis::around(std::span<const std::int64_t> values, std::int64_t step) {
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  IntegerAxis axis(0, std::max<std::int64_t>(step, 1), *least, *greatest);
  if (step == 0) {
    std::uint64_t common = 0;
    for (const std::int64_t value : values) common = std::gcd(common, distance(*least, value));
    axis.step_ = common > 0 && common <= std::uint64_t{INT64_MAX} ? static_cast<std::int64_t>(common) : 1;
    axis.origin_ = *least;
  } else if (*least < -k_exact || *greatest > k_exact) {
    axis.origin_ = *least;
  }
  return axis;
}

double IntegerAxis::position(std::int64_t value) const {
  const double far = value >= origin_ ? static_cast<double>(distance(origin_, value))
                                      : -static_cast<double>(distance(value, origin_));
  return step_ == 1 ? far : far / static_cast<double>(step_);
}

std::vector<double> IntegerAxis::positions(std::span<const std::int64_t> values) const {
  std::vector<double> found(values.size());
  std::transform(values.begin(), values.end(), found.begin(),
                 [this](std::int64_t value) { return position(value); });
  return found;
}

std::int64_t IntegerAxis::value(double position, bool keep_range) const {
  constexpr double k_above_all = 0x1p63;
  const double far = std::round(position) * static_cast<double>(step_);
  std::int64_t found = 0;
  const bool inside = far > -k_above_all && far < k_above_all;
  if (!inside || __builtin_add_overflow(origin_, static_cast<std::int64_t>(far), &found))
    found = far > 0 ? INT64_MAX : INT64_MIN;
  return keep_range ? std::clamp(found, least_, greatest_) : found;
}

NumericalTransform::NumericalTransform(table::ColumnMetadata metadata, ModeNormalizer normalizer,
                                       IntegerAxis axis, int decimals, std::vector<std::int64_t> spaces,
                                       bool keep_range)
    : metadata_(std::move(metadata)),
      normalizer_(std::move(normalizer)),
      axis_(axis),
      decimals_(decimals),
      spaces_(std::move(spaces)),
      keep_range_(keep_range) {}

std::unique_ptr<const ColumnTransform> NumericalTransform::fit(const Column& column,
                                                               const table::ColumnMetadata& metadata,
                                                               const table::TableRules& rules) {
  std::vector<std::int64_t> spaces{column.spaces_before, column.spaces_after};
  const bool whole = column.dtype == Dtype::int64;
  const IntegerAxis axis = whole ? IntegerAxis::around(column.integers(), 1) : IntegerAxis();
  const DistinctValues distinct =
      finite_values(column.name, whole ? axis.positions(column.integers()) : column.reals());
  const int decimals = used_decimals(column);
  ModeNormalizer normalizer = ModeNormalizer::fit(
      distinct,
      {.least_rows = rules.min_category_count, .step = step_of(decimals), .keep_range = rules.keep_range});
  return std::unique_ptr<const ColumnTransform>(new NumericalTransform(
      metadata, std::move(normalizer), axis, decimals, std::move(spaces), rules.keep_range));
}

std::unique_ptr<const ColumnTransform> NumericalTransform::load(const table::ColumnMetadata& metadata,
                                                                const table::TableRules& rules,
                                                                const ColumnRecord& record) {
  const bool whole = metadata.dtype == Dtype::int64;
  if (!whole && metadata.dtype != Dtype::float64) refuse(metadata.name, "is numerical, but holds no numbers");
  const std::vector<std::int64_t>& spaces = record.need_integers(metadata.name, "spaces");
  const bool good = spaces.size() == 2 && std::all_of(spaces.begin(), spaces.end(), [](std::int64_t count) {
                      return count >= 0 && count <= k_most_spaces;
                    });
  if (!good) refuse(metadata.name, "has 'spaces' that no number has");
  return std::unique_ptr<const ColumnTransform>(new NumericalTransform(
      metadata, take_modes(metadata.name, record), whole ? take_axis(metadata.name, record) : IntegerAxis(),
      take_decimals(metadata, record), spaces, rules.keep_range));
}

void NumericalTransform::add_to(OutputLayout& layout) const {
  layout.add_continuous(normalizer_.codes());
}

std::vector<EncodedColumn> NumericalTransform::encode(const Column& column, const FitPlace& place) const {
  EncodedContinuous encoded{.mode = std::vector<std::uint8_t>(column.rows()),
                            .scalar = std::vector<float>(column.rows())};
  random::Stream random(place.seed, random::StreamId::transform, place.column);
  if (whole()) {
    normalizer_.encode(axis_.positions(column.integers()), random, encoded.mode, encoded.scalar);
  } else {
    normalizer_.encode(column.reals(), random, encoded.mode, encoded.scalar);
  }
  return {std::move(encoded)};
}

Column NumericalTransform::decode(std::span<const EncodedColumn> encoded, const SampledRows& rows) const {
  const auto& numbers = std::get<EncodedContinuous>(encoded.front());
  const auto number = [&](std::size_t row) {
    return normalizer_.decode(numbers.mode[row], numbers.scalar[row]);
  };
  Column column;
  column.name = metadata_.name;
  column.dtype = metadata_.dtype;
  column.decimals = metadata_.decimals;
  column.spaces_before = static_cast<std::uint8_t>(spaces_[0]);
  column.spaces_after = static_cast<std::uint8_t>(spaces_[1]);
  if (whole()) {
    std::vector<std::int64_t> integers(rows.count);
    for (std::size_t row = 0; row < rows.count; ++row) integers[row] = axis_.value(number(row), keep_range_);
    column.cells = std::move(integers);
    return column;
  }
  const double scale = std::pow(10.0, decimals_);
  std::vector<double> reals(rows.count);
  for (std::size_t row = 0; row < rows.count; ++row)
    reals[row] = decimals_ < 0 ? number(row) : to_decimals(number(row), scale);
  column.cells = std::move(reals);
  return column;
}

ColumnRecord NumericalTransform::record() const {
  ColumnRecord record;
  put_modes(normalizer_, record);
  record.integers["spaces"] = spaces_;
  if (whole()) record.integers["axis"] = axis_.facts();
  if (decimals_ < metadata_.decimals) record.integers["decimals"] = {decimals_};
  return record;
}

void put_modes(const ModeNormalizer& normalizer, ColumnRecord& record) {
  std::vector<double>& modes = record.numbers["modes"];
  for (const Mode& mode : normalizer.modes()) modes.insert(modes.end(), {mode.mean, mode.sd, mode.weight});
  const ValueFacts& facts = normalizer.facts();
  for (const FrequentValue& frequent : facts.listed.values()) {
    std::vector<double>& numbers = record.numbers["frequent"];
    numbers.insert(numbers.end(), {frequent.value, frequent.reach});
  }
  if (!facts.atoms.empty()) record.numbers["atoms"] = facts.atoms;
  if (facts.reflects)
    record.numbers["scale"] = scale_of(normalizer);
  else
    record.numbers["range"] = {normalizer.min(), normalizer.max()};
}

ModeNormalizer take_modes(const std::string& column, const ColumnRecord& record) {
  const std::vector<double>& values = record.need_numbers(column, "modes");
  // Models of earlier times have it; their values are cut off where others are reflected.
  const auto range = record.numbers.find("range");
  if (values.size() % 3 != 0 || (range != record.numbers.end() && range->second.size() != 2))
    refuse(column, "has 'modes' or a 'range' of another shape");
  std::vector<Mode> modes;
  for (std::size_t i = 0; i < values.size(); i += 3)
    modes.push_back({values[i], values[i + 1], values[i + 2]});
  if (range != record.numbers.end()) {
    ValueFacts facts;
    facts.listed = take_frequent(column, record);
    return {std::move(modes), range->second[0], range->second[1], std::move(facts)};
  }
  const std::vector<double>& scale = take_scale(column, record);
  return {std::move(modes), scale[least], scale[greatest], take_facts(column, record, scale)};
}

IntegerAxis take_axis(const std::string& column, const ColumnRecord& record) {
  const std::vector<std::int64_t>& facts = record.need_integers(column, "axis");
  if (facts.size() != 4 || facts[1] < 1 || facts[2] > facts[3])
    refuse(column, "has an 'axis' without values");
  return {facts[0], facts[1], facts[2], facts[3]};
}

}  // namespace ctgan::synth::transforms
