#include "server/synth/evaluate/key_disclosure.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "server/synth/evaluate/intervals.h"
#include "server/synth/evaluate/row_keys.h"

namespace ctgan::synth::evaluate {
namespace {

using Keys = std::vector<std::uint64_t>;
using Places = std::vector<std::size_t>;

Places places_of(const ComparedTables& tables, const std::vector<std::string>& keys) {
  std::vector<std::string> names;
  const Places used = tables.used();
  for (const std::size_t place : used) names.push_back(tables.columns[place].name);
  check_keys(keys, names);
  Places places;
  for (const std::string& key : keys) {
    places.push_back(
        used[static_cast<std::size_t>(std::find(names.begin(), names.end(), key) - names.begin())]);
  }
  return places;
}

using Counts = std::unordered_map<std::uint64_t, std::size_t>;

void count(const Keys& keys, Counts& counts) {
  for (const std::uint64_t key : keys) ++counts[key];
}

std::size_t count_of(const Counts& counts, std::uint64_t key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

double share(std::size_t count, std::size_t rows) {
  return rows == 0 ? 0 : static_cast<double>(count) / static_cast<double>(rows);
}

struct Alone {
  std::size_t rows = 0;
  std::size_t replicated = 0;
};

// Of the rows whose key occurs once in `population`, those whose key one synthetic row alone has.
Alone alone_in(const Keys& keys, const Counts& population, const Counts& synthetic) {
  Alone found;
  for (const std::uint64_t key : keys) {
    if (count_of(population, key) != 1) continue;
    ++found.rows;
    if (count_of(synthetic, key) == 1) ++found.replicated;
  }
  return found;
}

void find_identities(const Keys& original, const Keys& held_out, const Keys& synthetic,
                     KeyDisclosure& found) {
  Counts population;
  Counts made;
  count(original, population);
  count(synthetic, made);
  const auto part = [](const Keys& keys, const auto& holds) {
    return share(static_cast<std::size_t>(std::count_if(keys.begin(), keys.end(), holds)), keys.size());
  };
  const auto unique = [&](std::uint64_t key) { return count_of(population, key) == 1; };
  found.original_unique = part(original, unique);
  found.synthetic_unique = part(synthetic, [&](std::uint64_t key) { return count_of(made, key) == 1; });
  found.found = part(original, [&](std::uint64_t key) { return unique(key) && count_of(made, key) > 0; });
  found.replicated =
      part(original, [&](std::uint64_t key) { return unique(key) && count_of(made, key) == 1; });
  if (held_out.empty()) return;
  count(held_out, population);
  const Alone training = alone_in(original, population, made);
  const Alone control = alone_in(held_out, population, made);
  found.alone = training.rows;
  found.held_out_alone = control.rows;
  if (training.rows > 0) found.alone_replicated = share(training.replicated, training.rows);
  if (control.rows > 0) found.held_out_replicated = share(control.replicated, control.rows);
  if (training.rows == 0 || control.rows == 0) return;
  found.excess =
      difference_of_shares(static_cast<double>(training.replicated), static_cast<double>(training.rows),
                           static_cast<double>(control.replicated), static_cast<double>(control.rows));
}

// For each key the one value that all rows with it have.
class Told {
 public:
  Told(const Keys& keys, const Keys& values) {
    for (std::size_t row = 0; row < keys.size(); ++row) {
      const auto [place, added] = values_.try_emplace(keys[row], Value{values[row], true});
      if (!added && place->second.value != values[row]) place->second.one = false;
    }
  }
  // Rows whose value their key tells.
  std::size_t count(const Keys& keys, const Keys& values) const {
    std::size_t right = 0;
    for (std::size_t row = 0; row < keys.size(); ++row) {
      const auto place = values_.find(keys[row]);
      if (place != values_.end() && place->second.one && place->second.value == values[row]) ++right;
    }
    return right;
  }

 private:
  struct Value {
    std::uint64_t value;
    bool one;
  };
  std::unordered_map<std::uint64_t, Value> values_;
};

struct KeyedRows {
  Keys original, held_out, synthetic;
};

KeyTarget find_attribute(const ComparedTables& tables, std::size_t column, const KeyedRows& rows,
                         std::size_t tried) {
  const auto& [original, held_out, synthetic] = rows;
  const std::vector<std::size_t> one{column};
  const Keys values = row_keys(tables, Side::original, one);
  const Told told(synthetic, row_keys(tables, Side::synthetic, one));
  const std::size_t right = told.count(original, values);
  KeyTarget target;
  target.column = tables.columns[column].name;
  target.original = share(Told(original, values).count(original, values), original.size());
  target.synthetic = share(right, original.size());
  if (held_out.empty()) return target;
  const std::size_t control = told.count(held_out, row_keys(tables, Side::held_out, one));
  target.held_out = share(control, held_out.size());
  const auto hits = static_cast<double>(right);
  const auto trials = static_cast<double>(original.size());
  const auto held_out_hits = static_cast<double>(control);
  const auto held_out_trials = static_cast<double>(held_out.size());
  target.excess = difference_of_shares(hits, trials, held_out_hits, held_out_trials);
  const Doubt doubt{.comparisons = tried};
  target.together =
      difference(attack_rate(hits, trials, doubt), attack_rate(held_out_hits, held_out_trials, doubt));
  return target;
}

}  // namespace

void check_keys(const std::vector<std::string>& keys, const std::vector<std::string>& columns) {
  for (const std::string& key : keys) {
    if (std::find(columns.begin(), columns.end(), key) == columns.end()) {
      throw errors::Error(errors::Kind::usage,
                          fmt::format("the key {} is no column that can be compared", errors::quoted(key)),
                          errors::suggestion(key, columns));
    }
    if (std::count(keys.begin(), keys.end(), key) > 1) {
      throw errors::Error(errors::Kind::usage, fmt::format("the key {} is named twice", errors::quoted(key)),
                          "name each key once");
    }
  }
}

KeyDisclosure measure_keys(const ComparedTables& tables, const std::vector<std::string>& keys) {
  const Places places = places_of(tables, keys);
  const KeyedRows rows{row_keys(tables, Side::original, places),
                       tables.counts.held_out > 0 ? row_keys(tables, Side::held_out, places) : Keys(),
                       row_keys(tables, Side::synthetic, places)};
  KeyDisclosure found;
  found.keys = keys;
  find_identities(rows.original, rows.held_out, rows.synthetic, found);
  const std::size_t tried = tables.used().size() - places.size();
  for (const std::size_t column : tables.used()) {
    if (std::find(places.begin(), places.end(), column) != places.end()) continue;
    found.targets.push_back(find_attribute(tables, column, rows, tried));
  }
  return found;
}

}  // namespace ctgan::synth::evaluate
