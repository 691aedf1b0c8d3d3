#include "server/synth/sampling/sample_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <utility>

#include "common/conditions/row_quota.h"
#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/table/kind_traits.h"

namespace ctgan::synth::sampling {
namespace {

using conditions::BoundCondition;
using conditions::ColumnDomain;
using conditions::RowCondition;
using conditions::SampleTerms;
using errors::Error;
using errors::Kind;

// Cells that rows must have, and how many training rows had them where it is one category; else more than any.
struct Requirement {
  model::GivenCells cells;
  std::uint64_t rows = std::numeric_limits<std::uint64_t>::max();
};

// A discrete column: what conditions see of it, and the training rows with each of its categories.
struct Discrete {
  ColumnDomain domain;
  std::vector<std::uint64_t> rows;
};

// One plan, term by term.
class Planner {
 public:
  Planner(const SampleTerms& terms, std::uint64_t rows, const model::FittedModel& model,
          const KeptCombinations& kept)
      : terms_(terms), rows_(rows), model_(model), kept_(kept) {
    for (const auto& column : model.metadata().columns) names_.push_back(column.name);
  }

  SamplePlan plan() {
    check_terms(terms_);
    for (const std::string& text : terms_.where) add_condition(conditions::parse_condition(text, names_));
    for (const std::string& text : terms_.constraints)
      add_constraint(conditions::parse_constraint(text, names_));
    required_ = requirements();
    SamplePlan plan;
    for (const BoundCondition& condition : conditions_) plan.understood.push_back(condition.understood());
    for (const std::string& name : terms_.unique)
      if (const std::size_t column = column_named(name); !is_id(column)) plan.unique.push_back(column);
    if (!terms_.balance.empty())
      plan.shares = balanced_shares();
    else if (!terms_.quota.empty())
      plan.shares = quota_shares();
    else
      plan.shares = {{rows_, filter_, rarest_first(required_)}};
    return plan;
  }

 private:
  std::size_t column_named(const std::string& name) const {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
    throw Error(Kind::usage, fmt::format("the model has no column {}", errors::quoted(name)),
                errors::suggestion(name, names_));
  }

  bool is_id(std::size_t column) const {
    return table::traits_of(model_.metadata().columns[column].kind).made_anew;
  }

  void refuse_id(std::size_t column, const std::string& term) const {
    if (!is_id(column)) return;
    throw Error(
        Kind::usage,
        fmt::format("{} cannot hold: the identifiers in column {} are made anew for the rows that come",
                    errors::quoted(term), errors::quoted(names_[column])));
  }

  // Without its categories.
  ColumnDomain domain(std::size_t position) const {
    return conditions::domain_of(model_.metadata().columns[position]);
  }

  Discrete column_of(std::size_t position) const {
    Discrete column{domain(position), {}};
    for (model::Category& category : model_.categories(position)) {
      column.domain.categories.push_back(std::move(category.text));
      column.rows.push_back(category.rows);
    }
    return column;
  }

  void add_condition(const RowCondition& condition) {
    refuse_id(condition.column, condition.text);
    const Discrete column = column_of(condition.column);
    BoundCondition bound(condition, column.domain);
    conditions_.push_back(bound);
    filter_.add(std::move(bound));
  }

  void add_constraint(conditions::RowConstraint constraint) {
    for (const std::size_t column : constraint.columns) refuse_id(column, constraint.text);
    if (constraint.comparison) {
      ColumnDomain left = domain(constraint.columns[0]);
      ColumnDomain right = domain(constraint.columns[1]);
      return filter_.add(
          conditions::BoundComparison(std::move(constraint), std::move(left), std::move(right)));
    }
    auto test = std::make_shared<const CombinationTest>(kept_, constraint.columns, names_);
    filter_.add(constraint.text, std::move(test));
  }

  // Of each column that conditions are on, in the order of the first of them.
  std::vector<Requirement> requirements() const {
    std::vector<Requirement> found;
    for (const BoundCondition& condition : conditions_) {
      const std::size_t column = condition.column();
      const bool had = std::any_of(found.begin(), found.end(),
                                   [column](const Requirement& r) { return r.cells.column == column; });
      if (had) continue;
      if (auto requirement = required_of(column)) found.push_back(std::move(*requirement));
    }
    return found;
  }

  // Nothing where no condition says more than the filter can.
  std::optional<Requirement> required_of(std::size_t position) const {
    const Discrete column = column_of(position);
    if (column.domain.categories.empty()) return required_values(position);
    Requirement required{{.column = position, .categories = {}}};
    for (std::size_t category = 0; category < column.domain.categories.size(); ++category)
      if (is_admitted(position, column.domain.categories[category]))
        required.cells.categories.push_back(category);
    const std::size_t admitted = required.cells.categories.size();
    if (admitted == 0 || admitted == column.domain.categories.size()) return std::nullopt;
    if (const auto one = required.cells.one_category()) required.rows = column.rows[*one];
    return required;
  }

  std::optional<Requirement> required_values(std::size_t position) const {
    const BoundCondition *least = nullptr, *most = nullptr;
    for (const BoundCondition& condition : conditions_) {
      if (condition.column() != position || !condition.bound()) continue;
      if (condition.bounds_below() && (least == nullptr || *condition.bound() > *least->bound()))
        least = &condition;
      if (condition.bounds_above() && (most == nullptr || *condition.bound() < *most->bound()))
        most = &condition;
    }
    if (least == nullptr && most == nullptr) return std::nullopt;
    Requirement required{{.column = position, .categories = {}}};
    if (least != nullptr) required.cells.least = least->value();
    if (most != nullptr) required.cells.most = most->value();
    return required;
  }

  bool is_admitted(std::size_t column, const std::string& text) const {
    return std::all_of(conditions_.begin(), conditions_.end(), [&](const BoundCondition& condition) {
      return condition.column() != column || condition.admits(text);
    });
  }

  static std::vector<model::GivenCells> rarest_first(std::vector<Requirement> requirements) {
    std::stable_sort(requirements.begin(), requirements.end(),
                     [](const Requirement& a, const Requirement& b) { return a.rows < b.rows; });
    std::vector<model::GivenCells> given;
    for (Requirement& requirement : requirements) given.push_back(std::move(requirement.cells));
    return given;
  }

  // The rows that have one category; none when a condition excludes it.
  std::optional<SamplePlan::Share> share_of(const Discrete& column, std::size_t position,
                                            std::size_t category, std::uint64_t rows) const {
    const std::string& text = column.domain.categories[category];
    if (!is_admitted(position, text)) return std::nullopt;
    const RowCondition condition{fmt::format("{}={}", column.domain.name, text), position,
                                 conditions::Comparison::equal, text};
    SamplePlan::Share share{rows, filter_, {}};
    share.filter.add(BoundCondition(condition, column.domain));
    std::vector<Requirement> required = required_;
    std::erase_if(required, [position](const Requirement& r) { return r.cells.column == position; });
    required.push_back({{.column = position, .categories = {category}}, column.rows[category]});
    share.given = rarest_first(std::move(required));
    return share;
  }

  std::vector<SamplePlan::Share> balanced_shares() const {
    const std::size_t position = column_named(terms_.balance);
    const Discrete column = column_of(position);
    require_categories(column.domain);
    std::vector<SamplePlan::Share> shares;
    for (std::size_t category = 0; category < column.rows.size(); ++category)
      if (auto share = share_of(column, position, category, 0)) shares.push_back(std::move(*share));
    if (shares.empty())
      throw Error(Kind::usage, fmt::format("the conditions leave no category of {} to balance",
                                           errors::quoted(column.domain.name)));
    if (rows_ < shares.size())
      throw Error(Kind::usage,
                  fmt::format("{} rows cannot be balanced over the {} categories of {}", rows_, shares.size(),
                              errors::quoted(column.domain.name)),
                  "ask for more rows, or leave categories out with '--where COLUMN!=CATEGORY'");
    for (std::size_t i = 0; i < shares.size(); ++i)
      shares[i].rows = rows_ / shares.size() + (i < rows_ % shares.size() ? 1 : 0);
    return shares;
  }

  std::vector<SamplePlan::Share> quota_shares() const {
    const conditions::RowQuota quota = conditions::parse_quota(terms_.quota, names_);
    const Discrete column = column_of(quota.column);
    require_categories(column.domain);
    if (const std::uint64_t sum = conditions::quota_rows(terms_.quota); sum != rows_)
      throw Error(Kind::usage,
                  fmt::format("the quota {} has {} rows, but {} are asked for", errors::quoted(terms_.quota),
                              sum, rows_),
                  "leave out '-n', or make the two agree");
    std::vector<SamplePlan::Share> shares;
    std::set<std::size_t> named;
    for (const auto& entry : quota.entries) {
      const std::size_t category = conditions::find_category(column.domain, entry.category);
      if (!named.insert(category).second)
        throw Error(Kind::usage, fmt::format("the quota {} names the category {} twice",
                                             errors::quoted(terms_.quota), errors::quoted(entry.category)));
      auto share = share_of(column, quota.column, category, entry.rows);
      if (!share)
        throw Error(Kind::usage, fmt::format("a condition excludes the category {} that the quota asks for",
                                             errors::quoted(entry.category)));
      shares.push_back(std::move(*share));
    }
    return shares;
  }

  static void require_categories(const ColumnDomain& column) {
    if (!column.categories.empty()) return;
    throw Error(Kind::usage,
                fmt::format("column {} has no categories to share rows among", errors::quoted(column.name)),
                "a balance or quota needs a discrete column");
  }

  const SampleTerms& terms_;
  std::uint64_t rows_;
  const model::FittedModel& model_;
  const KeptCombinations& kept_;
  std::vector<std::string> names_;
  std::vector<BoundCondition> conditions_;
  std::vector<Requirement> required_;
  RowFilter filter_;
};

}  // namespace

SamplePlan plan_sample(const SampleTerms& terms, std::uint64_t rows, const model::FittedModel& model,
                       const KeptCombinations& kept) {
  return Planner(terms, rows, model, kept).plan();
}

}  // namespace ctgan::synth::sampling
