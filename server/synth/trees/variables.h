// What trees draw, one after the other: the parts and the numbers of every column (codecs/column_codec.h), each
// a variable with states. The numbers of a column with missing cells are a variable that some rows do not have:
// which ones, says the part that is drawn before them.
//
// Immutable once made; safe to share between threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "common/threads/thread_pool.h"
#include "server/synth/codecs/table_codec.h"
#include "server/synth/trees/number_states.h"
#include "server/synth/trees/tree.h"

namespace ctgan::synth::trees {

struct Variable {
  std::size_t column = 0;
  std::optional<std::size_t> part = {};      // none: the numbers
  std::optional<NumberStates> numbers = {};  // of numbers
  std::optional<std::size_t> presence =
      {};                  // of numbers that some rows lack: the variable whose state 0 has them
  std::size_t states = 0;  // those with a value
  State absent() const { return static_cast<State>(states); }  // of a row without the number
  std::size_t all_states() const { return states + (presence ? 1 : 0); }
};

// The states of a training table; of variable v in row r: states[v][r].
struct TrainingStates {
  std::size_t rows = 0;
  std::vector<std::vector<State>> states;
  // Of a variable of numbers, each row's rank of 0 to 65,535, equal numbers the same; else empty.
  std::vector<std::vector<std::uint16_t>> ranks;
};

class Variables {
 public:
  // In the columns' order, within a column parts before numbers. Throws Error(bad_data) when there is none.
  static Variables fit(const codecs::TableCodec& codec, const codecs::LearntColumns& learnt,
                       std::uint64_t seed, threads::ThreadPool& pool, TrainingStates& states);
  // `records`: of the columns, with what add_to() put there. Throws Error(bad_data) as NumberStates::take.
  static Variables load(const codecs::TableCodec& codec, const std::vector<codecs::ColumnRecord>& records);
  void add_to(std::size_t column, codecs::ColumnRecord& record) const;

  std::size_t size() const { return variables_.size(); }
  const Variable& operator[](std::size_t variable) const { return variables_[variable]; }
  // The variable of a part of a column.
  std::size_t of_part(std::size_t column, std::size_t part) const;

  // The values of rows whose states were drawn; `uniform` has a number in [0, 1) for each row.
  codecs::ColumnValues values(std::size_t column, const std::vector<std::vector<State>>& states,
                              const std::vector<std::vector<float>>& uniform) const;

 private:
  explicit Variables(const codecs::TableCodec& codec);

  std::vector<Variable> variables_;
  std::size_t columns_ = 0;
};

// A cut of the variable's states, in their order, into bins of about as many of these rows; a state's rows stay
// together. Rows without the number have a bin of their own.
BinOfState ordered_bins(const Variable& variable, std::span<const State> states);

}  // namespace ctgan::synth::trees
