// The built programs are hardened as cmake/hardening.cmake promises: $CTGAN_HARDENED_DIR holds them, $CTGAN_HARDENING
// the promises. And the reader that says so sees each flag that is dropped.
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "tests/catch.h"
#include "tests/hardening/hardened_program.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using Words = std::set<std::string>;

const Words k_all{"pie", "relro", "now", "noexecstack", "stack-protector", "fortify", "stack-probes"};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  REQUIRE(value != nullptr);
  return value;
}

// A program of a few functions, each of which one flag changes.
fs::path write_source(const TemporaryFolder& folder) {
  std::ofstream(folder / "small.cpp") << R"(#include <cstring>
extern "C" void fill(char*);
__attribute__((noinline)) void copy(const char* from, unsigned long bytes) {
  char to[16];
  std::memcpy(to, from, bytes);
  fill(to);
}
__attribute__((noinline)) void large() {
  char frame[20000];
  fill(frame);
}
__attribute__((noinline)) extern "C" void fill(char* at) { asm volatile("" : : "r"(at) : "memory"); }
int main(int count, char** words) {
  copy(words[0], static_cast<unsigned long>(count));
  large();
}
)";
  return folder / "small.cpp";
}

// What the compiler makes of it with `flags` instead of the whole list's flag for `dropped`.
Words compiled_without(const std::string& dropped, const std::string& flags) {
  const TemporaryFolder folder;
  const std::map<std::string, std::string> list{{"pie", "-fPIE -pie"},
                                                {"relro", "-Wl,-z,relro"},
                                                {"now", "-Wl,-z,now"},
                                                {"noexecstack", "-Wl,-z,noexecstack"},
                                                {"stack-protector", "-fstack-protector-strong"},
                                                {"fortify", "-D_FORTIFY_SOURCE=2"},
                                                {"stack-probes", "-fstack-clash-protection"}};
  std::string all = flags;
  for (const auto& [word, flag] : list) {
    if (word != dropped) all += " " + flag;
  }
  std::vector<std::string> argv{variable("CTGAN_COMPILER"), "-O2", "-U_FORTIFY_SOURCE"};
  std::istringstream words(all);
  for (std::string word; words >> word;) argv.push_back(word);
  argv.insert(argv.end(), {write_source(folder).string(), "-o", (folder / "small").string()});
  const Outcome outcome = run_program(argv);
  INFO(outcome);
  REQUIRE(outcome.code == 0);
  return hardening_of(folder / "small");
}

}  // namespace

TEST_CASE("every program shows each promise of its build") {
  Words promised;
  std::istringstream words(variable("CTGAN_HARDENING"));
  for (std::string word; std::getline(words, word, ',');) promised.insert(word);
  REQUIRE(promised.size() >= 5);
  const fs::path folder = variable("CTGAN_HARDENED_DIR");
  if (!fs::exists(folder)) {
    WARN("skipped: " << folder << " was not built; './check' builds it");
    return;
  }
  for (const std::string program : {"ctgan", "fit", "sample", "download", "manage", "ctgan-server"}) {
    const Words shown = hardening_of(folder / program);
    for (const std::string& word : promised) {
      INFO(program << " lacks " << word);
      CHECK(shown.count(word) == 1);
    }
  }
  if (!fs::exists(folder / "libctgan_torch.so")) return;
  const Words library = hardening_of(folder / "libctgan_torch.so");
  for (const std::string word : {"relro", "now", "noexecstack", "stack-protector"}) {
    INFO("libctgan_torch.so lacks " << word);
    CHECK(library.count(word) == 1);
  }
}

TEST_CASE("a flag that is dropped is seen, that one and no other") {
  CHECK(compiled_without("", "") == k_all);
  const std::map<std::string, std::string> opposite{{"pie", "-fno-PIE -no-pie"},
                                                    {"relro", "-Wl,-z,norelro"},
                                                    {"now", "-Wl,-z,lazy"},
                                                    {"noexecstack", "-Wl,-z,execstack"},
                                                    {"stack-protector", "-fno-stack-protector"},
                                                    {"fortify", "-D_FORTIFY_SOURCE=0"},
                                                    {"stack-probes", "-fno-stack-clash-protection"}};
  for (const auto& [word, flags] : opposite) {
    INFO("without " << word);
    Words rest = k_all;
    rest.erase(word);
    CHECK(compiled_without(word, flags) == rest);
  }
}

}  // namespace ctgan::tests
