#include "server/synth/sampling/conditional_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "common/conditions/joined_cells.h"
#include "common/errors/error.h"
#include "common/table/row_gather.h"
#include "common/threads/in_order.h"
#include "server/synth/random/random.h"

namespace ctgan::synth::sampling {
namespace {

using errors::Error;
using errors::Kind;
using table::RowPlace;
using table::Table;

// The bounds that the header names.
constexpr std::uint64_t k_least_candidates = 2'000'000;
constexpr double k_candidates_a_row = 1000;
// Between two looks at the rate, for one share.
constexpr std::uint64_t k_most_blocks = 64;
constexpr std::uint64_t k_first_blocks = 8;
// Of candidates without a condition, for the estimate of a share that gave up.
constexpr std::size_t k_estimate_blocks = 128;
constexpr std::size_t k_window_pieces = 16;

// A few megabytes of cells.
std::size_t rows_a_piece(std::size_t columns) {
  constexpr std::size_t k_cells = std::size_t{1} << 18;
  return std::clamp<std::size_t>(k_cells / std::max<std::size_t>(columns, 1), 64, 2048);
}

Table chosen(const Table& table, const std::vector<std::uint32_t>& rows) {
  std::vector<RowPlace> places;
  places.reserve(rows.size());
  for (const std::uint32_t row : rows) places.push_back({0, row});
  const Table* const from = &table;
  return table::gather({&from, 1}, places);
}

std::vector<std::vector<model::GivenCells>> given_cells(const SamplePlan& plan) {
  std::vector<std::vector<model::GivenCells>> given;
  for (const SamplePlan::Share& share : plan.shares) given.push_back(share.given);
  return given;
}

class Window final : public model::SampledBlocks {
 public:
  // Of the rows from `first` on.
  Window(const model::FittedModel& model, std::uint64_t seed, std::uint64_t first, std::size_t piece_rows)
      : model_(model), seed_(seed), first_(first), piece_rows_(piece_rows) {}

  // The table's place for add_row.
  std::uint32_t add(std::shared_ptr<const Table> table) {
    tables_.push_back(table.get());
    owners_.push_back(std::move(table));
    return static_cast<std::uint32_t>(tables_.size() - 1);
  }
  void add_row(RowPlace place) { rows_.push_back(place); }

  std::size_t count() const override { return (rows_.size() + piece_rows_ - 1) / piece_rows_; }
  Table make(std::size_t block) const override {
    const std::size_t first = block * piece_rows_;
    const std::size_t count = std::min(piece_rows_, rows_.size() - first);
    return model_.number_rows(table::gather(tables_, std::span(rows_).subspan(first, count)), seed_,
                              first_ + first);
  }

 private:
  const model::FittedModel& model_;
  std::uint64_t seed_;
  std::uint64_t first_;
  std::size_t piece_rows_;
  std::vector<std::shared_ptr<const Table>> owners_;
  std::vector<const Table*> tables_;
  std::vector<RowPlace> rows_;
};

}  // namespace

struct ConditionalRows::Share {
  std::size_t number = 0;
  std::uint64_t needed = 0;     // rows of the window under way
  std::uint64_t available = 0;  // rows that wait
  std::uint64_t blocks = 0;     // of candidates, drawn or under way
  std::uint64_t drawn = 0;
  std::uint64_t found = 0;
  std::uint64_t repeated = 0;  // passed the filter, but with a value that had come
  std::deque<std::shared_ptr<const Table>> waiting;
  std::size_t used = 0;  // rows of the first that waits
};

struct ConditionalRows::Candidates {
  std::size_t share = 0;
  std::uint64_t drawn = 0;
  Table accepted;
};

// Which share the next row is of: drawn in proportion to the rows that each has left. A Fenwick tree of
// these, so that a row costs the logarithm of the number of shares.
class ConditionalRows::Order {
 public:
  Order(const std::vector<SamplePlan::Share>& shares, std::uint64_t seed)
      : random_(seed, random::StreamId::quota_order), sums_(shares.size() + 1) {
    for (std::size_t i = 0; i < shares.size(); ++i) add(i, static_cast<std::int64_t>(shares[i].rows));
  }

  // REQUIRES: a row is left.
  std::size_t draw() {
    const double uniform = random_.next_double() * static_cast<double>(left_);
    std::int64_t point = std::min(static_cast<std::int64_t>(uniform), left_ - 1);
    std::size_t share = 0;
    for (std::size_t step = std::bit_floor(sums_.size() - 1); step > 0; step /= 2) {
      if (share + step >= sums_.size() || sums_[share + step] > point) continue;
      share += step;
      point -= sums_[share];
    }
    add(share, -1);
    return share;
  }

 private:
  void add(std::size_t share, std::int64_t rows) {
    left_ += rows;
    for (std::size_t i = share + 1; i < sums_.size(); i += i & (~i + 1)) sums_[i] += rows;
  }

  random::Stream random_;
  std::vector<std::int64_t> sums_;
  std::int64_t left_ = 0;
};

ConditionalRows::ConditionalRows(const model::FittedModel& model, SamplePlan plan, std::uint64_t seed,
                                 threads::ThreadPool& pool, DrawnObserver observer)
    : plan_(std::move(plan)),
      pool_(pool),
      observer_(std::move(observer)),
      model_(model),
      seed_(seed),
      candidates_(model.candidates(given_cells(plan_), seed)),
      shares_(plan_.shares.size()),
      order_(std::make_unique<Order>(plan_.shares, seed)),
      seen_(plan_.unique.size()),
      piece_rows_(rows_a_piece(model.metadata().columns.size())) {
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    shares_[i].number = i;
    total_ += plan_.shares[i].rows;
  }
  for (const auto& column : model.metadata().columns) {
    names_.push_back(column.name);
    missing_texts_.push_back(column.missing_texts);
  }
}

ConditionalRows::~ConditionalRows() = default;

std::unique_ptr<model::SampledBlocks> ConditionalRows::next() {
  const std::uint64_t rows = std::min<std::uint64_t>(k_window_pieces * piece_rows_, total_ - emitted_);
  if (rows == 0) return nullptr;
  std::vector<std::uint32_t> order(rows);
  for (std::uint32_t& share : order) {
    share = static_cast<std::uint32_t>(order_->draw());
    ++shares_[share].needed;
  }
  fetch();
  observer_(emitted_ + rows, drawn_);
  auto window = std::make_unique<Window>(model_, seed_, emitted_, piece_rows_);
  std::vector<std::optional<std::uint32_t>> tables(shares_.size());  // of each share's first that waits
  for (const std::uint32_t number : order) {
    Share& share = shares_[number];
    if (!tables[number]) tables[number] = window->add(share.waiting.front());
    window->add_row({*tables[number], static_cast<std::uint32_t>(share.used++)});
    if (share.used < share.waiting.front()->rows()) continue;
    share.waiting.pop_front();
    share.used = 0;
    tables[number].reset();
  }
  for (Share& share : shares_) share.available -= std::exchange(share.needed, 0);
  emitted_ += rows;
  return window;
}

// Until every share has the rows that it needs. How many blocks a round has depends on what the earlier ones
// gave, never on the threads.
void ConditionalRows::fetch() {
  for (;;) {
    std::vector<std::pair<std::size_t, std::uint64_t>> round;
    for (Share& share : shares_) {
      const std::uint64_t wanted = share.available < share.needed ? blocks_wanted(share) : 0;
      for (std::uint64_t i = 0; i < wanted; ++i) round.emplace_back(share.number, share.blocks++);
    }
    if (round.empty()) return;
    threads::run_in_order(
        pool_, round.size(), [&](std::size_t i) { return draw(round[i].first, round[i].second); },
        [&](Candidates candidates) { take(std::move(candidates)); });
    for (const Share& share : shares_)
      if (share.available < share.needed) check_bounds(share);
  }
}

// No two shares have a block in common, so that no two rows come from the same random numbers.
ConditionalRows::Candidates ConditionalRows::draw(std::size_t number, std::uint64_t block) const {
  const SamplePlan::Share& share = plan_.shares[number];
  const std::size_t position = block * shares_.size() + number;
  Table table = candidates_->make(number, position);
  const std::size_t drawn = table.rows();
  const std::vector<std::uint32_t> rows = share.filter.accepted(table);
  return {number, drawn, rows.size() < drawn ? chosen(table, rows) : std::move(table)};
}

void ConditionalRows::take(Candidates candidates) {
  Share& share = shares_[candidates.share];
  const std::size_t passed = candidates.accepted.rows();
  Table rows = seen_.empty() ? std::move(candidates.accepted) : fresh_rows(std::move(candidates.accepted));
  share.drawn += candidates.drawn;
  share.found += rows.rows();
  share.repeated += passed - rows.rows();
  share.available += rows.rows();
  drawn_ += candidates.drawn;
  if (rows.rows() > 0) share.waiting.push_back(std::make_shared<const Table>(std::move(rows)));
  std::uint64_t found = emitted_;
  for (const Share& each : shares_) found += std::min(each.available, each.needed);
  observer_(found, drawn_);
}

// A hash that two values share costs a row that could have come, never a value that comes twice.
Table ConditionalRows::fresh_rows(Table found) {
  std::vector<std::uint32_t> fresh;
  std::vector<std::uint64_t> hashes(seen_.size());
  for (std::size_t row = 0; row < found.rows(); ++row) {
    bool is_fresh = true;
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      const std::string text = conditions::cell_text(found.columns()[plan_.unique[i]], row);
      const auto& missing = missing_texts_[plan_.unique[i]];
      hashes[i] = std::hash<std::string>()(text);
      const bool is_missing =
          text.empty() || std::find(missing.begin(), missing.end(), text) != missing.end();
      is_fresh = is_fresh && (is_missing || !seen_[i].contains(hashes[i]));
    }
    if (!is_fresh) continue;
    for (std::size_t i = 0; i < seen_.size(); ++i) seen_[i].insert(hashes[i]);
    fresh.push_back(static_cast<std::uint32_t>(row));
  }
  return fresh.size() < found.rows() ? chosen(found, fresh) : std::move(found);
}

std::uint64_t ConditionalRows::blocks_wanted(const Share& share) const {
  const auto lacking = static_cast<double>(share.needed - share.available);
  if (share.drawn == 0)
    return std::clamp<std::uint64_t>(static_cast<std::uint64_t>(lacking / 1000) + 1, 1, k_first_blocks);
  constexpr double k_reserve = 1.05;
  const double found_a_block = (static_cast<double>(share.found) + 0.5) / static_cast<double>(share.blocks);
  const double wanted = std::ceil(lacking * k_reserve / found_a_block);
  return static_cast<std::uint64_t>(std::clamp(wanted, 1.0, static_cast<double>(k_most_blocks)));
}

void ConditionalRows::check_bounds(const Share& share) const {
  if (share.drawn < k_least_candidates) return;
  const auto rows = static_cast<double>(plan_.shares[share.number].rows);
  const double bound = std::max(static_cast<double>(k_least_candidates), k_candidates_a_row * rows);
  const double projected = static_cast<double>(share.found) * bound / static_cast<double>(share.drawn);
  if (projected < rows) give_up(share);
}

void ConditionalRows::give_up(const Share& share) const {
  const SamplePlan::Share& plan = plan_.shares[share.number];
  if (share.repeated > share.found) {
    std::vector<std::string> unique;
    for (const std::size_t column : plan_.unique) unique.push_back(errors::quoted(names_[column]));
    throw Error(Kind::bad_data,
                fmt::format("only {} of {} drawn rows bring a value of {} that had not come before, and {} "
                            "rows are asked for",
                            share.found, share.drawn, fmt::join(unique, " and "), plan.rows),
                "ask for fewer rows, or leave '--unique' out");
  }
  throw Error(Kind::bad_data,
              fmt::format("{} of {} drawn rows satisfy {}, and {} are asked for: {}", share.found,
                          share.drawn, plan.filter.description(), plan.rows, estimate(share)),
              "loosen the conditions, or ask for fewer rows");
}

// How probable the share's rows are under the model. Candidates that were drawn under a condition do not say
// that, so fresh ones are drawn without.
std::string ConditionalRows::estimate(const Share& share) const {
  const SamplePlan::Share& plan = plan_.shares[share.number];
  std::uint64_t drawn = share.drawn;
  std::uint64_t found = share.found + share.repeated;
  std::string how;
  if (candidates_->is_given(share.number)) {
    const auto candidates = model_.candidates({{}}, seed_);
    std::vector<std::pair<std::size_t, std::size_t>> counts(k_estimate_blocks);
    pool_.run(k_estimate_blocks, [&](std::size_t block) {
      const Table table = candidates->make(0, block);
      counts[block] = {table.rows(), plan.filter.accepted(table).size()};
    });
    drawn = found = 0;
    for (const auto& [rows, accepted] : counts) {
      drawn += rows;
      found += accepted;
    }
    how = fmt::format("of {} rows drawn without a condition {} do, so ", drawn, found);
  }
  // Three times the rate: what none of so many rows rules out at 95 %.
  const auto one_in = static_cast<double>(drawn) / (found > 0 ? static_cast<double>(found) : 3.0);
  return fmt::format("{}under this model it is {} 1 row in {:.0f}", how, found > 0 ? "about" : "rarer than",
                     one_in);
}

}  // namespace ctgan::synth::sampling
