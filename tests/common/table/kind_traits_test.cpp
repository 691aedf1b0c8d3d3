// The table of kinds against what each room does with a column of that kind; the tests of codecs and evaluate
// walk it, too.
#include "common/table/kind_traits.h"

#include <nlohmann/json.hpp>
#include <set>

#include "common/table/metadata_json.h"
#include "common/table/rare_values.h"
#include "common/table/sdv_types.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/table_of_kinds.h"

namespace ctgan::table {

using tests::all_kinds;
using tests::metadata_of_kinds;
using tests::raised;
using tests::table_of_kinds;

namespace {

template <typename Action>
bool throws(Action&& action) {
  try {
    action();
  } catch (const errors::Error&) {
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("each kind has a row of its own, and a name that is read back") {
  std::set<std::string_view> names;
  for (const ColumnKind kind : k_all_kinds) {
    CHECK(traits_of(kind).kind == kind);
    CHECK(kind_name(kind) == traits_of(kind).name);
    CHECK(kind_from_name(traits_of(kind).name) == kind);
    names.insert(traits_of(kind).name);
  }
  CHECK(names.size() == k_all_kinds.size());
  CHECK_FALSE(kind_from_name("number").has_value());
}

TEST_CASE("the cells of each kind are found to be it") {
  const Metadata metadata = infer_metadata(table_of_kinds(all_kinds()), {});
  REQUIRE(metadata.columns.size() == k_all_kinds.size());
  for (const ColumnMetadata& column : metadata.columns) CHECK(kind_name(column.kind) == column.name);
}

TEST_CASE("a user may ask for the kinds that are chosen, and for no other") {
  for (const ColumnKind kind : k_all_kinds) {
    const KindTraits& traits = traits_of(kind);
    INFO(traits.name);
    const nlohmann::json request{{"columns", {{"c", {{"sdtype", traits.name}}}}}};
    CHECK(throws([&] { table_request_from_json(request); }) != traits.chosen);
    const auto meant = request_of_sdtype(traits.name, false);
    REQUIRE(meant.has_value());
    CHECK(meant->kind.has_value() == traits.chosen);
  }
}

TEST_CASE("SDV is told an sdtype that it has") {
  const Metadata metadata = metadata_of_kinds(table_of_kinds(all_kinds()));
  const nlohmann::json columns = nlohmann::json(sdv_metadata(metadata))["columns"];
  for (const ColumnKind kind : k_all_kinds) {
    const KindTraits& traits = traits_of(kind);
    CHECK(columns[std::string(traits.name)]["sdtype"] == traits.sdtype);
    const auto read = kind_from_name(traits.sdtype);
    REQUIRE(read.has_value());
    CHECK(traits_of(*read).chosen);
    CHECK((*read == kind) == traits.chosen);
  }
}

TEST_CASE("a table of one column is refused where its kind has nothing to learn") {
  for (const ColumnKind kind : k_all_kinds) {
    INFO(kind_name(kind));
    const Table table = table_of_kinds({kind});
    CHECK(throws([&] { infer_metadata(table, {}); }) == (traits_of(kind).learnt == Learnt::nothing));
    CHECK((traits_of(kind).is_number() || traits_of(kind).is_discrete()) ==
          (traits_of(kind).learnt != Learnt::nothing));
  }
}

TEST_CASE("values that nobody shares are told as made anew or as left out") {
  const Table table = table_of_kinds(all_kinds());
  Metadata metadata = metadata_of_kinds(table);
  metadata.rules.min_category_count = 100;
  const ProtectedColumns found = protected_columns(table, metadata);
  const auto tells = [](const std::vector<RareValues>& columns, std::string_view name) {
    return std::any_of(columns.begin(), columns.end(),
                       [name](const RareValues& rare) { return rare.column == name; });
  };
  for (const ColumnKind kind : k_all_kinds) {
    const KindTraits& traits = traits_of(kind);
    INFO(traits.name);
    CHECK(tells(found.made_anew, traits.name) == traits.made_anew);
    CHECK(tells(found.left_out, traits.name) == (traits.is_discrete() && !traits.rare_may_stay));
    CHECK(traits.keeps_values() == (!traits.made_anew && kind != ColumnKind::all_missing));
  }
}

}  // namespace ctgan::table
