#include "server/synth/codecs/row_rule_codec.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <unordered_map>
#include <utility>

#include "common/conditions/joined_cells.h"
#include "common/errors/error.h"
#include "server/synth/codecs/category_codes.h"

namespace ctgan::synth::codecs {
namespace {

using conditions::CellValues;
using conditions::Derivation;
using table::Categories;
using table::Column;
using table::ColumnKind;
using table::ColumnMetadata;
using table::Dtype;
using table::Metadata;
using table::Table;
using Form = Derivation::Form;
using Values = std::vector<long double>;

constexpr long double k_nan = std::numeric_limits<long double>::quiet_NaN();
// What stands in a learnt column where the cell is made from others.
constexpr const char* k_made = "(made by a rule)";
constexpr const char* k_spaces = "rule_spaces";
constexpr const char* k_spelling = "rule_spelling";
constexpr const char* k_own_missing = "rule_missing";
constexpr const char* k_range = "rule_range";
constexpr const char* k_middle = "rule_middle";
constexpr const char* k_unit = "rule_unit";
constexpr const char* k_outliers = "rule_outliers";
// Of rows that share a value which is far from all others.
constexpr std::size_t k_fewest_outliers = 20;
constexpr double k_least_share_of_outliers = 0.01;
// Beyond it distances are no whole numbers that a double tells apart.
constexpr long double k_most_units = 9e15L;

[[noreturn]] void refuse(const std::string& column, const std::string& why) {
  throw errors::Error(errors::Kind::bad_data, "column " + errors::quoted(column) + " " + why);
}

bool is_bounded(const Derivation& derivation) {
  return derivation.form == Form::at_least || derivation.form == Form::at_most;
}

int decimals_of(const ColumnMetadata& column) {
  return column.dtype == Dtype::int64 ? 0 : column.decimals;
}

// Of the values that are there; 0 where none is.
long double middle_of(Values values) {
  std::erase_if(values, [](long double value) { return std::isnan(value); });
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// NaN becomes the value before it, of the first rows the first that there is.
void fill_gaps(Values& values) {
  const auto first =
      std::find_if_not(values.begin(), values.end(), [](long double v) { return std::isnan(v); });
  long double last = first == values.end() ? 0 : *first;
  for (long double& value : values) last = value = std::isnan(value) ? last : value;
}

ColumnMetadata made_column(const std::string& name, std::vector<std::string> own_missing) {
  own_missing.insert(own_missing.begin(), k_made);
  return {.name = name,
          .kind = ColumnKind::all_missing,
          .dtype = Dtype::text,
          .decimals = -1,
          .missing_texts = std::move(own_missing),
          .datetime_format = {}};
}

// The first row with the greatest value (or the least), if many rows share it and it is further from the
// others than they are from each other.
std::optional<std::size_t> far_row(const Values& values, bool greatest) {
  std::optional<std::size_t> far;
  std::size_t present = 0;
  for (std::size_t row = 0; row < values.size(); ++row) {
    if (std::isnan(values[row])) continue;
    ++present;
    if (!far || (greatest ? values[row] > values[*far] : values[row] < values[*far])) far = row;
  }
  if (!far) return std::nullopt;
  std::size_t shared = 0;
  long double least = k_nan;
  long double most = k_nan;
  for (const long double value : values) {
    if (value == values[*far]) ++shared;
    if (std::isnan(value) || value == values[*far]) continue;
    least = std::fmin(least, value);
    most = std::fmax(most, value);
  }
  const long double gap = greatest ? values[*far] - most : least - values[*far];
  const bool many = shared >= k_fewest_outliers &&
                    static_cast<double>(shared) >= k_least_share_of_outliers * static_cast<double>(present);
  return many && gap > most - least ? far : std::nullopt;
}

// The texts that stand for missing values, by row; null where a value stands.
std::vector<const std::string*> missing_cells(const Column& column, const std::vector<std::string>& texts) {
  std::vector<const std::string*> found(column.rows());
  const auto* cells = std::get_if<Categories>(&column.cells);
  for (std::size_t row = 0; row < found.size(); ++row) {
    if (cells == nullptr) {
      if (column.is_missing(row)) found[row] = &column.missing_texts[column.missing[row] - std::size_t{1}];
      continue;
    }
    const std::string& text = cells->dictionary[cells->codes[row]];
    if (std::find(texts.begin(), texts.end(), text) != texts.end()) found[row] = &text;
  }
  return found;
}

// They stand in both forms: a number's text says nothing of its value where it is a date's.
void read_outliers(const std::string& name, const ColumnRecord& record,
                   std::map<std::string, long double>& outliers) {
  if (!record.texts.contains(k_outliers)) return;
  const auto& texts = record.need_texts(name, k_outliers);
  const auto& values = record.need_numbers(name, k_outliers);
  if (texts.size() != values.size()) refuse(name, "has 'rule_outliers' of another shape");
  for (std::size_t i = 0; i < texts.size(); ++i) outliers[texts[i]] = values[i];
}

void check_combinations(const Derivation& derivation, const Metadata& metadata, const ColumnRecord& record) {
  for (const char* const name : {"categories", "rare"}) {
    const auto texts = record.texts.find(name);
    if (texts == record.texts.end()) continue;
    for (const std::string& text : texts->second)
      if (conditions::split(text).size() != derivation.from.size())
        refuse(metadata.columns[derivation.column].name,
               "has the combination " + errors::quoted(text) + " of other columns");
  }
}

Column text_column(const std::string& name, const std::vector<const std::string*>& cells) {
  Categories categories;
  std::unordered_map<std::string_view, std::uint32_t> codes;
  static const std::string k_text = k_made;
  for (const std::string* cell : cells) {
    const std::string& text = cell == nullptr ? k_text : *cell;
    const auto [place, fresh] =
        codes.try_emplace(text, static_cast<std::uint32_t>(categories.dictionary.size()));
    if (fresh) categories.dictionary.push_back(text);
    categories.codes.push_back(place->second);
  }
  Column column;
  column.name = name;
  column.cells = std::move(categories);
  return column;
}

}  // namespace

RowRuleCodec::RowRuleCodec(Metadata metadata)
    : metadata_(std::move(metadata)), rules_(metadata_.rules.row_rules, metadata_) {
  for (const Derivation& derivation : rules_.derivations()) {
    if (derivation.form == Form::combination) continue;
    values_.try_emplace(derivation.column, metadata_.columns[derivation.column]);
    for (const std::size_t column : derivation.from) values_.try_emplace(column, metadata_.columns[column]);
  }
}

RowRuleCodec RowRuleCodec::fit(const Table& table, const Metadata& metadata) {
  RowRuleCodec rules(metadata);
  for (const Derivation& derivation : rules.rules_.derivations()) {
    if (derivation.form == Form::combination) {
      for (const std::size_t column : derivation.from) {
        const Column& cells = table.columns()[column];
        rules.facts_[column].spelling = {cells.spaces_before, cells.spaces_after, {}, {}};
      }
      continue;
    }
    rules.facts_[derivation.column] = rules.facts_of(derivation, table);
    if (derivation.form != Form::computed) continue;
    // Whoever reads the sidecar learns that cells can be missing.
    auto& columns = rules.metadata_.columns;
    const bool can_miss = rules.rules_.rules()[derivation.rule].expression.divides() ||
                          std::any_of(derivation.from.begin(), derivation.from.end(),
                                      [&](std::size_t from) { return columns[from].has_missing(); });
    auto& texts = columns[derivation.column].missing_texts;
    if (can_miss && texts.empty()) texts.emplace_back();
  }
  rules.describe_learnt();
  return rules;
}

RowRuleCodec RowRuleCodec::load(const Metadata& metadata, const std::vector<ColumnRecord>& records) {
  RowRuleCodec rules(metadata);
  for (const Derivation& derivation : rules.rules_.derivations()) {
    if (derivation.form != Form::combination) {
      rules.facts_[derivation.column] = rules.read_facts(derivation.column, records[derivation.column]);
      continue;
    }
    for (const std::size_t column : derivation.from)
      rules.facts_[column] = rules.read_facts(column, records[column]);
    check_combinations(derivation, metadata, records[derivation.column]);
  }
  rules.describe_learnt();
  return rules;
}

void RowRuleCodec::describe_learnt() {
  learnt_ = metadata_;
  for (const Derivation& derivation : rules_.derivations()) {
    ColumnMetadata& column = learnt_.columns[derivation.column];
    if (derivation.form == Form::computed) {
      column = made_column(column.name, facts_.at(derivation.column).own_missing);
      continue;
    }
    if (derivation.form == Form::combination) {
      for (const std::size_t from : derivation.from)
        learnt_.columns[from] = made_column(learnt_.columns[from].name, {});
      column = {.name = column.name, .kind = ColumnKind::categorical, .dtype = Dtype::text};
      continue;
    }
    const Facts& facts = facts_.at(derivation.column);
    const bool whole = facts.unit > 0;
    int decimals = decimals_of(metadata_.columns[derivation.column]);
    for (const std::size_t from : derivation.from) {
      const int others = decimals_of(metadata_.columns[from]);
      decimals = decimals < 0 || others < 0 ? -1 : std::max(decimals, others);
    }
    column = {.name = column.name,
              .kind = ColumnKind::numerical,
              .dtype = whole ? Dtype::int64 : Dtype::float64,
              .decimals = whole ? -1 : decimals,
              .missing_texts = column.missing_texts};
    for (const auto& [text, value] : facts.outliers) column.missing_texts.push_back(text);
  }
}

long double RowRuleCodec::finest_unit(const Derivation& derivation) const {
  long double unit = values(derivation.column).grid();
  const bool moments = values(derivation.column).type() != conditions::ValueType::number;
  for (const std::size_t from : derivation.from) unit = std::min(unit, values(from).grid());
  return moments || unit >= 1 ? unit : 0;
}

RowRuleCodec::Facts RowRuleCodec::facts_of(const Derivation& derivation, const Table& table) const {
  const Column& column = table.columns()[derivation.column];
  Facts facts;
  facts.spelling = values(derivation.column).spelling(column);
  Values known = values(derivation.column).read(column);
  std::erase_if(known, [](long double value) { return std::isnan(value); });
  if (!known.empty()) {
    const auto [least, greatest] = std::minmax_element(known.begin(), known.end());
    facts.least = *least;
    facts.greatest = *greatest;
  }
  if (is_bounded(derivation)) return bounded_facts(derivation, table, std::move(facts));
  // A cell that is missing though all its inputs are there.
  std::vector<std::uint8_t> explained(table.rows());
  for (const std::size_t from : derivation.from) {
    const Values input = values(from).read(table.columns()[from]);
    for (std::size_t row = 0; row < input.size(); ++row)
      if (std::isnan(input[row])) explained[row] = 1;
  }
  const auto missing = missing_cells(column, metadata_.columns[derivation.column].missing_texts);
  for (const std::string& text : metadata_.columns[derivation.column].missing_texts) {
    bool own = false;
    for (std::size_t row = 0; row < missing.size() && !own; ++row)
      own = missing[row] != nullptr && explained[row] == 0 && *missing[row] == text;
    if (own) facts.own_missing.push_back(text);
  }
  return facts;
}

RowRuleCodec::Facts RowRuleCodec::bounded_facts(const Derivation& derivation, const Table& table,
                                                Facts facts) const {
  std::vector<const Column*> columns;
  for (const Column& each : table.columns()) columns.push_back(&each);
  const Column& column = table.columns()[derivation.column];
  const Values bound = bounds(derivation, columns);
  const Values value = values(derivation.column).read(column);
  facts.middle = middle_of(bound);
  const bool up = derivation.form == Form::at_least;
  if (const auto row = far_row(value, up)) {
    facts.outliers[conditions::cell_text(column, *row)] = value[*row];
    // The range of the others: what is near the outlier is nobody's.
    long double& end = up ? facts.greatest : facts.least;
    end = up ? facts.least : facts.greatest;
    for (const long double each : value)
      if (each != value[*row]) end = up ? std::fmax(end, each) : std::fmin(end, each);
  }
  const long double finest = finest_unit(derivation);
  if (finest <= 0) return facts;
  std::uint64_t common = 0;
  for (std::size_t row = 0; row < value.size(); ++row) {
    if (!facts.outliers.empty() && value[row] == facts.outliers.begin()->second) continue;
    const long double distance = (up ? value[row] - bound[row] : bound[row] - value[row]) / finest;
    if (distance > 0 && distance < k_most_units)
      common = std::gcd(common, static_cast<std::uint64_t>(std::round(distance)));
  }
  facts.unit = finest * static_cast<long double>(std::max<std::uint64_t>(common, 1));
  return facts;
}

// The greatest of the lower bounds or the least of the upper ones; NaN where all are missing.
Values RowRuleCodec::bounds(const Derivation& derivation, const std::vector<const Column*>& columns) const {
  Values found;
  for (const std::size_t from : derivation.from) {
    const Values each = values(from).read(*columns[from]);
    if (found.empty()) found.assign(each.size(), k_nan);
    for (std::size_t row = 0; row < each.size(); ++row) {
      const bool nearer = derivation.form == Form::at_least ? each[row] > found[row] : each[row] < found[row];
      if (std::isnan(found[row]) || nearer) found[row] = each[row];
    }
  }
  return found;
}

ReplacedColumns RowRuleCodec::replaced(const Table& table) const {
  ReplacedColumns found;
  for (const Derivation& derivation : rules_.derivations()) {
    if (derivation.form == Form::computed) {
      found[derivation.column] = marks(derivation, table);
    } else if (is_bounded(derivation)) {
      found[derivation.column] = distances(derivation, table);
    } else {
      conditions::JoinedCells joined = conditions::join_columns(table, derivation.from);
      const std::vector<const std::string*> nothing(table.rows());
      for (const std::size_t from : derivation.from)
        found[from] = text_column(metadata_.columns[from].name, nothing);
      found[derivation.column].cells = Categories{std::move(joined.codes), std::move(joined.texts)};
    }
  }
  return found;
}

Column RowRuleCodec::marks(const Derivation& derivation, const Table& table) const {
  const ColumnMetadata& metadata = metadata_.columns[derivation.column];
  auto missing = missing_cells(table.columns()[derivation.column], metadata.missing_texts);
  for (const std::size_t from : derivation.from) {
    const Values input = values(from).read(table.columns()[from]);
    for (std::size_t row = 0; row < input.size(); ++row)
      if (std::isnan(input[row])) missing[row] = nullptr;
  }
  return text_column(metadata.name, missing);
}

Column RowRuleCodec::distances(const Derivation& derivation, const Table& table) const {
  std::vector<const Column*> columns;
  for (const Column& each : table.columns()) columns.push_back(&each);
  const Values bound = bounds(derivation, columns);
  Values value = values(derivation.column).read(table.columns()[derivation.column]);
  const Facts& facts = facts_.at(derivation.column);
  const ColumnMetadata& metadata = metadata_.columns[derivation.column];
  auto missing = missing_cells(table.columns()[derivation.column], metadata.missing_texts);
  const bool up = derivation.form == Form::at_least;
  for (std::size_t row = 0; row < value.size(); ++row) {
    for (const auto& [text, outlier] : facts.outliers)
      if (value[row] == outlier) missing[row] = &text;
    const long double distance = up ? value[row] - bound[row] : bound[row] - value[row];
    // Rows that break the rule teach nothing of it.
    const bool teaches = distance >= 0 && missing[row] == nullptr;
    value[row] = teaches ? distance / (facts.unit > 0 ? facts.unit : 1) : k_nan;
  }
  fill_gaps(value);
  const ColumnMetadata& learnt = learnt_.columns[derivation.column];
  return CellValues(learnt).write(value, {}, missing);
}

void RowRuleCodec::restore(std::vector<Column>& columns) const {
  for (const Derivation& derivation : rules_.derivations()) {
    if (derivation.form == Form::combination)
      restore_combination(derivation, columns);
    else
      columns[derivation.column] =
          derivation.form == Form::computed ? computed(derivation, columns) : bounded(derivation, columns);
  }
}

Column RowRuleCodec::computed(const Derivation& derivation, const std::vector<Column>& columns) const {
  const Column& marks = columns[derivation.column];
  const Facts& facts = facts_.at(derivation.column);
  std::vector<Values> inputs;
  for (const std::size_t from : derivation.from) inputs.push_back(values(from).read(columns[from]));
  const conditions::RowExpression& expression = rules_.rules()[derivation.rule].expression;
  Values row_values(columns.size());
  Values found(marks.rows(), k_nan);
  for (std::size_t row = 0; row < found.size(); ++row) {
    bool known = true;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      row_values[derivation.from[i]] = inputs[i][row];
      known = known && !std::isnan(inputs[i][row]);
    }
    if (known) found[row] = expression.value(row_values, rules_.types());
  }
  return values(derivation.column).write(found, facts.spelling, missing_cells(marks, facts.own_missing));
}

Column RowRuleCodec::bounded(const Derivation& derivation, const std::vector<Column>& columns) const {
  const Column& learnt = columns[derivation.column];
  const Facts& facts = facts_.at(derivation.column);
  std::vector<const Column*> all;
  all.reserve(columns.size());
  for (const Column& each : columns) all.push_back(&each);
  const Values bound = bounds(derivation, all);
  std::vector<Values> each_bound;
  for (const std::size_t from : derivation.from) each_bound.push_back(values(from).read(columns[from]));
  const long double step = facts.unit > 0 ? facts.unit : 1;
  const long double direction = derivation.form == Form::at_least ? step : -step;
  long double last = facts.middle;
  Values found(learnt.rows());
  Values bounds_here(each_bound.size());
  std::vector<const std::string*> missing = missing_cells(learnt, {});
  for (std::size_t row = 0; row < found.size(); ++row) {
    if (!std::isnan(bound[row])) last = bound[row];
    const long double distance = learnt.dtype == Dtype::int64
                                     ? static_cast<long double>(learnt.integers()[row])
                                     : static_cast<long double>(learnt.reals()[row]);
    for (std::size_t i = 0; i < each_bound.size(); ++i) bounds_here[i] = each_bound[i][row];
    const auto outlier = missing[row] == nullptr ? facts.outliers.end() : facts.outliers.find(*missing[row]);
    if (outlier == facts.outliers.end()) {
      found[row] = inside(derivation, last + direction * distance, bounds_here);
    } else {
      missing[row] = nullptr;
      found[row] = kept(derivation, outlier->second, bounds_here);
    }
  }
  return values(derivation.column).write(found, facts.spelling, missing);
}

// A value that the column can hold, in the range that was seen if one there keeps the rule.
long double RowRuleCodec::inside(const Derivation& derivation, long double value,
                                 const Values& bounds) const {
  const CellValues& cells = values(derivation.column);
  const Facts& facts = facts_.at(derivation.column);
  if (metadata_.rules.keep_range) value = std::clamp(value, facts.least, facts.greatest);
  return kept(derivation, cells.nearest(value), bounds);
}

// The value, or the nearest that keeps the rule.
long double RowRuleCodec::kept(const Derivation& derivation, long double value, const Values& bounds) const {
  const CellValues& cells = values(derivation.column);
  const bool up = derivation.form == Form::at_least;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (std::isnan(bounds[i])) continue;
    const bool keeps = up ? value >= bounds[i] : value <= bounds[i];
    if (keeps && !(derivation.strict[i] && value == bounds[i])) continue;
    value = cells.nearest(bounds[i]);
    const bool meets = up ? value >= bounds[i] : value <= bounds[i];
    if (meets && !(derivation.strict[i] && value == bounds[i])) continue;
    value = up ? cells.above(bounds[i]) : cells.below(bounds[i]);
  }
  return value;
}

void RowRuleCodec::restore_combination(const Derivation& derivation, std::vector<Column>& columns) const {
  const Categories drawn = columns[derivation.column].categories();
  std::vector<std::vector<std::string>> cells(drawn.dictionary.size());
  for (const std::uint32_t code : drawn.codes)
    if (cells[code].empty()) cells[code] = conditions::split(drawn.dictionary[code]);
  for (std::size_t i = 0; i < derivation.from.size(); ++i) {
    const ColumnMetadata& metadata = metadata_.columns[derivation.from[i]];
    std::vector<std::uint32_t> codes;
    std::vector<std::string> texts;
    std::unordered_map<std::string_view, std::uint32_t> known;
    for (const std::uint32_t code : drawn.codes) {
      const std::string& text = cells[code][i];
      const auto [place, fresh] = known.try_emplace(text, static_cast<std::uint32_t>(texts.size()));
      if (fresh) texts.push_back(text);
      codes.push_back(place->second);
    }
    Column& column = columns[derivation.from[i]] =
        decode_categories(std::move(codes), std::move(texts), metadata);
    column.spaces_before = facts_.at(derivation.from[i]).spelling.spaces_before;
    column.spaces_after = facts_.at(derivation.from[i]).spelling.spaces_after;
  }
}

bool RowRuleCodec::makes(std::size_t column) const {
  const auto& derivations = rules_.derivations();
  return std::any_of(derivations.begin(), derivations.end(), [column](const Derivation& derivation) {
    return derivation.form != Form::combination && derivation.column == column;
  });
}

const Derivation* RowRuleCodec::combination_of(std::size_t column) const {
  const auto& derivations = rules_.derivations();
  const auto found =
      std::find_if(derivations.begin(), derivations.end(), [column](const Derivation& derivation) {
        return derivation.form == Form::combination &&
               std::find(derivation.from.begin(), derivation.from.end(), column) != derivation.from.end();
      });
  return found == derivations.end() ? nullptr : &*found;
}

void RowRuleCodec::add_to(std::size_t column, ColumnRecord& record) const {
  const auto found = facts_.find(column);
  if (found == facts_.end()) return;
  const Facts& facts = found->second;
  record.integers[k_spaces] = {facts.spelling.spaces_before, facts.spelling.spaces_after};
  if (combination_of(column) != nullptr) return;
  record.texts[k_spelling] = {facts.spelling.zone, facts.spelling.missing};
  record.texts[k_own_missing] = facts.own_missing;
  // Whole numbers that a double would blur are whole numbers here.
  if (metadata_.columns[column].dtype == Dtype::int64)
    record.integers[k_range] = {static_cast<std::int64_t>(facts.least),
                                static_cast<std::int64_t>(facts.greatest)};
  else
    record.numbers[k_range] = {static_cast<double>(facts.least), static_cast<double>(facts.greatest)};
  record.numbers[k_middle] = {static_cast<double>(facts.middle)};
  record.numbers[k_unit] = {static_cast<double>(facts.unit)};
  for (const auto& [text, value] : facts.outliers) {
    record.texts[k_outliers].push_back(text);
    record.numbers[k_outliers].push_back(static_cast<double>(value));
  }
}

RowRuleCodec::Facts RowRuleCodec::read_facts(std::size_t column, const ColumnRecord& record) const {
  constexpr std::int64_t k_most_spaces = 31;
  const std::string& name = metadata_.columns[column].name;
  Facts facts;
  const auto& spaces = record.need_integers(name, k_spaces);
  if (spaces.size() != 2 || std::any_of(spaces.begin(), spaces.end(), [](std::int64_t count) {
        return count < 0 || count > k_most_spaces;
      }))
    refuse(name, "has 'rule_spaces' that no number has");
  facts.spelling = {static_cast<std::uint8_t>(spaces[0]), static_cast<std::uint8_t>(spaces[1]), {}, {}};
  if (combination_of(column) != nullptr) return facts;
  const auto& spelling = record.need_texts(name, k_spelling);
  const auto& middle = record.need_numbers(name, k_middle);
  const auto& unit = record.need_numbers(name, k_unit);
  if (spelling.size() != 2 || middle.size() != 1 || unit.size() != 1 || !(unit[0] >= 0))
    refuse(name, "has a 'rule_spelling', 'rule_middle' or 'rule_unit' of another shape");
  facts.unit = unit[0];
  read_outliers(name, record, facts.outliers);
  facts.spelling.zone = spelling[0];
  facts.spelling.missing = spelling[1];
  facts.own_missing = record.need_texts(name, k_own_missing);
  facts.middle = middle[0];
  Values range;
  if (metadata_.columns[column].dtype == Dtype::int64) {
    const auto& whole = record.need_integers(name, k_range);
    range.assign(whole.begin(), whole.end());
  } else {
    const auto& reals = record.need_numbers(name, k_range);
    range.assign(reals.begin(), reals.end());
  }
  if (range.size() != 2 || !(range[0] <= range[1])) refuse(name, "has a 'rule_range' without values");
  facts.least = range[0];
  facts.greatest = range[1];
  return facts;
}

}  // namespace ctgan::synth::codecs
