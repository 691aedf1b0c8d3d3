// A connection that dies in the middle of a submission, byte by byte: whatever arrived, the same command run
// again ends with one model and one job, unless the first has said which job it left behind.
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/python.h"
#include "tests/system/laptop.h"
#include "tests/system/store_check.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;

// A fit with a server beside it whose conversation ends after so many bytes.
class CutFit {
 public:
  CutFit() {
    for (const char* name : {"fit", "ctgan-server"})
      fs::copy_file(bin(name), folder_.path() / (std::string(name) == "fit" ? "fit" : "real-server"));
  }

  // `from_server`: of what it answers, else of what it is asked. Both directions end at once, as when a
  // network dies.
  void cut(bool from_server, int bytes) const {
    write_server(std::string("#!") + python_interpreter() + R"(
import os, subprocess, sys, threading
real = os.path.join(os.path.dirname(os.path.abspath(__file__)), "real-server")
server = subprocess.Popen([real] + sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def carry(source, sink, left):
    while left > 0 and (piece := os.read(source, min(65536, left))):
        os.write(sink, piece)
        left -= len(piece)
    if left == 0:
        os._exit(255)
    os.close(sink)
FAR = 1 << 40
threading.Thread(target=carry, args=(0, server.stdin.fileno(), )" +
                 (from_server ? "FAR" : std::to_string(bytes)) + R"(), daemon=True).start()
carry(server.stdout.fileno(), 1, )" +
                 (from_server ? std::to_string(bytes) : "FAR") + R"()
sys.exit(server.wait())
)");
  }
  void restore() const { write_server("#!/bin/sh\nexec \"${0%/*}/real-server\" \"$@\"\n"); }

  Outcome run(const Laptop& laptop) const {
    std::vector<std::string> argv = quick_fit(laptop.write_table("people.csv", small_table(60)));
    argv[0] = (folder_.path() / "fit").string();
    argv.emplace_back("--no-report");
    return run_program(argv, laptop.surroundings());
  }

 private:
  void write_server(const std::string& script) const {
    const fs::path server = folder_.path() / "ctgan-server";
    files::write_file(server, script, files::AtomicFile::IfExists::replace);
    fs::permissions(server, fs::perms::owner_all);
  }

  TemporaryFolder folder_;
};

std::size_t count_ending(const fs::path& folder, const std::string& suffix) {
  std::size_t count = 0;
  for (const std::string& name : files_under(folder)) count += name.ends_with(suffix) ? 1 : 0;
  return count;
}

void check_cut_at(bool from_server, int bytes) {
  INFO((from_server ? "answers" : "requests") << " cut after " << bytes << " bytes");
  const Laptop laptop;
  const CutFit fit;
  fit.cut(from_server, bytes);
  const Outcome broken = fit.run(laptop);
  INFO(broken);
  CHECK((broken.code == 75 || broken.code == 76));
  fit.restore();
  // The server of the cut connection may still be on its way out, and has its upload until then.
  for (int i = 0; i < 100 && !servers_of(laptop.local_store()).empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const Outcome again = fit.run(laptop);
  INFO(again);
  REQUIRE(again.code == 0);
  if (broken.err.find("--attach") != std::string::npos) return;
  CHECK(count_ending(laptop.local_store() / "model_database", "_model.gz") == 1);
  CHECK(count_ending(laptop.local_store() / "jobs", "request.json") == 1);
  CHECK(count_ending(laptop.local_store() / "inbox", "") == 0);
}

}  // namespace

TEST_CASE("a fit whose answers end anywhere is found by the same command", "[fault:1]") {
  if (python_interpreter().empty()) return;
  for (int bytes = 5; bytes < 1000; bytes += 132) check_cut_at(true, bytes);
}

TEST_CASE("a fit whose requests end anywhere is made by the same command", "[fault:1]") {
  if (python_interpreter().empty()) return;
  for (int bytes = 5; bytes < 1300; bytes += 172) check_cut_at(false, bytes);
}

}  // namespace ctgan::tests
