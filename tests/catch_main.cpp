#define CATCH_CONFIG_RUNNER
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/faults.h"

namespace ctgan::tests {
namespace {

#if __has_include(<catch2/catch_all.hpp>)
using CatchListener = Catch::EventListenerBase;
const Catch::TestCaseInfo& info_of(const Catch::TestCaseStats& stats) {
  return *stats.testInfo;
}
#else
using CatchListener = Catch::TestEventListenerBase;
const Catch::TestCaseInfo& info_of(const Catch::TestCaseStats& stats) {
  return stats.testInfo;
}
#endif

int tries = 0;

// Writes what faults.h promises.
class FaultRecorder : public CatchListener {
 public:
  using CatchListener::CatchListener;

  void testCaseStarting(const Catch::TestCaseInfo& /*info*/) override { tries = 0; }
  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    const char* file = std::getenv("CTGAN_FAULTS");
    const Catch::TestCaseInfo& info = info_of(stats);
    if (file == nullptr || info.tagsAsString().find("[fault:") == std::string::npos) return;
    const nlohmann::json row{{"test", info.name},
                             {"tags", info.tagsAsString()},
                             {"tried", tries == 0 ? 1 : tries},
                             {"passed", stats.totals.assertions.allOk()},
                             {"looked_at", stats.totals.assertions.total()}};
    std::ofstream(file, std::ios::app) << row.dump() + "\n" << std::flush;
  }
};

}  // namespace

void tried(int times) {
  tries += times;
}

}  // namespace ctgan::tests

using ctgan::tests::FaultRecorder;
CATCH_REGISTER_LISTENER(FaultRecorder)

int main(int argc, char** argv) {
  // As the programs do: a pipe that nobody reads is an error, not a signal.
  std::signal(SIGPIPE, SIG_IGN);
  return Catch::Session().run(argc, argv);
}
