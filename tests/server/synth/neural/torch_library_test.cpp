#include "server/synth/neural/torch_library.h"

#include <fstream>

#include "common/errors/error.h"
#include "tests/catch.h"

namespace {

using namespace ctgan;
namespace fs = std::filesystem;

struct TemporaryFolder {
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "ctgan_library_XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { fs::remove_all(path); }
  fs::path path;
};

errors::Error refusal(const std::vector<fs::path>& places) {
  try {
    synth::neural::open_execution(places);
  } catch (const errors::Error& error) {
    return error;
  }
  return {errors::Kind::internal, "opened"};
}

}  // namespace

TEST_CASE("the library is looked for beside the program first") {
  const auto places = synth::neural::torch_library_places();
  REQUIRE(places.size() == 2);
  CHECK(places[0].parent_path() == fs::read_symlink("/proc/self/exe").parent_path());
  CHECK(places[0].filename() == "libctgan_torch.so");
  CHECK(places[1].parent_path().filename() == "torch");
}

TEST_CASE("a missing library is unavailable, and the hint says how to get it") {
  const errors::Error error = refusal({"/nowhere/libctgan_torch.so"});
  CHECK(error.kind() == errors::Kind::unavailable);
  CHECK(error.sentence() == "the libtorch execution 'libctgan_torch.so' is not installed");
  CHECK(error.hint().find("libtorch") != std::string::npos);
}

TEST_CASE("a file that is no library is unavailable with the loader's reason") {
  const TemporaryFolder folder;
  std::ofstream(folder.path / "libctgan_torch.so") << "not a library";
  const errors::Error error = refusal({folder.path / "libctgan_torch.so"});
  CHECK(error.kind() == errors::Kind::unavailable);
  CHECK(error.sentence().find("cannot open the libtorch execution") == 0);
}

TEST_CASE("a library without our symbol is of another version") {
  const errors::Error error = refusal({"/lib/x86_64-linux-gnu/libz.so.1"});
  CHECK(error.kind() == errors::Kind::unavailable);
  CHECK(error.sentence().find("another version") != std::string::npos);
}
