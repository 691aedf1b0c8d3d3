#include "server/synth/sampling/kept_combinations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "common/conditions/joined_cells.h"
#include "common/errors/error.h"

namespace ctgan::synth::sampling {
namespace {

using archive::Archive;
using conditions::cell_text;
using errors::Error;
using errors::Kind;
using nlohmann::json;
using table::Categories;
using table::Column;
using table::Table;
using Group = KeptCombinations::Group;

constexpr const char* k_entry = "combinations";
constexpr std::size_t k_most_combinations = 1'000'000;
constexpr std::uint32_t k_unknown = std::numeric_limits<std::uint32_t>::max();

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(Kind::bad_data, "the model file is damaged: " + sentence);
}

std::string tensor_name(std::size_t group) {
  return fmt::format("combinations{}.cells", group);
}

// A code for each cell: by `code_of` once a distinct text, or a row where the column holds numbers.
template <typename CodeOf>
std::vector<std::uint32_t> coded(const Column& column, const CodeOf& code_of) {
  std::vector<std::uint32_t> codes(column.rows());
  if (const auto* texts = std::get_if<Categories>(&column.cells)) {
    constexpr std::uint64_t k_open = std::numeric_limits<std::uint64_t>::max();
    std::vector<std::uint64_t> known(texts->dictionary.size(), k_open);
    for (std::size_t row = 0; row < codes.size(); ++row) {
      std::uint64_t& code = known[texts->codes[row]];
      if (code == k_open) code = code_of(texts->dictionary[texts->codes[row]]);
      codes[row] = static_cast<std::uint32_t>(code);
    }
    return codes;
  }
  for (std::size_t row = 0; row < codes.size(); ++row) codes[row] = code_of(cell_text(column, row));
  return codes;
}

void append_code(std::string& key, std::uint32_t code) {
  for (int shift = 0; shift < 32; shift += 8) key += static_cast<char>(code >> shift & 0xffU);
}

Group group_of(const Table& table, const std::vector<std::size_t>& columns, std::uint64_t least_rows) {
  Group group;
  for (const std::size_t i : columns) group.columns.push_back(table.columns()[i].name);
  const conditions::JoinedCells found = conditions::join_columns(table, columns);
  if (found.texts.size() > k_most_combinations)
    throw Error(Kind::bad_data,
                fmt::format("'{}' have more than {} combinations, too many to keep",
                            fmt::join(group.columns, ","), k_most_combinations),
                "keep those of fewer columns");
  std::vector<std::vector<std::string>> combinations;
  for (std::size_t i = 0; i < found.texts.size(); ++i)
    if (found.rows[i] >= least_rows) combinations.push_back(conditions::split(found.texts[i]));
  std::sort(combinations.begin(), combinations.end());
  for (auto& combination : combinations)
    std::move(combination.begin(), combination.end(), std::back_inserter(group.cells));
  return group;
}

// The categories that the model has in the column of that name; none in a column of numbers.
std::set<std::string> known_texts(const model::FittedModel& model, const std::string& name) {
  std::set<std::string> texts;
  const auto& columns = model.metadata().columns;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name == name)
      for (const model::Category& category : model.categories(i)) texts.insert(category.text);
  return texts;
}

// Where each of the constraint's columns stands in the group; empty when it lacks one.
std::vector<std::size_t> places_in(const Group& group, const std::vector<std::string>& wanted) {
  std::vector<std::size_t> places;
  for (const std::string& name : wanted) {
    const auto found = std::find(group.columns.begin(), group.columns.end(), name);
    if (found == group.columns.end()) return {};
    places.push_back(static_cast<std::size_t>(found - group.columns.begin()));
  }
  return places;
}

}  // namespace

KeptCombinations::KeptCombinations(const Table& table, const std::vector<std::vector<std::size_t>>& groups,
                                   std::uint64_t least_rows) {
  for (const auto& columns : groups) groups_.push_back(group_of(table, columns, least_rows));
}

KeptCombinations::KeptCombinations(const Archive& archive) {
  const auto entry = archive.metadata.find(k_entry);
  if (entry == archive.metadata.end()) return;
  const json names = json::parse(entry->second, nullptr, false);
  if (!names.is_array()) refuse("the entry 'combinations' is no list");
  for (const json& columns : names) {
    const bool texts =
        columns.is_array() && columns.size() >= 2 &&
        std::all_of(columns.begin(), columns.end(), [](const json& n) { return n.is_string(); });
    if (!texts) refuse("a group in the entry 'combinations' is no list of columns");
    Group group{columns.get<std::vector<std::string>>(),
                archive::strings(archive.tensor(tensor_name(groups_.size())))};
    if (group.cells.size() % group.columns.size() != 0)
      refuse(errors::quoted(tensor_name(groups_.size())) + " does not hold whole combinations");
    groups_.push_back(std::move(group));
  }
}

void KeptCombinations::restrict_to(const model::FittedModel& model) {
  for (Group& group : groups_) {
    std::vector<std::set<std::string>> known;
    for (const std::string& name : group.columns) known.push_back(known_texts(model, name));
    std::vector<std::string> left;
    for (auto cell = group.cells.begin(); cell != group.cells.end();
         cell += static_cast<std::ptrdiff_t>(known.size())) {
      const auto end = cell + static_cast<std::ptrdiff_t>(known.size());
      if (std::equal(cell, end, known.begin(),
                     [](const auto& text, const auto& set) { return set.empty() || set.contains(text); }))
        left.insert(left.end(), cell, end);
    }
    group.cells = std::move(left);
  }
}

void KeptCombinations::add_to(Archive& archive) const {
  if (groups_.empty()) return;
  json names = json::array();
  for (const Group& group : groups_) {
    archive.tensors.push_back(archive::tensor_from_strings(tensor_name(names.size()), group.cells));
    names.push_back(group.columns);
  }
  archive.metadata[k_entry] = names.dump();
}

CombinationTest::CombinationTest(const KeptCombinations& kept, const std::vector<std::size_t>& columns,
                                 const std::vector<std::string>& names)
    : columns_(columns), codes_(columns.size()) {
  std::vector<std::string> wanted;
  wanted.reserve(columns.size());
  for (const std::size_t column : columns) wanted.push_back(names[column]);
  for (const Group& group : kept.groups()) {
    const std::vector<std::size_t> places = places_in(group, wanted);
    if (places.empty()) continue;
    for (std::size_t first = 0; first < group.cells.size(); first += group.columns.size()) {
      std::string key;
      for (std::size_t i = 0; i < places.size(); ++i)
        append_code(key, codes_[i]
                             .try_emplace(group.cells[first + places[i]], static_cast<Code>(codes_[i].size()))
                             .first->second);
      keys_.insert(std::move(key));
    }
    return;
  }
  const std::string list = fmt::format("{}", fmt::join(wanted, ","));
  throw Error(Kind::usage,
              fmt::format("the model does not hold the combinations of {}", errors::quoted(list)),
              fmt::format("they are kept when a fit is asked to: 'fit FILE --keep-combinations {}'", list));
}

void CombinationTest::sift(const Table& block, std::vector<std::uint8_t>& keep) const {
  std::vector<std::vector<Code>> codes;
  for (std::size_t i = 0; i < columns_.size(); ++i)
    codes.push_back(coded(block.columns()[columns_[i]], [&](const std::string& text) {
      const auto found = codes_[i].find(text);
      return found == codes_[i].end() ? k_unknown : found->second;
    }));
  std::string key;
  for (std::size_t row = 0; row < keep.size(); ++row) {
    if (keep[row] == 0) continue;
    key.clear();
    for (const auto& column : codes) append_code(key, column[row]);
    keep[row] = keys_.contains(key) ? 1 : 0;
  }
}

}  // namespace ctgan::synth::sampling
