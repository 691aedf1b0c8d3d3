#include "server/synth/evaluate/attacks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/errors/error.h"
#include "server/synth/evaluate/intervals.h"
#include "server/synth/evaluate/neighbours.h"
#include "server/synth/evaluate/row_sample.h"
#include "server/synth/evaluate/singling_out.h"

namespace ctgan::synth::evaluate {
namespace {

using Rows = std::vector<std::uint32_t>;
using Places = std::vector<std::size_t>;

constexpr double k_near = 0.05;  // of a guessed number

// What linkability and inference share: targets of both tables, and the synthetic rows they are sought among.
struct Scene {
  const ComparedTables& tables;
  threads::ThreadPool& pool;
  std::uint64_t seed;
  MixedDistance distance;
  Rows training;
  Rows held_out;
  Rows synthetic;

  const Rows& of(Side side) const { return side == Side::original ? training : held_out; }
};

Scene set_scene(const ComparedTables& tables, std::uint64_t seed, threads::ThreadPool& pool) {
  const std::size_t guesses = std::min({tables.counts.original, tables.counts.held_out, k_most_guesses});
  const auto drawn = [&](Side side, std::size_t wanted, Purpose purpose) {
    return draw_rows(tables.rows(side), wanted, stream_for(seed, purpose));
  };
  return {tables,
          pool,
          seed,
          MixedDistance(tables),
          drawn(Side::original, guesses, Purpose::attack_original),
          drawn(Side::held_out, guesses, Purpose::attack_held_out),
          drawn(Side::synthetic, k_most_candidates, Purpose::attack_synthetic)};
}

Neighbours neighbours_of(const Scene& scene, Side side, const Places& columns, const Coordinates& synthetic,
                         std::size_t wanted) {
  return closest(scene.distance.coordinates(side, scene.of(side), columns), synthetic, wanted, scene.pool);
}

bool meet(const std::uint32_t* first, const std::uint32_t* second, std::size_t each) {
  return std::any_of(first, first + each, [&](std::uint32_t row) {
    return std::find(second, second + each, row) != second + each;
  });
}

double count_meetings(const std::vector<std::uint32_t>& first, const std::vector<std::uint32_t>& second,
                      std::size_t each) {
  double count = 0;
  for (std::size_t at = 0; at < first.size(); at += each) {
    count += meet(first.data() + at, second.data() + at, each) ? 1 : 0;
  }
  return count;
}

// Rows for each guess as somebody without the synthetic table would take them.
Rows chance_rows(std::size_t candidates, std::size_t guesses, std::size_t each, random::Stream& stream) {
  Rows rows(guesses * each);
  for (std::uint32_t& row : rows) row = stream.next_below(static_cast<std::uint32_t>(candidates));
  return rows;
}

Attack link(const Scene& scene) {
  // Neighbouring columns often say the same, so they go to different halves.
  Places first;
  Places second;
  for (const std::size_t place : scene.tables.used()) {
    (first.size() <= second.size() ? first : second).push_back(place);
  }
  const Coordinates first_synthetic = scene.distance.coordinates(Side::synthetic, scene.synthetic, first);
  const Coordinates second_synthetic = scene.distance.coordinates(Side::synthetic, scene.synthetic, second);
  const auto rate = [&](Side side) {
    const Neighbours a = neighbours_of(scene, side, first, first_synthetic, k_link_neighbours);
    const Neighbours b = neighbours_of(scene, side, second, second_synthetic, k_link_neighbours);
    return attack_rate(count_meetings(a.rows, b.rows, a.each), static_cast<double>(scene.of(side).size()));
  };
  Attack attack;
  attack.name = "linkability";
  attack.sentence = "joins the two halves of a person's record";
  attack.guesses = scene.training.size();
  attack.main = rate(Side::original);
  attack.control = rate(Side::held_out);
  const std::size_t each = std::min(k_link_neighbours, scene.synthetic.size());
  random::Stream stream = stream_for(scene.seed, Purpose::attack_guesses);
  const Rows a = chance_rows(scene.synthetic.size(), attack.guesses, each, stream);
  const Rows b = chance_rows(scene.synthetic.size(), attack.guesses, each, stream);
  attack.baseline = attack_rate(count_meetings(a, b, each), static_cast<double>(attack.guesses));
  return attack;
}

// Whether the cell of synthetic row `guess` tells that of `row`.
bool is_right(const ComparedColumn& column, std::uint32_t guess, Side side, std::uint32_t row) {
  if (column.shape == ColumnShape::categorical) {
    return column.of(Side::synthetic).codes[guess] == column.of(side).codes[row];
  }
  const double guessed = column.of(Side::synthetic).numbers[guess];
  const double secret = column.of(side).numbers[row];
  if (std::isnan(guessed) || std::isnan(secret)) return std::isnan(guessed) && std::isnan(secret);
  return std::abs(guessed - secret) <= k_near * std::abs(guessed);
}

// The rows that each column is guessed by, of `secrets`, which are places in `used`: of one side's tested rows.
std::vector<Rows> guessed_by(const Scene& scene, Side side, const Places& used, const Coordinates& synthetic,
                             const Places& secrets) {
  return closest_without(scene.distance.coordinates(side, scene.of(side), used), synthetic, secrets,
                         scene.pool);
}

// The column's attack, one of `tried`, with the synthetic rows that are closest by all others.
Attack infer(const Scene& scene, const ComparedColumn& column, const Rows& of_training,
             const Rows& of_held_out, std::size_t tried) {
  const auto hits = [&](Side side, const Rows& guesses) {
    double right = 0;
    for (std::size_t i = 0; i < guesses.size(); ++i) {
      right += is_right(column, scene.synthetic[guesses[i]], side, scene.of(side)[i]) ? 1 : 0;
    }
    return right;
  };
  const auto trials = static_cast<double>(scene.training.size());
  const auto rate = [&](double right) { return attack_rate(right, trials, {.comparisons = tried}); };
  Attack attack;
  attack.name = "inference";
  attack.column = column.name;
  attack.guesses = scene.training.size();
  const double main = hits(Side::original, of_training);
  const double control = hits(Side::held_out, of_held_out);
  random::Stream stream = stream_for(scene.seed, Purpose::attack_guesses);
  attack.main = rate(main);
  attack.control = rate(control);
  attack.excess = difference_of_shares(main, trials, control, trials);
  attack.baseline =
      rate(hits(Side::original, chance_rows(scene.synthetic.size(), attack.guesses, 1, stream)));
  return attack;
}

Attack conclude(Attack attack) {
  // That of inference is there: each column's by itself.
  if (attack.column.empty()) attack.excess = difference(attack.main, attack.control);
  attack.risk = attack_risk(attack.main, attack.control);
  attack.weak = attack.main.value <= attack.baseline.value;
  return attack;
}

// The attack on the column at most risk, with the others beside it.
Attack infer_worst(const Scene& scene) {
  const Places used = scene.tables.used();
  const Rows drawn = draw_rows(used.size(), k_most_secrets, stream_for(scene.seed, Purpose::attack_secrets));
  Places secrets(drawn.begin(), drawn.end());
  std::sort(secrets.begin(), secrets.end());
  const Coordinates synthetic = scene.distance.coordinates(Side::synthetic, scene.synthetic, used);
  const std::vector<Rows> of_training = guessed_by(scene, Side::original, used, synthetic, secrets);
  const std::vector<Rows> of_held_out = guessed_by(scene, Side::held_out, used, synthetic, secrets);
  Attack worst;
  std::vector<ColumnRisk> columns;
  for (std::size_t place = 0; place < secrets.size(); ++place) {
    Attack attack = conclude(infer(scene, scene.tables.columns[used[secrets[place]]], of_training[place],
                                   of_held_out[place], secrets.size()));
    columns.push_back({attack.column, attack.main, attack.control, attack.risk, attack.excess});
    if (columns.size() == 1 || attack.risk.value > worst.risk.value) worst = std::move(attack);
  }
  // To say of all columns that they are safe, each must be: no widening for their number, but the worst end.
  worst.excess =
      std::max_element(columns.begin(), columns.end(), [](const ColumnRisk& a, const ColumnRisk& b) {
        return a.excess.high < b.excess.high;
      })->excess;
  worst.sentence = fmt::format(
      "guesses {} from all other columns: the column at most risk of {}, its interval widened for the choice",
      errors::quoted(worst.column), columns.size());
  worst.columns = std::move(columns);
  return worst;
}

}  // namespace

std::vector<Attack> run_attacks(const ComparedTables& tables, std::uint64_t seed, threads::ThreadPool& pool,
                                std::vector<Note>& notes) {
  std::vector<Attack> attacks;
  const std::size_t rows = std::min(tables.counts.original, tables.counts.held_out);
  if (rows < k_least_attacked_rows) {
    notes.push_back(
        {"privacy", fmt::format("no attack was tried: {} rows to attack, and at least {} are needed", rows,
                                k_least_attacked_rows)});
    return attacks;
  }
  const std::size_t columns = tables.used().size();
  const SinglingOut singling_out(tables, seed, pool);
  for (const std::size_t asked : {std::size_t{1}, k_query_columns}) {
    if (asked > columns) continue;
    if (auto attack = singling_out.attack(asked)) {
      attacks.push_back(conclude(std::move(*attack)));
    } else {
      notes.push_back({"privacy", fmt::format("singling out by {} column{} was not tried: no such query "
                                              "matches a single synthetic row",
                                              asked, asked == 1 ? "" : "s")});
    }
  }
  if (columns < 2) {
    notes.push_back({"privacy", "linkability and inference need at least two columns"});
    return attacks;
  }
  const Scene scene = set_scene(tables, seed, pool);
  attacks.push_back(conclude(link(scene)));
  attacks.push_back(infer_worst(scene));
  return attacks;
}

}  // namespace ctgan::synth::evaluate
