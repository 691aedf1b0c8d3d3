// Compares a synthetic table with the table that its model was trained on, and with rows that the model never
// saw:
//
//     Evaluation found = evaluate({train, &held_out, synthetic, metadata}, {.seed = 1}, pool);
//     found.judgements.release.verdict; to_json(found); release_json(found.judgements);
//
// Quality compares columns and pairs (column_scores.h, pair_scores.h), utility and detection let a learner
// judge (utility.h), privacy looks for training rows in the synthetic ones (privacy.h, attacks.h). What needs
// held-out rows is skipped without them, with a note. Same tables, options and processor family: same result,
// for any number of threads. Memory: at most about 12 bytes a cell of each table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/table/metadata.h"
#include "common/table/table.h"
#include "common/threads/thread_pool.h"
#include "server/synth/evaluate/evaluation.h"

namespace ctgan::synth::evaluate {

struct Input {
  const table::Table& original;            // what the model was trained on
  const table::Table* held_out = nullptr;  // null: none
  const table::Table& synthetic;
  const table::Metadata& metadata;  // of the original
  // Where the model is known: what the original is a part of, and how it was trained.
  std::size_t table_rows = 0;    // 0: not known
  std::size_t trained_rows = 0;  // of these
  std::optional<Training> training = {};
  std::optional<PrivateModel> of_private = {};
  // The column of which rows that share a value were held out together; empty: rows were drawn one by one. Then the
  // held-out rows differ from the others by more than chance does row by row, and are not held against them.
  std::string held_out_by = {};
};

struct Sections {
  bool quality = true;
  bool utility = true;
  bool detection = true;
  bool privacy = true;
};

struct Options {
  std::uint64_t seed = 1;
  std::string target = {};  // as LearnerOptions::target
  // Of a table of many columns fewer rows are taken, as rows_within (row_sample.h) says.
  std::size_t rows_limit = 10'000;     // rows of each table in the closest-record and rare-combination parts
  std::size_t learner_rows = 50'000;   // rows of each table that a learner sees
  std::vector<std::string> keys = {};  // columns that somebody may know of a person
  std::string purpose = {};            // as Evaluation::purpose
  Sections sections = {};
  // Called with the name of each section before it begins; what it throws ends the evaluation.
  std::function<void(std::string_view section)> on_section = {};
};

// Throws as compare_tables, measure_utility and measure_keys. Without XGBoost's library the sections that need it are
// skipped.
Evaluation evaluate(const Input& input, const Options& options, threads::ThreadPool& pool);

}  // namespace ctgan::synth::evaluate
