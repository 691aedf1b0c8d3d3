#include "server/synth/model/model_archive.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "common/errors/error.h"
#include "common/table/metadata_json.h"

namespace ctgan::synth::model {
namespace {

using archive::Archive;
using archive::Tensor;
using codecs::ColumnRecord;
using errors::Error;
using errors::Kind;
using nlohmann::json;

constexpr const char* k_format_version = "2";

std::string column_name(std::size_t column, std::string_view part) {
  return fmt::format("column{}.{}", column, part);
}

void add_record(Archive& out, std::size_t column, const ColumnRecord& record) {
  for (const auto& [name, values] : record.numbers)
    out.tensors.push_back(
        archive::tensor_from_doubles(column_name(column, name), {values.size()}, values.data()));
  for (const auto& [name, values] : record.integers)
    out.tensors.push_back(
        archive::tensor_from_integers(column_name(column, name), {values.size()}, values.data()));
  for (const auto& [name, values] : record.texts)
    out.tensors.push_back(archive::tensor_from_strings(column_name(column, name), values));
}

void take_tensor(const Tensor& tensor, const std::string& name, ColumnRecord& record) {
  if (tensor.type == archive::TensorType::f64) record.numbers[name] = archive::doubles(tensor);
  if (tensor.type == archive::TensorType::i64) record.integers[name] = archive::integers(tensor);
  if (tensor.type == archive::TensorType::u8) record.texts[name] = archive::strings(tensor);
}

// The tensors "column<i>.<name>" of every column.
std::vector<ColumnRecord> records_of(const Archive& in, std::size_t columns) {
  constexpr std::string_view k_prefix = "column";
  std::vector<ColumnRecord> records(columns);
  for (const Tensor& tensor : in.tensors) {
    if (!tensor.name.starts_with(k_prefix)) continue;
    std::size_t column = columns;
    const char* const end = tensor.name.data() + tensor.name.size();
    const char* const dot = std::from_chars(tensor.name.data() + k_prefix.size(), end, column).ptr;
    if (dot == end || *dot != '.' || column >= columns)
      refuse_damaged(errors::quoted(tensor.name) + " belongs to no column");
    take_tensor(tensor, std::string(dot + 1, end), records[column]);
  }
  return records;
}

json parsed(const Archive& in, const std::string& entry) {
  json value = json::parse(in.entry(entry), nullptr, false);
  if (value.is_discarded()) refuse_damaged("the entry " + errors::quoted(entry) + " is not JSON");
  return value;
}

}  // namespace

void refuse_damaged(const std::string& why) {
  throw Error(Kind::bad_data, "the model file is damaged: " + why);
}

Archive start_archive(const options::Method& method, const options::Values& options,
                      const table::Metadata& metadata) {
  Archive out;
  out.metadata = {{"model", std::string(method.name)},
                  {"format_version", k_format_version},
                  {"options", options.to_json().dump()},
                  {"columns", table::to_json(metadata).dump()}};
  return out;
}

void add_columns(Archive& out, const std::vector<ColumnRecord>& records) {
  for (std::size_t i = 0; i < records.size(); ++i) add_record(out, i, records[i]);
}

void check_format(const Archive& in) {
  if (in.entry("format_version") == k_format_version) return;
  throw Error(Kind::bad_data,
              fmt::format("the model file has format version {}, but this program reads '{}'",
                          errors::quoted(in.entry("format_version")), k_format_version),
              "install the version of the program that wrote it, or a later one");
}

options::Values read_options(const Archive& in, const options::Method& method, const json& unsaid) {
  json given = parsed(in, "options");
  if (given.is_object())
    for (const auto& [name, value] : unsaid.items())
      if (!given.contains(name)) given[name] = value;
  try {
    return options::check(method, given);
  } catch (const Error& error) {
    if (error.kind() == Kind::bad_data) throw;
    refuse_damaged(error.sentence());
  }
}

SavedColumns read_records(const Archive& in) {
  table::Metadata metadata = table::metadata_from_json(parsed(in, "columns"));
  if (metadata.columns.empty()) refuse_damaged("there is no column");
  std::vector<ColumnRecord> records = records_of(in, metadata.columns.size());
  return {std::move(metadata), std::move(records)};
}

}  // namespace ctgan::synth::model
