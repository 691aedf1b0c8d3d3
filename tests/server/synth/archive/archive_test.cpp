#include "server/synth/archive/archive.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>

#include "common/files/file.h"
#include "common/files/gzip.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"

using ctgan::errors::Kind;
using ctgan::tests::MemorySink;
using ctgan::tests::MemorySource;
using ctgan::tests::raised;
using ctgan::tests::TemporaryFolder;
using namespace ctgan::synth::archive;

namespace {

Archive sample_archive() {
  const std::vector<float> weights = {1.5F, -2, 0, 3e38F, -1e-45F, 7};
  const std::vector<double> modes = {0.1, -1e308};
  Archive archive;
  archive.metadata = {{"model", "ctgan"}, {"empty", ""}, {"odd \"key\"\n", "ü 漢 \\ \u0001"}};
  archive.tensors.push_back(tensor_from_floats("block0.linear.weight", {2, 3}, weights.data()));
  archive.tensors.push_back(tensor_from_doubles("modes", {2}, modes.data()));
  archive.tensors.push_back(
      tensor_from_strings("categories", {" State-gov", "", std::string("a\0b", 3), "ü"}));
  archive.tensors.push_back(Tensor{"counts", TensorType::i64, {1}, {1, 0, 0, 0, 0, 0, 0, 0x80}});
  archive.tensors.push_back(Tensor{"nothing", TensorType::f32, {0, 5}, {}});
  archive.tensors.push_back(Tensor{"a scalar", TensorType::u8, {}, {255}});
  return archive;
}

std::string written(const Archive& archive) {
  MemorySink sink;
  write(archive, sink);
  return sink.content;
}

Archive read_back(const std::string& bytes) {
  const TemporaryFolder folder;
  std::ofstream(folder / "x_model.gz", std::ios::binary) << bytes;
  return read(folder / "x_model.gz");
}

void check_equal(const Archive& a, const Archive& b) {
  CHECK(a.metadata == b.metadata);
  REQUIRE(a.tensors.size() == b.tensors.size());
  for (std::size_t i = 0; i < a.tensors.size(); ++i) {
    CHECK(a.tensors[i].name == b.tensors[i].name);
    CHECK(a.tensors[i].type == b.tensors[i].type);
    CHECK(a.tensors[i].shape == b.tensors[i].shape);
    CHECK(a.tensors[i].bytes == b.tensors[i].bytes);
  }
}

std::filesystem::path source_folder() {
  return std::getenv("CTGAN_SOURCE_DIR");
}

// The bytes of the hex dump under "## Example" in archive_format.md.
std::string documented_container() {
  std::ifstream document(source_folder() / "server/synth/archive/archive_format.md");
  std::string bytes;
  bool example = false;
  for (std::string line; std::getline(document, line);) {
    example = example || line == "## Example";
    if (example && line.rfind("    0000", 0) == 0) {
      for (std::size_t at = 14; at < 14 + 16 * 3 && line.size() > at + 1 && line[at] != ' '; at += 3) {
        bytes += static_cast<char>(std::stoi(line.substr(at, 2), nullptr, 16));
      }
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("What is written is read back, value for value and in the same order") {
  check_equal(read_back(written(sample_archive())), sample_archive());
  check_equal(read_back(written(Archive{})), Archive{});
}

TEST_CASE("What is written without packing is read back, and never shorter") {
  MemorySink stored;
  write(sample_archive(), stored, Packing::none);
  check_equal(read_back(stored.content), sample_archive());
  CHECK(stored.content.size() >= written(sample_archive()).size());
}

TEST_CASE("Numbers and strings come back from their tensors") {
  const Archive archive = read_back(written(sample_archive()));
  CHECK(floats(archive.tensor("block0.linear.weight"))[3] == 3e38F);
  CHECK(floats(archive.tensor("block0.linear.weight"))[4] == -1e-45F);
  CHECK(doubles(archive.tensor("modes")) == std::vector<double>{0.1, -1e308});
  CHECK(strings(archive.tensor("categories")) ==
        std::vector<std::string>{" State-gov", "", std::string("a\0b", 3), "ü"});
  CHECK(strings(tensor_from_strings("none", {})).empty());
  CHECK(archive.entry("model") == "ctgan");
}

TEST_CASE("Equal archives are equal bytes, with a gzip header free of time and name") {
  const std::string once = written(sample_archive());
  CHECK(once == written(sample_archive()));
  CHECK(once.substr(0, 10) == std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10));
}

TEST_CASE("The example of archive_format.md is what the writer writes") {
  const std::vector<float> w = {1, -2};
  Archive archive;
  archive.metadata = {{"model", "ctgan"}};
  archive.tensors = {tensor_from_floats("w", {2}, w.data()), tensor_from_strings("s", {"a", "bc"})};
  MemorySource packed(written(archive));
  ctgan::files::GunzipSource source(packed);
  const std::string container = ctgan::tests::read_all(source);
  CHECK(container.size() == 171);
  CHECK(container == documented_container());
}

TEST_CASE("Python's safetensors opens a model file") {
  const char* python = std::getenv("CTGAN_PYTHON");
  if (python == nullptr || *python == '\0') {
    WARN("skipped: CTGAN_PYTHON is not set");
    return;
  }
  const TemporaryFolder folder;
  std::ofstream(folder / "m.gz", std::ios::binary) << written(sample_archive());
  std::ofstream(folder / "check.py") << R"(
import gzip, json, struct, sys
import numpy, safetensors.numpy
content = gzip.open(sys.argv[1]).read()
tensors = safetensors.numpy.load(content)
w = tensors["block0.linear.weight"]
assert w.dtype == numpy.float32 and w.tolist()[0] == [1.5, -2.0, 0.0], w
assert tensors["modes"].tolist() == [0.1, -1e308]
assert tensors["counts"].tolist() == [1 - 2**63]
assert tensors["nothing"].shape == (0, 5)
assert tensors["a scalar"].shape == () and tensors["a scalar"] == 255
assert bytes(tensors["categories"])[4:14] == b" State-gov"
header = json.loads(content[8 : 8 + struct.unpack("<Q", content[:8])[0]])
assert header["__metadata__"]["odd \"key\"\n"] == "ü 漢 \\ \x01"
print("fine")
)";
  const ctgan::tests::Outcome outcome =
      ctgan::tests::run_program({python, folder / "check.py", folder / "m.gz"});
  INFO(outcome);
  CHECK(outcome.out == "fine\n");
}

TEST_CASE("A missing tensor or entry, or one of another type, is an error that names it") {
  const Archive archive = sample_archive();
  CHECK(archive.find("nope") == nullptr);
  CHECK(raised([&] { (void)archive.tensor("nope"); }).sentence() == "the model file has no tensor 'nope'");
  CHECK(raised([&] { (void)archive.entry("nope"); }).sentence() == "the model file has no entry 'nope'");
  CHECK(raised([&] { (void)floats(archive.tensor("modes")); }).sentence() ==
        "tensor 'modes' does not hold 32-bit floats");
  CHECK(raised([&] { (void)doubles(archive.tensor("counts")); }).sentence() ==
        "tensor 'counts' does not hold 64-bit floats");
  CHECK(raised([&] { (void)strings(archive.tensor("modes")); }).kind() == Kind::bad_data);
}

TEST_CASE("A byte tensor that is not a list of strings is refused, however long it claims to be") {
  const auto list = [](std::vector<std::uint8_t> bytes) {
    const std::size_t size = bytes.size();
    return Tensor{"s", TensorType::u8, {size}, std::move(bytes)};
  };
  CHECK(raised([&] { (void)strings(list({1, 0, 0})); }).sentence() == "tensor 's' is not a list of strings");
  CHECK(raised([&] { (void)strings(list({2, 0, 0, 0, 'a'})); }).kind() == Kind::bad_data);
  CHECK(raised([&] { (void)strings(list({0xff, 0xff, 0xff, 0xff, 'a'})); }).kind() == Kind::bad_data);
  CHECK(raised([&] { (void)strings(list({1, 0, 0, 0, 'a', 9})); }).kind() == Kind::bad_data);
}

TEST_CASE("An archive that would break the rules is not written: our bug, named by its tensor") {
  const auto refused = [](const Archive& archive) {
    MemorySink sink;
    const ctgan::errors::Error error = raised([&] { write(archive, sink); });
    CHECK(error.kind() == Kind::internal);
    CHECK(sink.content.empty());
    return error.sentence();
  };
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()}) {
    const auto narrow = static_cast<float>(bad);
    Archive archive;
    archive.tensors = {tensor_from_floats("w", {1}, &narrow)};
    CHECK(refused(archive) == "tensor 'w' holds a number that is not finite");
    archive.tensors = {tensor_from_doubles("d", {1}, &bad)};
    CHECK(refused(archive) == "tensor 'd' holds a number that is not finite");
  }
  const Tensor byte{"b", TensorType::u8, {1}, {0}};
  Archive archive;
  archive.tensors = {byte, byte};
  CHECK(refused(archive) == "the tensor name 'b' is taken");
  archive.tensors = {Tensor{"__metadata__", TensorType::u8, {1}, {0}}};
  CHECK(refused(archive) == "the tensor name '__metadata__' is taken");
  archive.tensors = {Tensor{"b", TensorType::f32, {1}, {0}}};
  CHECK(refused(archive) == "tensor 'b' has a shape that does not fit its bytes");
  archive.tensors = {byte};
  archive.metadata = {{"latin", "\xe9t\xe9"}};
  CHECK(refused(archive) == "the names and metadata of a model file must be UTF-8");
}

TEST_CASE("Twenty thousand tensors are written and read; too many to be read are refused with a way out") {
  Archive archive;
  for (int i = 0; i < 20'000; ++i) {
    archive.tensors.push_back(
        Tensor{"column" + std::to_string(i) + ".modes", TensorType::u8, {1}, {static_cast<std::uint8_t>(i)}});
  }
  const Archive back = read_back(written(archive));
  REQUIRE(back.tensors.size() == archive.tensors.size());
  CHECK(back.tensors.back().name == "column19999.modes");
  archive.tensors.resize(250'001);
  MemorySink sink;
  const ctgan::errors::Error error = raised([&] { write(archive, sink); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK(error.hint().find("--drop") != std::string::npos);
}

TEST_CASE("Metadata beyond the header's limit is refused with the size and a way out") {
  Archive archive;
  archive.metadata = {{"columns", std::string(std::size_t{64} << 20, 'x')}};
  MemorySink sink;
  const ctgan::errors::Error error = raised([&] { write(archive, sink); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK(error.sentence() ==
        "the model file's header would need 67108896 bytes, more than the 67108864 allowed");
  CHECK(error.hint().find("--drop") != std::string::npos);
}

TEST_CASE("A missing model file is no input, a folder is bad data") {
  const TemporaryFolder folder;
  CHECK(raised([&] { (void)read(folder / "none_model.gz"); }).kind() == Kind::no_input);
  CHECK(raised([&] { (void)read(folder.path()); }).kind() == Kind::bad_data);
}
