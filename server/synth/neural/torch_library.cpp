#include "server/synth/neural/torch_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "common/errors/error.h"

namespace ctgan::synth::neural {
namespace {

namespace fs = std::filesystem;
using errors::Error;
using errors::Kind;

constexpr const char* k_library = "libctgan_torch.so";
constexpr const char* k_hint =
    "install ctgan-server-torch, or libtorch1.13 and a build with -DCTGAN_TORCH=ON; 'ctgan-server doctor' "
    "says what lacks";

// libgomp reads this once, when libtorch brings it in. Its own default has a waiting thread spin for
// milliseconds: on a machine that others use too, an epoch then takes ten times as long.
void wait_politely() {
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) setenv("GOMP_SPINCOUNT", "1000", 0);
}

std::string reason() {
  const char* text = dlerror();
  return text == nullptr ? "unknown reason" : text;
}

}  // namespace

std::vector<fs::path> torch_library_places() {
  const fs::path folder = fs::read_symlink("/proc/self/exe").parent_path();
  return {folder / k_library, folder.parent_path() / "lib" / "ctgan-server" / "torch" / k_library};
}

const networks::Executions& open_execution(const std::vector<fs::path>& places) {
  const auto place = std::find_if(places.begin(), places.end(), [](const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
  });
  if (place == places.end())
    throw Error(Kind::unavailable,
                "the libtorch execution " + errors::quoted(k_library) + " is not installed", k_hint);
  wait_politely();
  // Never closed: libtorch cannot be unloaded safely.
  void* library = dlopen(place->c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    throw Error(Kind::unavailable, "cannot open the libtorch execution: " + reason(), k_hint);
  void* symbol = dlsym(library, networks::k_execution_symbol);
  if (symbol == nullptr)
    throw Error(Kind::unavailable,
                errors::quoted(place->string()) + " belongs to another version of this program",
                "install both from one build");
  return *reinterpret_cast<networks::ExecutionFactory>(symbol)();
}

}  // namespace ctgan::synth::neural
