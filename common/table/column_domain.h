// What a column's cells may hold, as somebody says who need not look at the rows: all that a private method knows of a
// column for nothing; and what it is to find in the rows and to pay for. It is public, and stands in the model.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::table {

// How edges are found (server/synth/paid_domains).
enum class Binning : std::uint8_t { quantiles, privtree, dawa };

struct ColumnDomain {
  // Of categorical and boolean columns: the texts of their cells, at least one; and what is written for all others,
  // empty where others count as the first.
  std::vector<std::string> categories = {};
  std::string others = {};
  // Of numbers and dates, as cells write them: a cell beyond these counts as the nearest.
  std::string least = {}, most = {};
  // Parts that the range is learnt in, equally wide; or where each part begins, `most` being the end of the last.
  std::uint64_t bins = 32;
  std::vector<std::string> edges = {};
  int decimals = 0;  // of numbers
  // Texts that stand for a missing value. A cell that cannot be read counts as the first of them.
  std::vector<std::string> missing = {};
  // Of identifiers, which are numbered: what stands before the number, and the digits that it has at least.
  std::string prefix = {};
  std::uint64_t digits = 1;
  // What a private fit finds in the rows and pays for, as names of these fields in JSON: "min", "max", "edges",
  // "categories". They are empty until then, and afterwards this list is, and `found` has them.
  std::vector<std::string> paid = {};
  std::vector<std::string> found = {};
  Binning binning =
      Binning::quantiles;  // of paid edges, of which `bins` says how many parts they make at most
  std::uint64_t most_categories = 100;  // that are found; all rarer ones are others
  // What a draft has read from the rows and nobody has confirmed since: names of these fields in JSON, absent ones where
  // nothing was found, and "sdtype" and "datetime_format" of the column.
  std::vector<std::string> read_from_data = {};

  bool operator==(const ColumnDomain&) const = default;
};

// {"min":17,"max":90,"bins":32,"decimals":0,"missing":["?"]}, {"categories":["Female","Male"],"others":"other"},
// {"prefix":"P","digits":6}; each may have "read_from_data":["min","max"]. Numbers may be written as numbers or texts.
// To be found: {"private":["min","max","edges"],"binning":"dawa"}, {"private":["categories"],"most":50}.
nlohmann::ordered_json to_json(const ColumnDomain& domain);
// Throws Error(bad_data) that begins with `place` ("domain.age"), names the field and says the rule; an unknown field
// gets the closest name.
ColumnDomain column_domain_from_json(const nlohmann::json& value, const std::string& place);

}  // namespace ctgan::table
