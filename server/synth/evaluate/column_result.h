// One column of an evaluation: how alike its distributions are, ready to be drawn. Part of evaluation.h,
// whose terms it uses. It holds values of the original: category names and ranges.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::synth::evaluate {

// How a column was compared.
enum class ColumnShape { numeric, categorical, left_out };  // left_out: identifiers
std::string_view shape_name(ColumnShape shape);

// What stands on a numeric column's axis: plain numbers, or moments as seconds since 1970-01-01 00:00:00
// local time (a time without a date: since midnight; a month or year: its first day).
enum class Axis { number, moment };

// Two distributions over the same bins or categories, ready to draw. Shares are of the rows that are not
// missing; each table's sum to 1, or are all 0 when every row is missing.
struct Distribution {
  Axis axis = Axis::number;
  std::vector<double> edges;        // numeric: one more than shares, ascending, over both tables' values
  std::vector<std::string> labels;  // categorical: one a share, the most frequent in the original first
  bool rest = false;                // the last label stands for all other categories
  std::size_t categories = 0;       // how many there are in both tables together
  std::vector<double> original;
  std::vector<double> synthetic;
  // The first and the last bin hold all that lies further out, where few values reach far: the axis is cut there.
  bool tail_below = false;
  bool tail_above = false;
  // Shares of values at the original's least and greatest value, or beyond.
  struct AtEdge {
    double original = 0;
    double synthetic = 0;
  };
  AtEdge least, greatest;
};

// Missing cells: the share in each table, and 1 - |difference| (MissingValueSimilarity).
struct MissingRates {
  double original = 0;
  double synthetic = 0;
  double similarity = 1;
};

// What a mean over a whole column hides.
struct ColumnContrast {
  std::size_t original_values = 0;  // different ones, missing cells aside
  std::size_t synthetic_values = 0;
  double top_share = 0;  // of the original's cells that are not missing, the most frequent value's
  // Numbers that are whole in the original and not in the synthetic table.
  bool fractions = false;
  // Of values, and of missing cells, the one whose share changed most, by at least a factor of
  // k_distorting_factor and beyond chance: its share of the rows in each table. No numbers of many values.
  std::optional<double> distorted_original = {};
  double distorted_synthetic = 0;
};

struct ColumnResult {
  std::string name;
  std::string kind;  // table::kind_name of its metadata
  ColumnShape shape = ColumnShape::left_out;
  // KSComplement for numeric, TVComplement for categorical columns.
  std::string score_metric;
  std::optional<double> score;
  // Share of the original's range (RangeCoverage) or categories (CategoryCoverage) that the synthetic table
  // reaches.
  std::optional<double> coverage;
  // Share of the synthetic rows inside the original's range (BoundaryAdherence) or among its categories
  // (CategoryAdherence).
  std::optional<double> adherence;
  MissingRates missing;
  ColumnContrast contrast = {};
  Distribution distribution;  // empty for a column that was left out
};

}  // namespace ctgan::synth::evaluate
