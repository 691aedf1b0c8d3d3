#include "server/synth/models/model_archive.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <set>
#include <utility>

#include "common/errors/error.h"

namespace ctgan::synth::models {
namespace {

using archive::Archive;
using archive::Tensor;
using errors::Error;
using errors::Kind;
using nlohmann::json;
using transforms::Mode;
using transforms::ModeNormalizer;
using ColumnState = transforms::TableTransform::ColumnState;

constexpr const char* k_format_version = "1";

[[noreturn]] void refuse(const std::string& sentence) {
  throw Error(Kind::bad_data, "the model file is damaged: " + sentence);
}

std::string column_name(std::size_t column, std::string_view part) {
  return fmt::format("column{}.{}", column, part);
}

Tensor tensor_from_counts(std::string name, const std::vector<std::uint64_t>& counts) {
  Tensor tensor{std::move(name), archive::TensorType::i64, {counts.size()}, {}};
  tensor.bytes.resize(counts.size() * sizeof(std::uint64_t));
  std::memcpy(tensor.bytes.data(), counts.data(), tensor.bytes.size());
  return tensor;
}

std::vector<std::uint64_t> counts_of(const Tensor& tensor) {
  if (tensor.type != archive::TensorType::i64 || tensor.shape.size() != 1)
    refuse(errors::quoted(tensor.name) + " is not a list of counts");
  std::vector<std::uint64_t> counts(tensor.shape[0]);
  std::memcpy(counts.data(), tensor.bytes.data(), tensor.bytes.size());
  for (const std::uint64_t count : counts)
    if (count > std::uint64_t{INT64_MAX}) refuse(errors::quoted(tensor.name) + " has a count below zero");
  return counts;
}

void add_continuous(Archive& out, std::size_t column, const ModeNormalizer& normalizer) {
  std::vector<double> modes;
  for (const Mode& mode : normalizer.modes()) modes.insert(modes.end(), {mode.mean, mode.sd, mode.weight});
  const double range[] = {normalizer.min(), normalizer.max()};
  out.tensors.push_back(
      archive::tensor_from_doubles(column_name(column, "modes"), {modes.size() / 3, 3}, modes.data()));
  out.tensors.push_back(archive::tensor_from_doubles(column_name(column, "range"), {2}, range));
}

ModeNormalizer continuous(const Archive& in, std::size_t column) {
  const Tensor& tensor = in.tensor(column_name(column, "modes"));
  const std::vector<double> values = archive::doubles(tensor);
  if (tensor.shape.size() != 2 || tensor.shape[1] != 3 || tensor.shape[0] < 1 ||
      tensor.shape[0] > ModeNormalizer::k_max_modes)
    refuse(errors::quoted(tensor.name) + " has not the shape of 1 to 10 modes");
  std::vector<Mode> modes;
  for (std::size_t i = 0; i < values.size(); i += 3) {
    modes.push_back({values[i], values[i + 1], values[i + 2]});
    if (!(modes.back().sd > 0) || !(modes.back().weight >= 0))
      refuse(errors::quoted(tensor.name) + " has a standard deviation or weight that is not positive");
  }
  const Tensor& range = in.tensor(column_name(column, "range"));
  const std::vector<double> ends = archive::doubles(range);
  if (ends.size() != 2 || !(ends[0] <= ends[1])) refuse(errors::quoted(range.name) + " is no range");
  return {std::move(modes), ends[0], ends[1]};
}

void read_discrete(const Archive& in, std::size_t column, ColumnState& state) {
  const std::string name = column_name(column, "categories");
  state.categories = archive::strings(in.tensor(name));
  state.counts = counts_of(in.tensor(column_name(column, "counts")));
  const std::set<std::string> distinct(state.categories.begin(), state.categories.end());
  if (state.categories.empty() || distinct.size() != state.categories.size())
    refuse(errors::quoted(name) + " is empty or names a category twice");
  if (state.counts.size() != state.categories.size())
    refuse(errors::quoted(name) + " and its counts differ in length");
  for (const std::uint64_t count : state.counts)
    if (count == 0) refuse(errors::quoted(name) + " has a category without rows");
}

json parsed(const Archive& in, const std::string& entry) {
  json value = json::parse(in.entry(entry), nullptr, false);
  if (value.is_discarded()) refuse("the entry " + errors::quoted(entry) + " is not JSON");
  return value;
}

}  // namespace

Archive start_archive(std::string_view model, const options::Values& options,
                      const transforms::TableTransform& transform) {
  Archive out;
  out.metadata = {{"model", std::string(model)},
                  {"format_version", k_format_version},
                  {"options", options.to_json().dump()},
                  {"columns", table::to_json(transform.metadata()).dump()}};
  return out;
}

void add_parameters(Archive& out, const std::string& prefix, const networks::ParameterArena& arena) {
  for (const networks::Parameter& parameter : arena.parameters())
    out.tensors.push_back(archive::tensor_from_floats(prefix + parameter.name, parameter.shape,
                                                      arena.values(parameter).data()));
}

void add_transform(Archive& out, const transforms::TableTransform& transform) {
  for (std::size_t i = 0; i < transform.columns().size(); ++i) {
    const ColumnState& column = transform.columns()[i];
    if (column.metadata.kind == table::ColumnKind::continuous) {
      add_continuous(out, i, column.normalizer);
    } else {
      out.tensors.push_back(archive::tensor_from_strings(column_name(i, "categories"), column.categories));
      out.tensors.push_back(tensor_from_counts(column_name(i, "counts"), column.counts));
    }
  }
}

void check_format(const Archive& in) {
  if (in.entry("format_version") == k_format_version) return;
  throw Error(Kind::bad_data,
              fmt::format("the model file has format version {}, but this program reads '{}'",
                          errors::quoted(in.entry("format_version")), k_format_version),
              "install the version of the program that wrote it, or a later one");
}

options::Values read_options(const Archive& in, std::span<const options::OptionSpec> specs) {
  try {
    return options::check(specs, parsed(in, "options"));
  } catch (const Error& error) {
    if (error.kind() == Kind::bad_data) throw;
    refuse(error.sentence());
  }
}

transforms::TableTransform read_transform(const Archive& in) {
  const table::Metadata metadata = table::metadata_from_json(parsed(in, "columns"));
  if (metadata.columns.empty()) refuse("there is no column");
  std::vector<ColumnState> columns;
  for (std::size_t i = 0; i < metadata.columns.size(); ++i) {
    ColumnState state{metadata.columns[i], {}, {}, {}};
    if (state.metadata.kind == table::ColumnKind::continuous)
      state.normalizer = continuous(in, i);
    else
      read_discrete(in, i, state);
    columns.push_back(std::move(state));
  }
  return transforms::TableTransform(std::move(columns));
}

networks::ParameterArena read_parameters(const Archive& in, const std::string& prefix,
                                         std::vector<networks::Parameter> parameters) {
  for (const networks::Parameter& parameter : parameters) {
    const Tensor& tensor = in.tensor(prefix + parameter.name);
    if (tensor.shape != parameter.shape)
      refuse(fmt::format("{} has the shape {}, but the options and columns need {}",
                         errors::quoted(tensor.name), fmt::join(tensor.shape, "x"),
                         fmt::join(parameter.shape, "x")));
  }
  networks::ParameterArena arena(std::move(parameters));
  for (const networks::Parameter& parameter : arena.parameters()) {
    const std::vector<float> values = archive::floats(in.tensor(prefix + parameter.name));
    std::copy(values.begin(), values.end(), arena.values(parameter).begin());
  }
  return arena;
}

}  // namespace ctgan::synth::models
