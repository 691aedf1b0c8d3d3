// A table with one column of each kind, named after it, for tests that walk all kinds.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "common/table/metadata.h"
#include "common/table_formats/csv_reader.h"
#include "tests/memory_streams.h"

namespace ctgan::tests {

// The same four cells twice, but of an id; where `gaps`, half of them are empty in every column that can have
// a gap.
inline table::Table table_of_kinds(const std::vector<table::ColumnKind>& kinds, bool gaps = false) {
  using table::ColumnKind;
  static const std::map<ColumnKind, std::vector<std::string>> k_cells{
      {ColumnKind::numerical, {"1.5", "2.5", "4.0", "1.0"}},
      {ColumnKind::categorical, {"red", "blue", "red", "blue"}},
      {ColumnKind::boolean, {"True", "False", "False", "True"}},
      {ColumnKind::datetime, {"2024-01-31", "2024-02-01", "2023-12-24", "2024-05-01"}},
      {ColumnKind::id, {"ab", "cd", "ef", "gh"}},
      {ColumnKind::constant, {"x", "x", "x", "x"}},
      {ColumnKind::all_missing, {"NA", "NA", "NA", "NA"}},
  };
  const auto add = [](std::string& line, const std::string& cell) { line += cell + ","; };
  std::string csv;
  for (const ColumnKind kind : kinds) add(csv, std::string(table::kind_name(kind)));
  csv.back() = '\n';
  for (std::size_t row = 0; row < 8; ++row) {
    for (const ColumnKind kind : kinds) {
      std::string cell = k_cells.at(kind)[row % 4];
      if (kind == ColumnKind::id && row >= 4) cell += "z";
      if (gaps && row % 4 < 2 && kind != ColumnKind::constant && kind != ColumnKind::all_missing)
        cell.clear();
      add(csv, cell);
    }
    csv.back() = '\n';
  }
  MemorySource source(csv);
  return table_formats::read_csv(source, "kinds.csv");
}

// What is found in it: each column is of the kind that it is named after.
inline table::Metadata metadata_of_kinds(const table::Table& table) {
  table::TableRequest request;
  for (const table::Column& column : table.columns()) {
    const auto kind = table::kind_from_name(column.name);
    if (kind <= table::ColumnKind::id) request.columns[column.name] = {kind, {}};
  }
  return table::infer_metadata(table, request);
}

inline std::vector<table::ColumnKind> all_kinds() {
  return {table::k_all_kinds.begin(), table::k_all_kinds.end()};
}

}  // namespace ctgan::tests
