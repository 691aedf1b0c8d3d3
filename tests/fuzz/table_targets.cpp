#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "common/table/declared_metadata.h"
#include "common/table/metadata.h"
#include "common/table/metadata_json.h"
#include "common/table_formats/csv_reader.h"
#include "tests/fuzz/promises.h"
#include "tests/memory_streams.h"

namespace ctgan::fuzz {
namespace {

using errors::Kind;
using nlohmann::json;
using table::Metadata;

std::optional<Metadata> inferred(std::string_view csv) {
  return read_or_refused({Kind::bad_data}, [&] {
    tests::MemorySource source(std::string(csv), csv.size() + 1);
    return table::infer_metadata(table_formats::read_csv(source, "t.csv"), {});
  });
}

void check_sidecar(const Metadata& metadata) {
  const auto sidecar = nlohmann::ordered_json::parse(table::sidecar_json(metadata));
  promise(sidecar.is_object(), "a sidecar that is no object");
  auto column = metadata.columns.begin();
  for (const auto& [name, dtype] : sidecar.items()) {
    promise(column != metadata.columns.end() && name == column->name, "a sidecar with other columns");
    promise(dtype.is_string() && (dtype == "object" || table::dtype_from_name(dtype.get<std::string>())),
            "a dtype that pandas does not know");
    ++column;
  }
  promise(column == metadata.columns.end(), "a sidecar with fewer columns");
}

void check_trip(const Metadata& metadata) {
  const json there = table::to_json(metadata);
  promise(table::to_json(table::metadata_from_json(json::parse(there.dump()))) == there,
          "metadata changed on their way");
}

// What was declared for a private method is settled or refused, and settled again to the same.
void check_declared(const std::map<std::string, table::ColumnRequest>& columns) {
  table::TableRequest request;
  request.columns = columns;
  request.domain_leaks = {"all"};
  std::vector<std::string> names;
  for (const auto& [name, column] : columns) names.push_back(name);
  const auto metadata =
      read_or_refused({Kind::bad_data}, [&] { return table::declared_metadata(names, request); });
  if (!metadata) return;
  check_sidecar(*metadata);
  check_trip(*metadata);
}

}  // namespace

void sidecar(std::string_view bytes) {
  const auto metadata = inferred(bytes);
  if (!metadata) return;
  check_sidecar(*metadata);
  check_trip(*metadata);
  table::read_sdv_metadata(json::parse(table::sdv_metadata(*metadata).dump()));
}

void metadata(std::string_view bytes) {
  const json value = json::parse(bytes, nullptr, false);
  if (value.is_discarded()) return;
  if (const auto read =
          read_or_refused({Kind::bad_data, Kind::usage}, [&] { return table::metadata_from_json(value); })) {
    check_trip(*read);
    table::sidecar_json(*read);
  }
  if (const auto request = read_or_refused({Kind::usage, Kind::bad_data},
                                           [&] { return table::table_request_from_json(value); })) {
    const json there = table::table_request_json(*request);
    promise(table::table_request_json(table::table_request_from_json(there)) == there,
            "a request changed on its way");
  }
  if (const auto columns = read_or_refused({Kind::bad_data}, [&] { return table::read_sdv_metadata(value); }))
    check_declared(*columns);
  read_or_refused({Kind::bad_data}, [&] { return table::read_row_rules(value); });
}

}  // namespace ctgan::fuzz
