#include "server/synth/archive/archive.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "common/errors/error.h"
#include "common/files/gzip.h"

namespace ctgan::synth::archive {
namespace {

using errors::Error;
using errors::Kind;
// Keys keep their order, so that equal archives are equal bytes.
using Json = nlohmann::ordered_json;

constexpr std::uint64_t k_header_limit = std::uint64_t{1} << 20;
constexpr std::size_t k_tensor_limit = 10'000;
constexpr std::size_t k_depth_limit = 4;
constexpr std::size_t k_shape_limit = 8;
constexpr std::uint64_t k_unpacked_limit = std::uint64_t{16} << 30;
constexpr std::size_t k_piece = std::size_t{1} << 20;
constexpr std::string_view k_metadata_key = "__metadata__";

struct TypeRow {
  TensorType type;
  std::string_view name;
  std::size_t size;
};
constexpr std::array<TypeRow, 4> k_types{{{TensorType::f32, "F32", 4},
                                          {TensorType::f64, "F64", 8},
                                          {TensorType::u8, "U8", 1},
                                          {TensorType::i64, "I64", 8}}};

const TypeRow& type_row(TensorType type) {
  for (const TypeRow& row : k_types) {
    if (row.type == type) return row;
  }
  throw Error(Kind::internal, "a tensor has no type");
}

Error damaged(std::string_view what) {
  return {Kind::bad_data, fmt::format("the model file cannot be used: {}", what),
          "fetch it again, or fit the model again"};
}

template <typename Number>
bool all_finite(const std::vector<std::uint8_t>& bytes) {
  Number value{};
  for (std::size_t at = 0; at + sizeof value <= bytes.size(); at += sizeof value) {
    std::memcpy(&value, bytes.data() + at, sizeof value);
    if (!std::isfinite(value)) return false;
  }
  return true;
}

bool is_finite(const Tensor& tensor) {
  if (tensor.type == TensorType::f32) return all_finite<float>(tensor.bytes);
  if (tensor.type == TensorType::f64) return all_finite<double>(tensor.bytes);
  return true;
}

std::string header_of(const Archive& archive) {
  Json header = Json::object();
  Json& metadata = header[std::string(k_metadata_key)] = Json::object();
  for (const auto& [key, value] : archive.metadata) metadata[key] = value;
  std::uint64_t offset = 0;
  for (const Tensor& tensor : archive.tensors) {
    if (!is_finite(tensor)) {
      throw Error(Kind::internal, fmt::format("the tensor {} holds a number that is not finite",
                                              errors::quoted(tensor.name)));
    }
    const std::uint64_t end = offset + tensor.bytes.size();
    header[tensor.name] = {
        {"dtype", type_row(tensor.type).name}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  if (text.size() > k_header_limit) throw Error(Kind::internal, "the model file's header would be too large");
  return text;
}

// Counts depth and refuses doubled keys before a document is built.
class HeaderChecker : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*elements*/) override { return enter(); }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t /*elements*/) override { return enter(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override { return keys_.back().insert(name).second; }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) override {
    return false;
  }

 private:
  bool enter() {
    keys_.emplace_back();
    return keys_.size() <= k_depth_limit;
  }
  bool leave() {
    keys_.pop_back();
    return true;
  }
  std::vector<std::set<std::string>> keys_;
};

Json parse_header(const std::string& text) {
  HeaderChecker checker;
  if (!Json::sax_parse(text, &checker)) throw damaged("its header is not a plain JSON object");
  Json header = Json::parse(text);
  if (!header.is_object()) throw damaged("its header is not a plain JSON object");
  return header;
}

// `count` bytes, taken piece by piece, so that a lying header cannot make us allocate what is not there.
template <typename Bytes>
Bytes read_exactly(files::ByteSource& source, std::uint64_t count, std::string_view what) {
  Bytes bytes;
  while (bytes.size() < count) {
    const std::size_t used = bytes.size();
    bytes.resize(used + static_cast<std::size_t>(std::min<std::uint64_t>(k_piece, count - used)));
    std::size_t filled = used;
    while (filled < bytes.size()) {
      const std::size_t got =
          source.read({reinterpret_cast<char*>(bytes.data()) + filled, bytes.size() - filled});
      if (got == 0) throw damaged(fmt::format("it ends inside {}", what));
      filled += got;
    }
  }
  return bytes;
}

std::uint64_t byte_count(const std::vector<std::size_t>& shape, std::size_t item) {
  std::uint64_t bytes = item;
  for (const std::size_t side : shape) {
    if (side != 0 && bytes > std::numeric_limits<std::uint64_t>::max() / side)
      throw damaged("a tensor's shape is too large");
    bytes *= side;
  }
  return bytes;
}

const Json& field(const Json& entry, const char* key) {
  if (!entry.is_object() || !entry.contains(key))
    throw damaged(fmt::format("a tensor has no field '{}'", key));
  return entry[key];
}

std::vector<std::uint64_t> counts(const Json& list, const char* key) {
  if (!list.is_array()) throw damaged(fmt::format("a tensor's field '{}' is not a list", key));
  std::vector<std::uint64_t> values;
  for (const Json& value : list) {
    if (!value.is_number_unsigned())
      throw damaged(fmt::format("a tensor's field '{}' holds no whole number", key));
    values.push_back(value.get<std::uint64_t>());
  }
  return values;
}

struct Range {
  Tensor tensor;
  std::uint64_t begin = 0, end = 0;
};

Range parse_tensor(const std::string& name, const Json& entry) {
  Range range;
  range.tensor.name = name;
  const Json& type = field(entry, "dtype");
  const TypeRow* row = nullptr;
  for (const TypeRow& candidate : k_types) {
    if (type.is_string() && type.get<std::string>() == candidate.name) row = &candidate;
  }
  if (row == nullptr) throw damaged(fmt::format("the tensor {} has an unknown type", errors::quoted(name)));
  range.tensor.type = row->type;
  const auto shape = counts(field(entry, "shape"), "shape");
  if (shape.size() > k_shape_limit) throw damaged("a tensor has too many dimensions");
  range.tensor.shape.assign(shape.begin(), shape.end());
  const auto offsets = counts(field(entry, "data_offsets"), "data_offsets");
  if (offsets.size() != 2 || offsets[0] > offsets[1]) throw damaged("a tensor's range is not a range");
  range.begin = offsets[0];
  range.end = offsets[1];
  if (byte_count(range.tensor.shape, row->size) != range.end - range.begin) {
    throw damaged(fmt::format("the tensor {} has a range that does not fit its shape", errors::quoted(name)));
  }
  return range;
}

std::map<std::string, std::string> parse_metadata(const Json& entry) {
  if (!entry.is_object()) throw damaged("its metadata is not an object");
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : entry.items()) {
    if (!value.is_string()) throw damaged("its metadata holds something that is not a text");
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

std::vector<Range> parse_tensors(const Json& header) {
  if (header.size() > k_tensor_limit + 1) throw damaged("it has too many tensors");
  std::vector<Range> ranges;
  for (const auto& [name, entry] : header.items()) {
    if (name != k_metadata_key) ranges.push_back(parse_tensor(name, entry));
  }
  std::uint64_t offset = 0;
  for (const Range& range : ranges) {
    if (range.begin != offset) throw damaged("its tensors overlap or leave a gap");
    offset = range.end;
  }
  return ranges;
}

void expect_end(files::ByteSource& source) {
  char more = 0;
  if (source.read({&more, 1}) != 0) throw damaged("it holds more than its header says");
}

}  // namespace

void write(const Archive& archive, files::ByteSink& sink) {
  const std::string header = header_of(archive);
  std::string length;
  for (int shift = 0; shift < 64; shift += 8) length += static_cast<char>(header.size() >> shift);
  files::GzipSink gzip(sink);
  gzip.write(length);
  gzip.write(header);
  for (const Tensor& tensor : archive.tensors) {
    gzip.write({reinterpret_cast<const char*>(tensor.bytes.data()), tensor.bytes.size()});
  }
  gzip.finish();
}

Archive read(const std::filesystem::path& path) {
  files::GunzipLimits limits;
  limits.unpacked_bytes = k_unpacked_limit;
  const auto source = files::open_maybe_gzip(path, limits);
  const auto prefix = read_exactly<std::vector<std::uint8_t>>(*source, 8, "its header's length");
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < 8; ++i) length |= static_cast<std::uint64_t>(prefix[i]) << (8 * i);
  if (length > k_header_limit) throw damaged("its header is too large");
  const Json header = parse_header(read_exactly<std::string>(*source, length, "its header"));

  Archive archive;
  if (header.contains(k_metadata_key)) archive.metadata = parse_metadata(header[std::string(k_metadata_key)]);
  for (Range& range : parse_tensors(header)) {
    range.tensor.bytes = read_exactly<std::vector<std::uint8_t>>(
        *source, range.end - range.begin, fmt::format("the tensor {}", errors::quoted(range.tensor.name)));
    if (!is_finite(range.tensor)) {
      throw damaged(
          fmt::format("the tensor {} holds a number that is not finite", errors::quoted(range.tensor.name)));
    }
    archive.tensors.push_back(std::move(range.tensor));
  }
  expect_end(*source);
  return archive;
}

}  // namespace ctgan::synth::archive
