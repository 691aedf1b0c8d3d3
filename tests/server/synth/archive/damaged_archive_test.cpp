// Everything that can be wrong with a model file is Error(bad_data) that names the file: never a crash, and
// never memory for what a header merely claims.
#include <fmt/format.h>
#include <sys/resource.h>

#include <fstream>
#include <functional>

#include "common/files/gzip.h"
#include "server/synth/archive/archive.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

using ctgan::errors::Kind;
using ctgan::tests::MemorySink;
using ctgan::tests::TemporaryFolder;
using namespace ctgan::synth::archive;

namespace {

std::string small_model() {
  const std::vector<float> weights = {1, 2, 3, 4};
  Archive archive;
  archive.metadata = {{"model", "ctgan"}};
  archive.tensors = {tensor_from_floats("w", {2, 2}, weights.data()), tensor_from_strings("s", {"a", "bc"})};
  MemorySink sink;
  write(archive, sink);
  return sink.content;
}

std::string gzip(const std::string& bytes) {
  MemorySink sink;
  ctgan::files::GzipSink packed(sink);
  packed.write(bytes);
  packed.finish();
  return sink.content;
}

std::string length_of(std::uint64_t length) {
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8) {
    bytes += static_cast<char>(length >> shift);
  }
  return bytes;
}

std::string container(std::string header, const std::string& data) {
  header.append((8 - header.size() % 8) % 8, ' ');
  return length_of(header.size()) + header + data;
}

std::string with_tensors(const std::string& tensors) {
  return R"({"__metadata__":{})" + tensors + "}";
}

// Reads `bytes` as a model file that must be refused; what is said after the file's name.
std::string refusal(const std::string& bytes) {
  const TemporaryFolder folder;
  std::ofstream(folder / "x_model.gz", std::ios::binary) << bytes;
  const ctgan::errors::Error error = ctgan::tests::raised([&] { (void)read(folder / "x_model.gz"); });
  CHECK(error.kind() == Kind::bad_data);
  const std::string start = "the model file 'x_model.gz' cannot be used: ";
  REQUIRE(error.sentence().rfind(start, 0) == 0);
  return error.sentence().substr(start.size());
}

std::string header_refusal(const std::string& header, const std::string& data = "") {
  return refusal(gzip(container(header, data)));
}

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("A model file cut anywhere is refused", "[fault:28]") {
  const std::string model = small_model();
  for (std::size_t length = 0; length < model.size(); ++length) {
    INFO("cut to " << length << " bytes");
    refusal(model.substr(0, length));
  }
}

TEST_CASE("A large model file cut at any 64 bytes is refused", "[fault:28]") {
  std::vector<float> weights(3000);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    weights[i] = 1.0F / static_cast<float>(i * i + 1);
  }
  Archive archive;
  archive.tensors = {tensor_from_floats("w", {3000}, weights.data())};
  MemorySink sink;
  write(archive, sink);
  for (std::size_t length = 0; length < sink.content.size(); length += 64) {
    INFO("cut to " << length << " of " << sink.content.size() << " bytes");
    refusal(sink.content.substr(0, length));
  }
}

TEST_CASE("A model file with any one byte inverted is refused") {
  const std::string model = small_model();
  for (std::size_t at = 0; at < model.size(); ++at) {
    INFO("byte " << at << " of " << model.size());
    std::string flipped = model;
    flipped[at] = static_cast<char>(~flipped[at]);
    refusal(flipped);
  }
}

TEST_CASE("A model file with any one bit flipped is refused, or reads as the same model") {
  // Up to seven bits that pad deflate's last byte mean nothing.
  const std::string model = small_model();
  const TemporaryFolder folder;
  int unnoticed = 0;
  for (std::size_t bit = 0; bit < 8 * model.size(); ++bit) {
    INFO("bit " << bit);
    std::string flipped = model;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    std::ofstream(folder / "x_model.gz", std::ios::binary) << flipped;
    try {
      const Archive archive = read(folder / "x_model.gz");
      CHECK(floats(archive.tensor("w")) == std::vector<float>{1, 2, 3, 4});
      CHECK(archive.entry("model") == "ctgan");
      ++unnoticed;
    } catch (const ctgan::errors::Error& error) {
      CHECK(error.kind() == Kind::bad_data);
    }
  }
  CHECK(unnoticed <= 7);
}

TEST_CASE(
    "A container with any one byte inverted and honest gzip around it is refused or has other content") {
  const std::vector<float> weights = {1, 2};
  Archive archive;
  archive.metadata = {{"model", "ctgan"}};
  archive.tensors = {tensor_from_floats("w", {2}, weights.data())};
  MemorySink sink;
  write(archive, sink);
  ctgan::tests::MemorySource packed(sink.content);
  ctgan::files::GunzipSource source(packed);
  const std::string plain = ctgan::tests::read_all(source);
  const TemporaryFolder folder;
  for (std::size_t at = 0; at < plain.size(); ++at) {
    for (const int mask : {0xff, 0x01, 0x80, 0x20}) {
      std::string flipped = plain;
      flipped[at] = static_cast<char>(flipped[at] ^ mask);
      std::ofstream(folder / "x_model.gz", std::ios::binary) << gzip(flipped);
      try {
        (void)read(folder / "x_model.gz");
      } catch (const ctgan::errors::Error& error) {
        CHECK(error.kind() == Kind::bad_data);
      }
    }
  }
}

TEST_CASE("Files that are no model files are refused") {
  CHECK(refusal("") == "it does not start as a model file does");
  CHECK(refusal("age,income\n39,1\n") == "it does not start as a model file does");
  CHECK(refusal("PK\x03\x04 a torch file") == "it does not start as a model file does");
  CHECK(refusal(gzip("")) == "it ends too early");
  CHECK(refusal(gzip("age,income\n39,1\n40,0\n")).find("its header claims ") == 0);
  std::string timed = small_model();
  timed[4] = 1;
  CHECK(refusal(timed) == "it does not start as a model file does");
}

TEST_CASE("Bytes after the container or after the gzip member are refused") {
  CHECK(refusal(gzip(container(with_tensors(""), "x"))) == "it has bytes after its last tensor");
  CHECK(refusal(small_model() + gzip("x")) == "it has bytes after its last tensor");
  CHECK(refusal(small_model() + "x").find("gzip") != std::string::npos);
}

TEST_CASE("A header that is long and holds many small things is refused before it takes much memory") {
  const long before = peak_kib();
  std::string entries;
  for (int i = 0; i < 300'000; ++i) entries += fmt::format("\"{}\":\"\",", i);
  CHECK_THAT(header_refusal(R"({"__metadata__":{)" + entries + R"("x":""}})"),
             Catch::Contains("1000 entries"));
  std::string numbers;
  for (int i = 0; i < 300'000; ++i) numbers += "1,";
  CHECK_THAT(
      header_refusal(
          with_tensors(R"(,"w":{"dtype":"U8","shape":[)" + numbers + R"(1],"data_offsets":[0,1]})"), "x"),
      Catch::Contains("16 numbers"));
  CHECK(peak_kib() - before < 128 * 1024);
}

TEST_CASE("A header length beyond the limit, up to 2^64 - 1, costs no memory", "[fault:28]") {
  const long before = peak_kib();
  for (const std::uint64_t length :
       {std::uint64_t{1} << 63, ~std::uint64_t{0} - 7, (std::uint64_t{64} << 20) + 8}) {
    CHECK(
        refusal(gzip(length_of(length) + "{}")) ==
        fmt::format("its header claims {} bytes, which is not a multiple of 8 of at most 67108864", length));
  }
  CHECK(refusal(gzip(length_of(3) + "{} ")).find("its header claims 3 bytes") == 0);
  CHECK(refusal(gzip(length_of(64 << 20) + "{}")) == "it ends too early");
  CHECK(peak_kib() - before < 64 * 1024);
}

TEST_CASE("A tensor that claims terabytes costs no memory") {
  const long before = peak_kib();
  constexpr std::uint64_t k_claim = std::uint64_t{1} << 42;
  CHECK(header_refusal(with_tensors(fmt::format(R"(,"w":{{"dtype":"U8","shape":[{}],"data_offsets":[0,{}]}})",
                                                k_claim, k_claim)),
                       std::string(100, 'x')) == "it ends too early");
  CHECK(peak_kib() - before < 64 * 1024);
}

TEST_CASE("A gzip bomb is refused before it fills the memory", "[fault:26]") {
  const long before = peak_kib();
  constexpr std::uint64_t k_claim = std::uint64_t{1} << 42;
  const std::string header = with_tensors(
      fmt::format(R"(,"w":{{"dtype":"U8","shape":[{}],"data_offsets":[0,{}]}})", k_claim, k_claim));
  // 20 MB of zeros in 20 KB: within deflate's ratio, so what is read is what was really there.
  std::string zeros;
  zeros.resize(20'000'000);
  CHECK(header_refusal(header, zeros) == "it ends too early");
  CHECK(peak_kib() - before < 256 * 1024);
}

TEST_CASE("Headers that are not the described JSON are refused") {
  CHECK(header_refusal("") == "its header is not one JSON object");
  CHECK(header_refusal("        ") == "its header is not one JSON object");
  CHECK(header_refusal("[]") == "its header is not one JSON object");
  CHECK(header_refusal(R"( {"__metadata__":{}})") == "its header is not one JSON object");
  CHECK(header_refusal(R"({"__metadata__":{}} x)") == "its header is not one JSON object");
  CHECK(header_refusal(std::string("{\"__metadata__\":{}}\0 }", 22)) == "its header is not one JSON object");
  CHECK(header_refusal(R"({"__metadata__":{},})") == "its header is not valid JSON");
  CHECK(header_refusal(R"({"__metadata__":{"a":"b"})") == "its header is not valid JSON");
  CHECK(header_refusal("{\"__metadata__\":{\"a\":\"\xff\"}}") == "its header is not valid JSON");
  CHECK(header_refusal("{}") == "its header has no '__metadata__'");
  CHECK(header_refusal(R"({"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})") ==
        "its header has no '__metadata__'");
  CHECK(header_refusal(R"({"__metadata__":[]})") == "its header has no '__metadata__'");
  CHECK(header_refusal(R"({"__metadata__":{"a":1}})") == "its metadata entry 'a' is not text");
  CHECK(header_refusal(R"({"__metadata__":{"a":"1","a":"2"}})") == "its header names 'a' twice");
  CHECK(header_refusal(R"({"__metadata__":{},"__metadata__":{}})") ==
        "its header names '__metadata__' twice");
}

TEST_CASE("Deep JSON is refused while it is read, half a million levels too") {
  CHECK(header_refusal(with_tensors(R"(,"w":{"shape":[[1]]})")) == "its header nests deeper than 3 levels");
  CHECK(header_refusal(with_tensors(R"(,"w":)" + std::string(500'000, '[') + std::string(500'000, ']'))) ==
        "its header nests deeper than 3 levels");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) {
    objects += R"({"a":)";
  }
  CHECK(header_refusal(objects + "1" + std::string(100'000, '}')) == "its header nests deeper than 3 levels");
}

TEST_CASE("Tensor entries that break a rule are refused by name") {
  const auto tensor = [](const std::string& entry) {
    return header_refusal(with_tensors(",\"w\":" + entry), std::string(8, '\0'));
  };
  const std::string fields = "tensor 'w' must have the fields 'dtype', 'shape' and 'data_offsets'";
  CHECK(tensor("1") == fields);
  CHECK(tensor("{}") == fields);
  CHECK(tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1})") == fields);
  CHECK(tensor(R"({"dtype":"F32","shape":[2],"offsets":[0,8]})") == "tensor 'w' has no field 'data_offsets'");
  CHECK(tensor(R"({"dtype":"F16","shape":[4],"data_offsets":[0,8]})") == "tensor 'w' has an unknown dtype");
  CHECK(tensor(R"({"dtype":7,"shape":[4],"data_offsets":[0,8]})") == "tensor 'w' has an unknown dtype");
  CHECK(tensor(R"({"dtype":"F32","shape":2,"data_offsets":[0,8]})") ==
        "tensor 'w' must have a list of dimensions and two offsets");
  CHECK(tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8,8]})") ==
        "tensor 'w' must have a list of dimensions and two offsets");
  const std::string dimension = "tensor 'w' has a dimension that is not an integer from 0 to 2^53";
  for (const char* bad :
       {"-2", "2.0", "\"2\"", "1e1", "9007199254740993", "99999999999999999999", "null", "true"}) {
    CHECK(tensor(fmt::format(R"({{"dtype":"F32","shape":[{}],"data_offsets":[0,8]}})", bad)) == dimension);
  }
  CHECK(tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[0,-8]})") ==
        "tensor 'w' has an offset that is not an integer from 0 to 2^53");
  CHECK(tensor(R"({"dtype":"F32","shape":[3],"data_offsets":[0,8]})") ==
        "tensor 'w' has a shape that does not fit its bytes");
  CHECK(tensor(R"({"dtype":"F32","shape":[2],"data_offsets":[8,0]})") ==
        "the bytes of tensor 'w' overlap others or leave a gap");
  CHECK(header_refusal(with_tensors(R"(,"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})")) ==
        "a tensor has an empty name");
}

TEST_CASE("Shapes whose size overflows are refused", "[fault:28]") {
  // 2^32 x 2^32 x 4 is 0 modulo 2^64: without the check it would fit an empty range.
  for (const char* shape :
       {"4294967296,4294967296", "9007199254740992,9007199254740992,0", "9007199254740992,512"}) {
    CHECK(header_refusal(with_tensors(
              fmt::format(R"(,"w":{{"dtype":"F32","shape":[{}],"data_offsets":[0,0]}})", shape))) ==
          "a tensor has a shape that is too large");
  }
}

TEST_CASE("Ranges that overlap, leave a gap or end elsewhere are refused", "[fault:28]") {
  const auto two = [](int begin, int end, std::size_t data) {
    return header_refusal(
        with_tensors(fmt::format(R"(,"a":{{"dtype":"U8","shape":[4],"data_offsets":[0,4]}})"
                                 R"(,"b":{{"dtype":"U8","shape":[{}],"data_offsets":[{},{}]}})",
                                 end - begin, begin, end)),
        std::string(data, 'x'));
  };
  CHECK(two(3, 7, 7) == "the bytes of tensor 'b' overlap others or leave a gap");
  CHECK(two(0, 4, 4) == "the bytes of tensor 'b' overlap others or leave a gap");
  CHECK(two(5, 9, 9) == "the bytes of tensor 'b' overlap others or leave a gap");
  CHECK(two(4, 8, 7) == "it ends too early");
  CHECK(two(4, 8, 9) == "it has bytes after its last tensor");
  CHECK(header_refusal(with_tensors(R"(,"a":{"dtype":"U8","shape":[4],"data_offsets":[1,5]})"), "12345") ==
        "the bytes of tensor 'a' overlap others or leave a gap");
}

TEST_CASE("Ranges may stand in any order in the header; the data decides") {
  const TemporaryFolder folder;
  std::ofstream(folder / "x_model.gz", std::ios::binary)
      << gzip(container(with_tensors(R"(,"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]})"
                                     R"(,"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]})"),
                        "xy"));
  const Archive archive = read(folder / "x_model.gz");
  CHECK(archive.tensors.at(0).name == "a");
  CHECK(archive.tensor("b").bytes == std::vector<std::uint8_t>{'y'});
}

TEST_CASE("250,001 tensors are refused") {
  std::string tensors;
  for (int i = 0; i < 250'001; ++i) {
    tensors += fmt::format(R"(,"{}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})", i);
  }
  CHECK(header_refusal(with_tensors(tensors)) == "it has more than 250000 tensors");
}

TEST_CASE("Weights that are NaN or infinite are refused by tensor", "[fault:28]") {
  const auto floats_refusal = [](const char* dtype, const std::string& data) {
    return header_refusal(
        with_tensors(
            fmt::format(R"(,"w":{{"dtype":"{}","shape":[1],"data_offsets":[0,{}]}})", dtype, data.size())),
        data);
  };
  const std::string refused = "tensor 'w' holds a number that is not finite";
  CHECK(floats_refusal("F32", {"\0\0\xc0\x7f", 4}) == refused);
  CHECK(floats_refusal("F32", {"\0\0\x80\xff", 4}) == refused);
  CHECK(floats_refusal("F64", {"\0\0\0\0\0\0\xf8\x7f", 8}) == refused);
  CHECK(floats_refusal("F64", {"\0\0\0\0\0\0\xf0\xff", 8}) == refused);
}
