#include "server/synth/archive/container_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "common/errors/error.h"

namespace ctgan::synth::archive {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::string_view k_metadata = "__metadata__";
constexpr std::size_t k_depth_limit = 3;
// A short file may unpack to a long header: what is made of it has bounds of its own.
constexpr std::size_t k_element_limit = 16;
constexpr std::size_t k_entry_limit = 1000;
// Integers that every JSON reader holds exactly.
constexpr std::uint64_t k_integer_limit = std::uint64_t{1} << 53;

struct TypeRow {
  TensorType type;
  std::string_view name;
  std::size_t size;
};

constexpr std::array<TypeRow, 4> k_types = {{{TensorType::f32, "F32", 4},
                                             {TensorType::f64, "F64", 8},
                                             {TensorType::u8, "U8", 1},
                                             {TensorType::i64, "I64", 8}}};

const TypeRow& row_of(TensorType type) {
  return *std::find_if(k_types.begin(), k_types.end(),
                       [type](const TypeRow& row) { return row.type == type; });
}

[[noreturn]] void refuse(const std::string& sentence) {
  throw errors::Error(errors::Kind::bad_data, sentence);
}

// Reads a header without keeping it: refuses depth, repeated keys and lists without end, and notes the order
// of the tensors. A callback of json::parse would do the same, but looks through an object whenever one of
// its members ends: quadratic in the tensors.
class Watch final : public json::json_sax_t {
 public:
  bool null() override { return value(); }
  bool boolean(bool /*value*/) override { return value(); }
  bool number_integer(number_integer_t /*value*/) override { return value(); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return value(); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return value(); }
  bool string(string_t& /*value*/) override { return value(); }
  bool binary(binary_t& /*value*/) override { return value(); }
  bool start_object(std::size_t /*elements*/) override {
    open();
    keys_.at(depth_ - 1).clear();
    return true;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*elements*/) override {
    open();
    elements_ = 0;
    return true;
  }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    note(name);
    return true;
  }
  bool parse_error(std::size_t /*place*/, const std::string& /*token*/,
                   const json::exception& /*error*/) override {
    return false;
  }

  const std::vector<std::string>& names() const { return names_; }

 private:
  void open() {
    if (depth_ >= k_depth_limit)
      refuse("its header nests deeper than " + std::to_string(k_depth_limit) + " levels");
    ++depth_;
  }

  bool close() {
    --depth_;
    return true;
  }

  bool value() {
    if (depth_ == k_depth_limit && ++elements_ > k_element_limit)
      refuse("its header has a list of more than " + std::to_string(k_element_limit) + " numbers");
    return true;
  }

  void note(const std::string& key) {
    if (!keys_.at(depth_ - 1).insert(key).second)
      refuse("its header names " + errors::quoted(key) + " twice");
    if (depth_ == 1 && key != k_metadata) names_.push_back(key);
    if (depth_ == 2 && keys_.at(1).size() > k_entry_limit)
      refuse("its header has an object of more than " + std::to_string(k_entry_limit) + " entries");
    if (names_.size() > k_tensor_limit)
      refuse("it has more than " + std::to_string(k_tensor_limit) + " tensors");
  }

  std::array<std::set<std::string>, k_depth_limit> keys_;  // of the open object of each depth
  std::size_t depth_ = 0;
  std::size_t elements_ = 0;  // of the list that is read
  std::vector<std::string> names_;
};

json parse_json(std::string_view text, Watch& watch) {
  // The parser would skip a byte order mark, stop at a NUL and take any white space.
  const std::size_t last = text.find_last_not_of(' ');
  if (text.empty() || text.front() != '{' || text[last] != '}' || text.find('\0') != std::string_view::npos) {
    refuse("its header is not one JSON object");
  }
  if (!json::sax_parse(text.begin(), text.end(), &watch)) refuse("its header is not valid JSON");
  try {
    return json::parse(text.begin(), text.end());
  } catch (const json::exception&) {
    refuse("its header is not valid JSON");
  }
}

std::uint64_t integer(const json& value, const std::string& name, std::string_view field) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > k_integer_limit) {
    refuse("tensor " + errors::quoted(name) + " has " + std::string(field) +
           " that is not an integer from 0 to 2^53");
  }
  return value.get<std::uint64_t>();
}

const json& field_of(const json& tensor, const std::string& name, std::string_view field) {
  const auto place = tensor.find(field);
  if (place == tensor.end()) {
    refuse("tensor " + errors::quoted(name) + " has no field " + errors::quoted(field));
  }
  return *place;
}

TensorType type_of(const json& value, const std::string& name) {
  const auto row =
      std::find_if(k_types.begin(), k_types.end(), [&](const TypeRow& r) { return value == r.name; });
  if (row == k_types.end()) {
    refuse("tensor " + errors::quoted(name) + " has an unknown dtype");
  }
  return row->type;
}

TensorEntry entry_of(const std::string& name, const json& tensor) {
  if (name.empty()) {
    refuse("a tensor has an empty name");
  }
  if (!tensor.is_object() || tensor.size() != 3) {
    refuse("tensor " + errors::quoted(name) + " must have the fields 'dtype', 'shape' and 'data_offsets'");
  }
  TensorEntry entry;
  entry.name = name;
  entry.type = type_of(field_of(tensor, name, "dtype"), name);
  const json& shape = field_of(tensor, name, "shape");
  const json& offsets = field_of(tensor, name, "data_offsets");
  if (!shape.is_array() || !offsets.is_array() || offsets.size() != 2) {
    refuse("tensor " + errors::quoted(name) + " must have a list of dimensions and two offsets");
  }
  for (const json& dimension : shape) {
    entry.shape.push_back(integer(dimension, name, "a dimension"));
  }
  entry.begin = integer(offsets[0], name, "an offset");
  entry.end = integer(offsets[1], name, "an offset");
  return entry;
}

void check_ranges(const std::vector<TensorEntry>& tensors) {
  std::uint64_t covered = 0;
  for (const TensorEntry& tensor : tensors) {
    if (tensor.begin != covered || tensor.end < tensor.begin) {
      refuse("the bytes of tensor " + errors::quoted(tensor.name) + " overlap others or leave a gap");
    }
    if (tensor.end - tensor.begin != byte_size(tensor.type, tensor.shape)) {
      refuse("tensor " + errors::quoted(tensor.name) + " has a shape that does not fit its bytes");
    }
    covered = tensor.end;
  }
}

std::map<std::string, std::string> metadata_of(const json& root) {
  const auto place = root.find(k_metadata);
  if (place == root.end() || !place->is_object()) {
    refuse("its header has no '__metadata__'");
  }
  std::map<std::string, std::string> metadata;
  for (const auto& [name, value] : place->items()) {
    if (!value.is_string()) {
      refuse("its metadata entry " + errors::quoted(name) + " is not text");
    }
    metadata.emplace(name, value.get<std::string>());
  }
  return metadata;
}

}  // namespace

std::size_t size_of(TensorType type) {
  return row_of(type).size;
}

std::uint64_t byte_size(TensorType type, const std::vector<std::size_t>& shape) {
  std::uint64_t size = size_of(type);
  for (const std::size_t dimension : shape) {
    constexpr std::uint64_t k_most = std::numeric_limits<std::int64_t>::max();
    if (dimension != 0 && size > k_most / dimension) {
      refuse("a tensor has a shape that is too large");
    }
    size *= dimension;
  }
  return size;
}

std::string header_text(const ContainerHeader& header) {
  ordered_json root = ordered_json::object();
  root[std::string(k_metadata)] = ordered_json::object();
  for (const auto& [name, value] : header.metadata) {
    root[std::string(k_metadata)][name] = value;
  }
  std::string text = root.dump();
  // Joined as text: a lookup by name for each of many tensors would be slow in a map that keeps order.
  text.pop_back();
  for (const TensorEntry& tensor : header.tensors) {
    const ordered_json value = {{"dtype", row_of(tensor.type).name},
                                {"shape", tensor.shape},
                                {"data_offsets", {tensor.begin, tensor.end}}};
    text += fmt::format(",{}:{}", ordered_json(tensor.name).dump(), value.dump());
  }
  text += '}';
  text.append((8 - text.size() % 8) % 8, ' ');
  return text;
}

ContainerHeader parse_header(std::string_view text) {
  Watch watch;
  const json root = parse_json(text, watch);
  ContainerHeader header{.metadata = metadata_of(root), .tensors = {}};
  for (const std::string& name : watch.names()) {
    header.tensors.push_back(entry_of(name, root.at(name)));
  }
  // Stable: tensors without bytes share an offset and keep the header's order.
  std::stable_sort(header.tensors.begin(), header.tensors.end(),
                   [](const TensorEntry& a, const TensorEntry& b) {
                     return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
                   });
  check_ranges(header.tensors);
  return header;
}

}  // namespace ctgan::synth::archive
