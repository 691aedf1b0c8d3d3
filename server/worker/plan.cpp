#include "server/worker/plan.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "common/errors/error.h"
#include "common/options/methods.h"
#include "common/protocol/message.h"
#include "common/table/declared_metadata.h"
#include "common/table/kind_traits.h"
#include "common/table/metadata.h"
#include "common/table_formats/file_request.h"
#include "common/threads/thread_pool.h"
#include "server/synth/catalog/catalog.h"
#include "server/synth/domains/table_domain.h"
#include "server/synth/evaluate/remedies.h"
#include "server/synth/evaluate/verdict_json.h"
#include "server/synth/pipeline/fit_evaluation.h"
#include "server/synth/random/random.h"

namespace ctgan::server::worker {
namespace {

using errors::Error;
using errors::Kind;
using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds k_measured{1000};
constexpr std::size_t k_most_columns = 20'000;
// A larger table is measured by a part of its columns and rows.
constexpr std::size_t k_measured_columns = 50;
constexpr std::uint64_t k_measured_rows = 5000;
// A normalizer finds no more Gaussian ones; atoms, which only the table shows, come beside them.
constexpr std::uint32_t k_most_modes = 10;
// Codes and values of a training table while it is read and encoded, measured on Adult.
constexpr std::uint64_t k_bytes_a_cell = 10;

// As many far bumps as there can be modes.
table::Column made_up_number(std::string name, std::size_t rows, synth::random::Stream& random) {
  table::Column column;
  column.name = std::move(name);
  column.dtype = table::Dtype::float64;
  std::vector<double> cells(rows);
  for (double& cell : cells) cell = 1000.0 * random.next_below(k_most_modes) + random.next_double();
  column.cells = std::move(cells);
  return column;
}

table::Column made_up_categories(std::string name, std::size_t rows, std::size_t categories) {
  table::Column column;
  column.name = std::move(name);
  table::Categories cells;
  for (std::size_t i = 0; i < categories; ++i) cells.dictionary.push_back(std::to_string(i));
  for (std::size_t row = 0; row < rows; ++row)
    cells.codes.push_back(static_cast<std::uint32_t>(row % categories));
  column.cells = std::move(cells);
  return column;
}

// What a row can take up at most: a number and its modes, or one place for each category.
std::size_t widest_row(const std::vector<std::size_t>& categories) {
  std::size_t width = 0;
  for (const std::size_t count : categories) width += count == 0 ? 1 + k_most_modes : count;
  return width;
}

// Each entry is the number of a column's categories, 0 for a column of numbers.
table::Table made_up_table(const std::vector<std::size_t>& categories, std::size_t rows) {
  synth::random::Stream random(1, synth::random::StreamId::rows);
  std::vector<table::Column> columns;
  for (const std::size_t count : categories) {
    const std::string name = "c" + std::to_string(columns.size());
    columns.push_back(count == 0 ? made_up_number(name, rows, random)
                                 : made_up_categories(name, rows, std::min(count, rows)));
  }
  return table::Table(std::move(columns));
}

std::vector<std::size_t> categories_in(const json& request) {
  const auto found = request.find("categories");
  if (found == request.end() || !found->is_array() || found->empty() || found->size() > k_most_columns)
    throw Error(Kind::protocol, "the field 'categories' must be a list of numbers, one a column");
  std::vector<std::size_t> categories;
  for (const json& count : *found) {
    if (!count.is_number_unsigned() || count > table::TableRules().max_categories)
      throw Error(Kind::protocol, "the field 'categories' must be a list of numbers, one a column");
    categories.push_back(count.get<std::size_t>());
  }
  return categories;
}

// "VmHWM:   12345 kB"
std::uint64_t peak_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) * 1024;
  }
  return 0;
}

// Lets a fit go on for about a second after the first thing that it counts, which holds the start-up, or to its
// end.
class Stopwatch final : public synth::model::Monitor {
 public:
  enum class Until : std::uint8_t { a_second, end };
  explicit Stopwatch(Until until) : until_(until) {}

  void report(const synth::model::Progress& progress) override {
    // A stage that counts nothing measures nothing.
    if (progress.total == 0 || (first_ && progress.stage != stage_)) return;
    last_ = Clock::now();
    done_ = progress.done;
    total_ = progress.total;
    if (first_) return;
    stage_ = progress.stage;
    first_ = last_;
    first_done_ = done_;
  }
  void check_stop() override {
    if (until_ == Until::a_second && first_ && Clock::now() - *first_ >= k_measured && done_ > first_done_)
      throw Error(Kind::job_cancelled, "enough was measured");
  }

  // Of one of what the fit counts; 0 where it counted less than two.
  double seconds_each() const {
    if (done_ == first_done_) return 0;
    return std::chrono::duration<double>(last_ - *first_).count() / static_cast<double>(done_ - first_done_);
  }
  // What the fit did not come to.
  double seconds_left() const { return seconds_each() * static_cast<double>(total_ - done_); }

 private:
  Until until_;
  std::string stage_;  // the first that was reported: what takes the time
  std::optional<Clock::time_point> first_;
  Clock::time_point last_;
  std::uint64_t first_done_ = 0, done_ = 0, total_ = 0;
};

// Seconds of one pass over `rows` rows.
double seconds_an_epoch(synth::model::Trainer& trainer, table::Table table, const table::Metadata& metadata) {
  Stopwatch stopwatch(Stopwatch::Until::a_second);
  threads::ThreadPool pool(0);
  try {
    trainer.fit(std::move(table), metadata, {pool, stopwatch});
  } catch (const Error& error) {
    if (error.kind() != Kind::job_cancelled) throw;
  }
  return stopwatch.seconds_each();
}

// How often the networks are adjusted, and what to do where that is too seldom.
void add_steps(const json& request, const synth::catalog::ModelRow& row, const options::Values& asked,
               std::uint64_t rows, json& plan) {
  const json share = request.value("held_out", json(0));
  const std::size_t held_out = synth::pipeline::held_out_rows(
      rows, share.is_number() ? share.get<double>() : 0, options::least_rows(row.method, asked));
  synth::evaluate::Training training;
  training.method = row.method.name;
  training.epochs = asked.integer("epochs");
  training.batch_size = asked.integer("batch_size");
  training.steps_an_epoch =
      row.steps_an_epoch(rows - held_out, static_cast<std::size_t>(training.batch_size));
  plan["steps_an_epoch"] = training.steps_an_epoch;
  plan["remedies"] = json::array();
  if (const auto remedy = synth::evaluate::too_few_steps(training, rows))
    plan["remedies"].push_back(synth::evaluate::to_json(*remedy));
}

// Spread over the table; all of them where there are few.
std::vector<std::size_t> some_columns(const std::vector<std::size_t>& categories) {
  if (categories.size() <= k_measured_columns) return categories;
  std::vector<std::size_t> some;
  for (std::size_t i = 0; i < k_measured_columns; ++i)
    some.push_back(categories[i * categories.size() / k_measured_columns]);
  return some;
}

table::Metadata as_told(const table::Table& table, const std::vector<std::size_t>& categories) {
  table::TableRequest told;
  for (std::size_t i = 0; i < categories.size(); ++i) {
    told.columns["c" + std::to_string(i)].kind =
        categories[i] == 0 ? table::ColumnKind::numerical : table::ColumnKind::categorical;
  }
  return table::infer_metadata(table, told);
}

double seconds_a_step(const synth::catalog::ModelRow& row, options::Values options,
                      const std::vector<std::size_t>& categories) {
  const auto batch = static_cast<std::uint64_t>(options.integer("batch_size"));
  // Categories beyond the rows would not be met.
  const std::size_t widest = *std::max_element(categories.begin(), categories.end());
  table::Table table = made_up_table(categories, std::max<std::size_t>(batch, widest));
  const double steps = static_cast<double>(std::max<std::uint64_t>(table.rows() / batch, 1));
  const table::Metadata metadata = as_told(table, categories);
  return seconds_an_epoch(*row.make_trainer(std::move(options)), std::move(table), metadata) / steps;
}

// What is asked for, and what of it is measured.
struct Question {
  const synth::catalog::ModelRow& row;
  json options;
  std::uint64_t rows;
  std::vector<std::size_t> categories;
  std::vector<std::size_t> measured;  // columns

  double wider() const {
    return static_cast<double>(widest_row(categories)) / static_cast<double>(widest_row(measured));
  }
};

// Of a method with epochs: a second of its steps, as often as there are steps.
json plan_epochs(const Question& question, const json& request) {
  const synth::catalog::ModelRow& row = question.row;
  const options::Values asked = options::check(row.method, question.options);
  const auto batch = static_cast<std::uint64_t>(asked.integer("batch_size"));
  const std::uint64_t unit = options::least_rows(row.method, asked);
  const std::uint64_t measured_batch =
      std::min(batch, std::max(k_measured_rows / unit, std::uint64_t{1}) * unit);
  json given = question.options;
  given.update({{"epochs", 1'000'000}, {"seed", 1}, {"batch_size", measured_batch}});
  const double larger = question.wider() * (static_cast<double>(batch) / static_cast<double>(measured_batch));
  const std::uint64_t before = peak_bytes();
  const double a_step = larger * seconds_a_step(row, options::check(row.method, given), question.measured);
  const double steps = static_cast<double>(std::max<std::uint64_t>(question.rows / batch, 1));
  const double training = larger * static_cast<double>(peak_bytes() - before);
  json plan{{"seconds_an_epoch", a_step * steps},
            {"seconds", a_step * steps * static_cast<double>(asked.integer("epochs"))},
            {"memory_bytes", before + static_cast<std::uint64_t>(training) +
                                 question.rows * question.categories.size() * k_bytes_a_cell}};
  add_steps(request, row, asked, question.rows, plan);
  return plan;
}

// Of a method without: a whole fit of fewer rows and columns. Each column is held against all others.
json plan_whole(const Question& question) {
  json given = question.options;
  given["seed"] = 1;
  const auto rows = static_cast<std::size_t>(std::min<std::uint64_t>(question.rows, 4 * k_measured_rows));
  table::Table table = made_up_table(question.measured, rows);
  const table::Metadata metadata = as_told(table, question.measured);
  Stopwatch stopwatch(Stopwatch::Until::end);
  threads::ThreadPool pool(0);
  const std::uint64_t before = peak_bytes();
  const auto start = Clock::now();
  question.row.make_trainer(options::check(question.row.method, given))
      ->fit(std::move(table), metadata, {pool, stopwatch});
  const double measured = std::chrono::duration<double>(Clock::now() - start).count();
  const double longer = static_cast<double>(question.rows) / static_cast<double>(rows);
  const double columns =
      static_cast<double>(question.categories.size()) / static_cast<double>(question.measured.size());
  const double working = longer * columns * static_cast<double>(peak_bytes() - before);
  return {{"seconds", measured * longer * columns * columns},
          {"memory_bytes", before + static_cast<std::uint64_t>(working) +
                               question.rows * question.categories.size() * k_bytes_a_cell}};
}

// Rows that the domain allows, each code as likely as any other.
table::Table made_up_rows(const synth::domains::TableDomain& domain, std::size_t rows) {
  synth::random::Stream random(1, synth::random::StreamId::rows);
  std::vector<table::Column> columns;
  for (const synth::domains::DomainColumn& made_up : domain.columns()) {
    table::Column column;
    column.name = made_up.metadata().name;
    table::Categories cells;
    const bool is_learnt = made_up.codes() > 1;
    for (std::uint32_t code = 0; is_learnt && code < made_up.codes(); ++code)
      cells.dictionary.push_back(made_up.text_of(code));
    if (!is_learnt) cells.dictionary.emplace_back();
    for (std::size_t row = 0; row < rows; ++row)
      cells.codes.push_back(random.next_below(static_cast<std::uint32_t>(cells.dictionary.size())));
    column.cells = std::move(cells);
    columns.push_back(std::move(column));
  }
  return table::Table(std::move(columns));
}

// The accountant's list with mechanisms that are alike as one, at the place of the first.
json accounting_of(const json& statement) {
  json stages = json::array();
  for (const json& one : statement.at("spent")) {
    const auto alike = std::find_if(stages.begin(), stages.end(), [&](const json& stage) {
      return stage.at("stage") == one.at("stage") && stage.at("mechanism") == one.at("mechanism") &&
             stage.at("scale") == one.at("scale");
    });
    if (alike != stages.end()) {
      (*alike)["times"] = alike->at("times").get<std::uint64_t>() + one.at("times").get<std::uint64_t>();
      continue;
    }
    stages.push_back({{"stage", one.at("stage")},
                      {"mechanism", one.at("mechanism")},
                      {"times", one.at("times")},
                      {"scale", one.at("scale")},
                      {"cost", one.at("cost")}});
    if (one.contains("rate")) stages.back()["rate"] = one.at("rate");
  }
  return stages;
}

// Something for what is to be found, so that rows can be made up.
table::Metadata with_stand_ins(table::Metadata metadata) {
  constexpr std::int64_t k_steps = 1000;
  constexpr std::uint64_t k_categories = 20;
  for (table::ColumnMetadata& column : metadata.columns) {
    table::ColumnDomain& domain = *column.domain;
    if (domain.paid.empty()) continue;
    domain.paid.clear();
    if (table::traits_of(column.kind).is_discrete()) {
      for (std::uint64_t i = 0; i < std::min(k_categories, domain.most_categories); ++i)
        domain.categories.push_back(std::to_string(i));
    } else {
      const synth::domains::ValueSteps steps(column);
      const std::int64_t least = std::max<std::int64_t>(steps.least(), 0);
      if (domain.least.empty())
        domain.least = steps.text(domain.most.empty() ? least : *steps.read(domain.most) - k_steps);
      if (domain.most.empty()) domain.most = steps.text(*steps.read(domain.least) + k_steps);
    }
    table::settle_domain(column);
  }
  return metadata;
}

// Enough to time one; the generator's come once in several.
constexpr std::uint64_t k_rehearsed_steps = 11;

// Rows to rehearse with. Where the share of rows in a step decides what it costs, there must be as many as in earnest.
std::uint64_t rehearsed_rows(const options::Method& method, std::uint64_t rows) {
  return method.counts_by_renyi ? rows : std::min<std::uint64_t>(rows, 4 * k_measured_rows);
}

// Of a private method: a whole fit of rows that are made up in the declared domains, or the beginning of one that takes
// many steps. What it spends is what a fit of the real ones will; nothing is spent of anybody's budget.
json plan_private(const synth::catalog::ModelRow& row, const json& request) {
  table_formats::FileRequest wanted =
      table_formats::file_request_from_json(request.value("table", json::object()));
  wanted.domain_leaks = {"all"};
  std::vector<std::string> names;
  for (const auto& [name, column] : wanted.columns) names.push_back(name);
  const table::Metadata metadata = table::declared_metadata(names, wanted);
  const std::uint64_t rows = std::max<std::uint64_t>(protocol::count_field(request, "rows"), 1);
  const std::uint64_t measured = rehearsed_rows(row.method, rows);
  table::Table table =
      made_up_rows(synth::domains::TableDomain(with_stand_ins(metadata)), static_cast<std::size_t>(measured));
  Stopwatch stopwatch(Stopwatch::Until::end);
  threads::ThreadPool pool(0);
  const auto start = Clock::now();
  const auto model = row.make_trainer(options::check(row.method, request.value("options", json::object())))
                         ->fit(std::move(table), metadata, {pool, stopwatch, nullptr, k_rehearsed_steps});
  const json statement = json::parse(model->save().entry("privacy"));
  json plan{
      {"seconds", std::chrono::duration<double>(Clock::now() - start).count() + stopwatch.seconds_left()},
      {"memory_bytes", peak_bytes() + (rows - measured) * names.size() * k_bytes_a_cell},
      {"accounting", accounting_of(statement)},
      {"width", names.size()}};
  for (const char* key : {"epsilon", "delta", "composition", "rho", "unit", "rows_per_unit"})
    if (statement.contains(key)) plan[key] = statement.at(key);
  return plan;
}

}  // namespace

json plan_fit(const json& request) {
  const synth::catalog::ModelRow& row = synth::catalog::find(protocol::text_field(request, "method"));
  if (row.method.is_private) return plan_private(row, request);
  Question question{.row = row,
                    .options = request.value("options", json::object()),
                    .rows = std::max<std::uint64_t>(protocol::count_field(request, "rows"), 1),
                    .categories = categories_in(request),
                    .measured = {}};
  question.measured = some_columns(question.categories);
  json plan = question.row.steps_an_epoch == nullptr ? plan_whole(question) : plan_epochs(question, request);
  plan["width"] = widest_row(question.categories);
  return plan;
}

}  // namespace ctgan::server::worker
