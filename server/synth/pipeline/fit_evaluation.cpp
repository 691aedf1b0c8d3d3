#include "server/synth/pipeline/fit_evaluation.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include "common/table/number_text.h"
#include "common/table_formats/csv_reader.h"
#include "server/synth/pipeline/declared_rows.h"
#include "server/synth/pipeline/sampled_csv.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::pipeline {
namespace {

constexpr std::size_t k_most_held_out = 10'000;
constexpr std::size_t k_fewest_held_out = 20;
constexpr std::size_t k_most_kept = 50'000;

// `count` of the numbers below `rows`, ascending, all choices equally likely (Knuth, volume 2, algorithm S).
std::vector<std::uint32_t> choose(std::size_t count, std::size_t rows, random::Stream& random) {
  std::vector<std::uint32_t> chosen;
  for (std::size_t row = 0; row < rows && chosen.size() < count; ++row) {
    const auto left = static_cast<std::uint32_t>(rows - row);
    if (random.next_below(left) < count - chosen.size()) chosen.push_back(static_cast<std::uint32_t>(row));
  }
  return chosen;
}

// Whole units, drawn in any order as long as they fit, until there are `count` rows; ascending.
std::vector<std::uint32_t> choose_units(std::size_t count, const table::Units& units,
                                        random::Stream& random) {
  std::vector<std::vector<std::uint32_t>> rows_of;
  for (std::size_t row = 0; row < units.rows.size(); ++row) {
    if (units.rows[row] >= rows_of.size()) rows_of.resize(units.rows[row] + std::size_t{1});
    rows_of[units.rows[row]].push_back(static_cast<std::uint32_t>(row));
  }
  std::vector<std::uint32_t> chosen;
  for (std::size_t left = rows_of.size(); left > 0 && chosen.size() < count; --left) {
    const std::uint32_t drawn = random.next_below(static_cast<std::uint32_t>(left));
    std::swap(rows_of[drawn], rows_of[left - 1]);
    const auto& rows = rows_of[left - 1];
    if (chosen.size() + rows.size() <= count) chosen.insert(chosen.end(), rows.begin(), rows.end());
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

// Cells whose category the model never gives, since too few rows have it, stand for it no longer.
class Protection {
 public:
  explicit Protection(const model::FittedModel& model) : model_(model) {}

  table::Table apply(const table::Table& table) const {
    if (model_.metadata().rules.min_category_count < 2) return table;
    std::vector<table::Column> columns = table.columns();
    for (std::size_t i = 0; i < columns.size(); ++i) protect(columns[i], allowed(i));
    return table::Table(std::move(columns));
  }

 private:
  static constexpr const char* k_protected = "(protected)";

  std::set<std::string> allowed(std::size_t column) const {
    std::set<std::string> texts;
    for (model::Category& category : model_.categories(column)) texts.insert(std::move(category.text));
    return texts;
  }

  // A column that is not discrete has no categories, and nothing to protect.
  static void protect(table::Column& column, const std::set<std::string>& allowed) {
    if (allowed.empty()) return;
    if (auto* texts = std::get_if<table::Categories>(&column.cells)) {
      for (std::string& text : texts->dictionary)
        if (!allowed.contains(text)) text = k_protected;
      return;
    }
    column.missing.resize(column.rows());
    column.missing_texts.emplace_back(k_protected);
    const auto mark = static_cast<std::uint8_t>(column.missing_texts.size());
    for (std::size_t row = 0; row < column.rows(); ++row)
      if (column.missing[row] == 0 && !allowed.contains(text_of(column, row))) column.missing[row] = mark;
  }

  static std::string text_of(const table::Column& column, std::size_t row) {
    std::string text;
    if (column.dtype == table::Dtype::int64) return std::to_string(column.integers()[row]);
    table::append_real(column.reals()[row], -1, text);
    return text;
  }

  const model::FittedModel& model_;
};

table::Table sampled(const model::FittedModel& model, std::uint64_t rows, std::uint64_t seed, bool by_domain,
                     threads::ThreadPool& pool) {
  const auto csv = sampled_csv(model, rows, seed, pool);
  if (by_domain)
    return as_declared(table_formats::read_texts(*csv, "the sample", {}).table, model.metadata());
  return table_formats::read_csv(*csv, "the sample");
}

}  // namespace

std::size_t held_out_rows(std::size_t rows, double share, std::size_t fewest_rows) {
  const auto wanted = static_cast<std::size_t>(share * static_cast<double>(rows));
  const std::size_t count = std::min(wanted, k_most_held_out);
  return count < k_fewest_held_out || rows - count < fewest_rows ? 0 : count;
}

FitEvaluation::FitEvaluation(table::Table& table, double share, std::size_t fewest_rows, std::uint64_t seed,
                             const table::Units& units)
    : seed_(seed), table_rows_(table.rows()) {
  random::Stream random(seed, random::StreamId::held_out);
  const std::size_t count = held_out_rows(table.rows(), share, fewest_rows);
  const auto rows =
      units.rows.empty() ? choose(count, table.rows(), random) : choose_units(count, units, random);
  if (rows.size() >= k_fewest_held_out) {
    unit_ = units.column;
    held_out_ = table.rows_at(rows);
    table = std::move(table).without_rows(rows);
  }
  trained_rows_ = table.rows();
  kept_ = table.rows_at(choose(std::min(table.rows(), k_most_kept), table.rows(), random));
}

FitEvaluation::FitEvaluation(const table::Table& trained, table::Table held_out, std::uint64_t seed,
                             std::string unit)
    : seed_(seed),
      table_rows_(trained.rows() + held_out.rows()),
      trained_rows_(trained.rows()),
      held_out_(std::move(held_out)),
      unit_(std::move(unit)) {
  random::Stream random(seed, random::StreamId::held_out);
  const std::size_t rows = held_out_.rows();
  held_out_ = held_out_.rows_at(choose(std::min(rows, k_most_held_out), rows, random));
  kept_ = trained.rows_at(choose(std::min(trained_rows_, k_most_kept), trained_rows_, random));
}

evaluate::Evaluation FitEvaluation::evaluate(const model::FittedModel& model,
                                             const std::optional<evaluate::Training>& training,
                                             evaluate::Options options,
                                             const std::optional<evaluate::PrivateModel>& of_private) const {
  threads::ThreadPool pool(0);
  const table::Table synthetic = sampled(model, kept_.rows(), seed_, of_private.has_value(), pool);
  const Protection protection(model);
  const auto shown = [&](const table::Table& rows) {
    return of_private ? as_declared(rows, model.metadata()) : protection.apply(rows);
  };
  const table::Table original = shown(kept_);
  const table::Table held_out = shown(held_out_);
  const bool has_trained = !of_private || of_private->rows == evaluate::PrivateModel::Rows::confidential;
  options.seed = seed_;
  return evaluate::evaluate({original, held_out.rows() > 1 ? &held_out : nullptr, synthetic, model.metadata(),
                             table_rows_, has_trained ? trained_rows_ : 0, training, of_private, unit_},
                            options, pool);
}

}  // namespace ctgan::synth::pipeline
