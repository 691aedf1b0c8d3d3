// The combinations of categories that the training table had in chosen columns. They are facts of the table,
// so a model holds them only when its fit was asked to; `ctgan-server inspect` shows every one. They stand
// beside the model in its archive, whatever the model is:
//
//   entry    combinations            [["city","country"],...], the columns of each group, as JSON
//   tensor   combinations<i>.cells   u8, the cells of group i, one combination after another, sorted
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "common/table/table.h"
#include "server/synth/archive/archive.h"
#include "server/synth/model/trainer.h"

namespace ctgan::synth::sampling {

class KeptCombinations {
 public:
  struct Group {
    std::vector<std::string> columns;
    std::vector<std::string> cells;  // combinations x columns
  };

  KeptCombinations() = default;
  // The distinct combinations of each group of columns that at least so many rows have: a rarer one points at
  // somebody. Throws Error(bad_data) when a group has more than a million of them.
  KeptCombinations(const table::Table& table, const std::vector<std::vector<std::size_t>>& groups,
                   std::uint64_t least_rows = 1);
  // What add_to() put there; nothing where it put nothing. Throws Error(bad_data) saying what is damaged.
  explicit KeptCombinations(const archive::Archive& archive);

  const std::vector<Group>& groups() const { return groups_; }
  // Leaves out what holds a category that the model can not give.
  void restrict_to(const model::FittedModel& model);
  void add_to(archive::Archive& archive) const;

 private:
  std::vector<Group> groups_;
};

// Whether the cells of some columns are a combination that was kept. Immutable, safe to share between
// threads.
class CombinationTest {
 public:
  // Takes the first group that has all of `columns`, positions in `names`, and leaves its other columns out.
  // Throws Error(usage) when there is none, saying how to fit a model that has it.
  CombinationTest(const KeptCombinations& kept, const std::vector<std::size_t>& columns,
                  const std::vector<std::string>& names);

  // Clears keep[row] for the rows whose combination was not kept. REQUIRES: keep has an entry a row.
  void sift(const table::Table& block, std::vector<std::uint8_t>& keep) const;

 private:
  using Code = std::uint32_t;

  std::vector<std::size_t> columns_;
  std::vector<std::unordered_map<std::string, Code>> codes_;  // of each column's cells
  std::unordered_set<std::string> keys_;                      // a combination's codes, byte by byte
};

}  // namespace ctgan::synth::sampling
