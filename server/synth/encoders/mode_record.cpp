#include "server/synth/encoders/mode_record.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "common/errors/error.h"

namespace ctgan::synth::encoders {
namespace {

using codecs::ColumnRecord;

[[noreturn]] void refuse(const std::string& column, const std::string& why) {
  throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(column) + " " + why);
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

}  // namespace ctgan::synth::encoders
