#include "common/conditions/row_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "common/conditions/cell_values.h"
#include "common/errors/error.h"
#include "common/table/kind_traits.h"

namespace ctgan::conditions {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::size_t k_most_rules = 1000;

bool strict(Comparison comparison) {
  return comparison == Comparison::less || comparison == Comparison::greater;
}

}  // namespace

// Puts rules together, one after the other.
class RowRules::Builder {
 public:
  Builder(RowRules& out, const table::Metadata& metadata)
      : out_(out), metadata_(metadata), names_(metadata.names()), made_(names_.size()) {
    for (const table::ColumnMetadata& column : metadata.columns)
      out.types_.push_back(CellValues::suits(column) ? CellValues(column).type() : ValueType::number);
  }

  void build(const std::vector<std::string>& texts) {
    if (texts.size() > k_most_rules)
      throw Error(Kind::usage,
                  fmt::format("there are {} rules, and at most {} can be kept", texts.size(), k_most_rules));
    for (const std::string& text : texts) out_.rules_.push_back(parse_rule(text, names_));
    for (const RowRule& rule : out_.rules_)
      if (rule.form == RowRule::Form::combination) add_combination(rule);
    for (std::size_t i = 0; i < out_.rules_.size(); ++i)
      if (out_.rules_[i].form == RowRule::Form::equation) add_equation(i);
    for (const RowRule& rule : out_.rules_)
      if (rule.form == RowRule::Form::order) add_order(rule);
    sort();
  }

 private:
  [[noreturn]] void refuse(const RowRule& rule, const std::string& why, std::string hint = {}) const {
    throw Error(Kind::bad_data, fmt::format("the rule {} {}", errors::quoted(rule.text), why),
                std::move(hint));
  }

  void require_values(const RowRule& rule, std::size_t column) const {
    const table::ColumnMetadata& metadata = metadata_.columns[column];
    if (CellValues::suits(metadata)) return;
    if (can_be_made(column))
      refuse(rule,
             fmt::format("computes with column {}, whose numbers or dates are not written plainly",
                         errors::quoted(metadata.name)),
             "rules compute with numbers such as 1234.5 and dates such as 2024-01-31");
    refuse(rule,
           fmt::format("computes with column {}, which is {}", errors::quoted(metadata.name),
                       table::kind_name(metadata.kind)),
           metadata.kind == table::ColumnKind::id
               ? fmt::format("identifiers are made anew; '--continuous {}' learns its numbers", metadata.name)
               : "rules compute with numbers and dates");
  }

  // What a rule makes must come out as a number or date again.
  bool can_be_made(std::size_t column) const {
    return table::traits_of(metadata_.columns[column].kind).is_number();
  }

  void add_combination(const RowRule& rule) {
    std::set<std::size_t> all(rule.columns.begin(), rule.columns.end());
    for (const std::size_t column : rule.columns) {
      if (!table::traits_of(metadata_.columns[column].kind).keeps_values())
        refuse(rule,
               fmt::format("keeps combinations of column {}, which is {}", errors::quoted(names_[column]),
                           table::kind_name(metadata_.columns[column].kind)),
               fmt::format("make its values categories with '--discrete {}'", names_[column]));
      if (made_[column]) all.insert(made_[column]->from.begin(), made_[column]->from.end());
    }
    Derivation merged{Derivation::Form::combination, *all.begin(), {all.begin(), all.end()}, {}, 0};
    for (const std::size_t column : all) made_[column] = merged;
  }

  void add_equation(std::size_t place) {
    const RowRule& rule = out_.rules_[place];
    const std::size_t target = rule.columns.front();
    require_values(rule, target);
    for (const std::size_t column : rule.expression.columns()) require_values(rule, column);
    if (!can_be_made(target))
      refuse(rule,
             fmt::format("computes column {}, which is {}", errors::quoted(names_[target]),
                         table::kind_name(metadata_.columns[target].kind)),
             "only columns of numbers and dates are computed");
    if (made_[target])
      refuse(rule, fmt::format("makes column {}, which another rule makes already",
                               errors::quoted(names_[target])));
    const ValueType type = rule.expression.type(out_.types_, rule.text);
    if (type != out_.types_[target])
      refuse(rule, fmt::format("gives column {} {}, but it holds {}s", errors::quoted(names_[target]),
                               value_type_name(type), value_type_name(out_.types_[target]).substr(2)));
    const std::vector<std::size_t>& from = rule.expression.columns();
    for (const std::size_t column : from)
      if (follows(column, target))
        refuse(rule,
               fmt::format("goes round in a circle: column {} follows from {} itself",
                           errors::quoted(names_[column]), errors::quoted(names_[target])),
               "leave one of the rules out");
    made_[target] = Derivation{Derivation::Form::computed, target, from, {}, place};
  }

  void add_order(const RowRule& rule) {
    for (const std::size_t column : rule.columns) require_values(rule, column);
    for (std::size_t i = 0; i < rule.comparisons.size(); ++i) {
      std::size_t low = rule.columns[i];
      std::size_t high = rule.columns[i + 1];
      const bool ascends =
          rule.comparisons[i] == Comparison::less || rule.comparisons[i] == Comparison::less_equal;
      if (!ascends) std::swap(low, high);
      if (out_.types_[low] != out_.types_[high])
        refuse(rule, fmt::format("compares {} with {}", value_type_name(out_.types_[low]),
                                 value_type_name(out_.types_[high])));
      add_bound(rule, low, high, strict(rule.comparisons[i]));
    }
  }

  // The greater follows the less where it can, so that a chain grows from its beginning.
  void add_bound(const RowRule& rule, std::size_t low, std::size_t high, bool strictly) {
    if (bind(high, low, Derivation::Form::at_least, strictly)) return;
    if (bind(low, high, Derivation::Form::at_most, strictly)) return;
    refuse(rule,
           fmt::format("cannot be kept: neither {} nor {} is free to follow the other",
                       errors::quoted(names_[low]), errors::quoted(names_[high])),
           "other rules make both, and may imply it already: leave it out, or one of them");
  }

  bool bind(std::size_t column, std::size_t bound, Derivation::Form form, bool strictly) {
    if (!can_be_made(column) || follows(bound, column)) return false;
    if (!made_[column]) made_[column] = Derivation{form, column, {}, {}, 0};
    Derivation& made = *made_[column];
    if (made.form != form) return false;
    made.from.push_back(bound);
    made.strict.push_back(strictly);
    return true;
  }

  // Whether `column` is made from `origin`, or is it.
  bool follows(std::size_t column, std::size_t origin) const {
    std::vector<bool> seen(names_.size());
    std::vector<std::size_t> open{column};
    while (!open.empty()) {
      const std::size_t next = open.back();
      open.pop_back();
      if (next == origin) return true;
      if (seen[next] || !made_[next] || made_[next]->form == Derivation::Form::combination) continue;
      seen[next] = true;
      open.insert(open.end(), made_[next]->from.begin(), made_[next]->from.end());
    }
    return false;
  }

  // No circle is left: every derivation was added without one.
  void sort() {
    std::vector<bool> done(names_.size());
    for (std::size_t column = 0; column < names_.size(); ++column) place(column, done);
  }

  void place(std::size_t column, std::vector<bool>& done) {
    if (done[column]) return;
    done[column] = true;
    if (!made_[column]) return;
    if (made_[column]->column != column) return place(made_[column]->column, done);
    if (made_[column]->form != Derivation::Form::combination)
      for (const std::size_t from : made_[column]->from) place(from, done);
    out_.derivations_.push_back(*made_[column]);
  }

  RowRules& out_;
  const table::Metadata& metadata_;
  std::vector<std::string> names_;
  std::vector<std::optional<Derivation>> made_;  // by column
};

RowRules::RowRules(const std::vector<std::string>& texts, const table::Metadata& metadata) {
  Builder(*this, metadata).build(texts);
}

}  // namespace ctgan::conditions
