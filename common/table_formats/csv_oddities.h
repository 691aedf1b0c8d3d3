// What is odd about a file that is no plain table, and what to do about it: judged by its first records, in
// words for whoever wrote it. Nothing here is changed silently; every remedy is a flag of table_flags.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/table_formats/csv_dialect.h"

namespace ctgan::table_formats {

struct CsvBlock;

struct FirstRecord {
  std::uint64_t line = 0;  // of the file, from 1
  std::vector<std::string> cells;
};

// As many as a judgement needs, and no more than some thousand cells. Empty lines are left out.
std::vector<FirstRecord> first_records(const CsvBlock& block);

// A sentence about the file, without its name, and the next step.
struct Oddity {
  std::string sentence;
  std::string hint;
};

// What speaks against taking the first record for the header: it holds values like those below it; its names
// begin with a blank and a quote, or stand in single quotes; the file has one column, made of words between
// blanks.
std::optional<Oddity> odd_header(const std::vector<FirstRecord>& records, const CsvDialect& dialect);

// Lines before the record that looks like a header more than the first one does; 0 when none does.
std::uint64_t title_lines(const std::vector<FirstRecord>& records);

// Rows with another number of cells than the header has.
struct RaggedRows {
  std::size_t columns = 0;
  std::vector<FirstRecord> rows;  // the first few
  bool all_rows = false;          // none has as many cells as the header
  bool last_rows = false;         // these are all, and no other row stands behind or among them
};
// The next step, by the likeliest cause; empty when none is likely.
std::string ragged_hint(const std::vector<FirstRecord>& records, const RaggedRows& ragged);

}  // namespace ctgan::table_formats
