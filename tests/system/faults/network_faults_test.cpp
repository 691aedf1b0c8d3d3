// The connection to a real sshd breaks, is reset, is spoilt or falls silent at every sixteenth of what it carries.

#include "common/files/file.h"
#include "tests/faults.h"
#include "tests/system/faults/fault_world.h"

namespace ctgan::tests {
namespace {

using Fault = SpoilingProxy::Fault;
using Way = SpoilingProxy::Way;

constexpr Way k_ways[]{Way::to_server, Way::to_client};
constexpr Fault k_faults[]{Fault::end, Fault::reset, Fault::flip};
constexpr std::uint64_t k_places = 16;

// How much each way carries when nothing happens.
struct Undisturbed {
  std::uint64_t to_server, to_client;
  std::uint64_t of(Way way) const { return way == Way::to_server ? to_server : to_client; }
};

Undisturbed measure(FaultWorld& world, const std::vector<std::string>& argv) {
  world.proxy.spoil({});
  const Outcome outcome = world.laptop.run(argv);
  INFO(outcome);
  REQUIRE(outcome.code == 0);
  return {world.proxy.carried(Way::to_server), world.proxy.carried(Way::to_client)};
}

// Calls `check` with each fault at every place, or with one of them at some places.
template <typename Check>
void sweep(const Undisturbed& undisturbed, const Check& check) {
  const auto step = static_cast<std::uint64_t>(stride(4));
  std::size_t turn = 0;
  for (const Way way : k_ways) {
    for (std::uint64_t place = 0; place < k_places; place += step) {
      for (const Fault fault : k_faults) {
        // A flipped bit may be one of a packet's length: then who waits for the rest takes a minute to give up.
        if (step > 1 && fault != k_faults[turn % 2]) continue;
        const SpoilingProxy::Plan plan{fault, way, undisturbed.of(way) * place / k_places};
        INFO("fault " << static_cast<int>(fault) << (way == Way::to_server ? " of requests" : " of answers")
                      << " behind " << plan.after << " bytes");
        check(plan);
        tried(1);
      }
      ++turn;
    }
  }
}

}  // namespace

TEST_CASE(
    "a fit whose connection ends, is reset or spoilt at any sixteenth is finished by the same command, once",
    "[fault:1][fault:2][fault:4]") {
  FaultWorld world;
  const ConfidentialTable table = confidential_table(4000);
  const std::vector<std::string> fit = world.fit(world.laptop.write_table("people.csv", table.csv));
  const Undisturbed undisturbed = measure(world, fit);
  sweep(undisturbed, [&](const SpoilingProxy::Plan& plan) {
    const std::size_t before = world.models();
    world.proxy.spoil(plan);
    const Outcome broken = world.laptop.run(fit);
    INFO(broken);
    const bool spoiled = world.proxy.has_spoiled();
    world.proxy.spoil({});
    // Behind the last byte that matters a connection may end as it likes.
    CHECK((broken.code == 75 || broken.code == 76 || (broken.code == 0 && (!spoiled || plan.after > 0))));
    if (broken.code != 0) {
      const std::string job = job_to_follow(broken.err);
      const Outcome again =
          job.empty() ? world.laptop.run(fit) : world.laptop.run({"fit", "--attach", job, "--batch"});
      INFO(again);
      CHECK(again.code == 0);
    }
    CHECK(world.models() == before + 1);
  });
  check_store(world.server.root(), table.words);
}

TEST_CASE(
    "a download that ends, is reset or spoilt at any sixteenth leaves no part, and the same command brings "
    "the rows",
    "[fault:1][fault:2][fault:4]") {
  FaultWorld world;
  const ConfidentialTable table = confidential_table(500);
  REQUIRE(world.laptop.run(world.fit(world.laptop.write_table("people.csv", table.csv))).code == 0);
  REQUIRE(
      world.laptop.run({"sample", "latest", "-n", "20000", "--seed", "1", "--no-download", "--batch"}).code ==
      0);
  const std::vector<std::string> download{"download", "latest", "--batch"};
  const Undisturbed undisturbed = measure(world, download);
  REQUIRE(world.laptop.outputs().size() == 1);
  const auto output = world.laptop.work() / "synthetic_output" / world.laptop.outputs().front();
  const std::string rows = files::read_file(output);
  sweep(undisturbed, [&](const SpoilingProxy::Plan& plan) {
    std::filesystem::remove(output);
    world.proxy.spoil(plan);
    const Outcome broken = world.laptop.run(download);
    INFO(broken);
    CHECK((broken.code == 75 || broken.code == 76 || (broken.code == 0 && plan.after > 0)));
    CHECK(std::filesystem::exists(output) == (broken.code == 0));
    for (const auto& name : world.laptop.outputs())
      CHECK((name.starts_with('.') || name == output.filename()));
    world.proxy.spoil({});
    if (broken.code != 0) CHECK(world.laptop.run(download).code == 0);
    CHECK(files::read_file(output) == rows);
    CHECK(world.laptop.outputs().size() == 1);
  });
  check_store(world.server.root(), table.words);
}

TEST_CASE("a network that delays brings the same rows", "[fault:1]") {
  FaultWorld world;
  REQUIRE(world.laptop.run(world.fit(world.laptop.write_table("people.csv", small_table(300)))).code == 0);
  const std::vector<std::string> sample{"sample", "latest",   "-n", "500",    "--seed",
                                        "3",      "--output", "-",  "--batch"};
  const Outcome straight = world.laptop.run(sample);
  REQUIRE(straight.code == 0);
  for (std::uint64_t place = 0; place < k_places; place += 4) {
    world.proxy.spoil({Fault::delay, place % 8 == 0 ? Way::to_server : Way::to_client, place * 300});
    const Outcome delayed = world.laptop.run(sample);
    CHECK(delayed.code == 0);
    CHECK(delayed.out == straight.out);
    tried(1);
  }
  check_store(world.server.root());
}

TEST_CASE("a network that falls silent for ever is given up in a minute with exit 75, and the job goes on",
          "[fault:1][fault:5]") {
  if (std::getenv("CTGAN_FULL") == nullptr) {
    WARN("skipped: takes a minute; './check --full' runs it");
    return;
  }
  FaultWorld world;
  const std::vector<std::string> fit = world.fit(world.laptop.write_table("people.csv", small_table(300)));
  const Undisturbed undisturbed = measure(world, fit);
  // Before the greeting, while the table goes there, and while the job is followed.
  for (const std::uint64_t share : {2, 6, 10, 15}) {
    world.proxy.spoil({Fault::silence, Way::to_client, undisturbed.to_client * share / k_places});
    const auto began = std::chrono::steady_clock::now();
    const Outcome outcome = world.laptop.run(fit);
    INFO(outcome);
    CHECK(outcome.code == 75);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(90));
    world.proxy.spoil({});
    const std::string job = job_to_follow(outcome.err);
    CHECK(
        (job.empty() ? world.laptop.run(fit) : world.laptop.run({"fit", "--attach", job, "--batch"})).code ==
        0);
    tried(1);
  }
  check_store(world.server.root());
}

}  // namespace ctgan::tests
