// The server's machine has a bad day: workers die, sshd goes, the disk fills or cannot be written, the memory ends, the
// clock jumps, everybody comes at once, or somebody comes who means no good.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <future>
#include <thread>

#include "common/files/file.h"
#include "tests/faults.h"
#include "tests/small_disk.h"
#include "tests/system/faults/fault_world.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

std::string submit(const Laptop& laptop, std::vector<std::string> argv) {
  argv.emplace_back("--detach");
  const Outcome submitted = laptop.run(std::move(argv));
  INFO(submitted);
  REQUIRE(submitted.code == 0);
  return last_line(submitted.out);
}

// Connects and says nothing.
class SilentClient {
 public:
  explicit SilentClient(int port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~SilentClient() { close(socket_); }
  SilentClient(const SilentClient&) = delete;
  SilentClient& operator=(const SilentClient&) = delete;

 private:
  int socket_;
};

}  // namespace

TEST_CASE(
    "a worker that is killed at any moment of a fit leaves a finished model or none, and the job says which",
    "[fault:8]") {
  FaultWorld world;
  const ConfidentialTable table = confidential_table(800);
  const std::vector<std::string> fit = quick_fit(world.laptop.write_table("people.csv", table.csv));
  int lost = 0;
  // A worker that dies before it has claimed its job is given up after a minute: in the whole sweep alone.
  for (int moment = stride(3) - 1; moment < 24; moment += stride(3)) {
    const std::size_t before = world.models();
    const std::string job = submit(world.laptop, fit);
    std::this_thread::sleep_for(milliseconds(30 * moment));
    for (const int worker : workers_of(world.server.root())) kill(worker, SIGKILL);
    // Not 'fit --attach', which submits a lost fit again.
    const Outcome followed = world.laptop.run({"manage", "jobs", "follow", job, "--batch"});
    INFO("killed after " << 30 * moment << " ms\n" << followed);
    CHECK((followed.code == 0 || followed.code == 82));
    CHECK(world.models() == before + (followed.code == 0 ? 1 : 0));
    lost += followed.code == 82 ? 1 : 0;
    tried(1);
  }
  CHECK(lost > 0);
  check_store(world.server.root(), table.words);
}

TEST_CASE("a command that is killed at any moment leaves a job that ends, and nothing else", "[fault:6]") {
  FaultWorld world;
  const ConfidentialTable table = confidential_table(800);
  const std::vector<std::string> fit = world.fit(world.laptop.write_table("people.csv", table.csv));
  for (int moment = 1; moment < 24; moment += stride(3)) {
    Surroundings around = world.laptop.surroundings();
    around.kill_after = milliseconds(40 * moment);
    std::vector<std::string> argv = fit;
    argv[0] = bin("fit");
    const Outcome killed = run_program(argv, around);
    CHECK((killed.code == 128 + SIGKILL || killed.code == 0));
    tried(1);
  }
  CHECK(world.laptop.run(fit).code == 0);
  check_store(world.server.root(), table.words);
}

TEST_CASE("the server of a connection is stopped: Ctrl-C ends the command at once, and the job goes on",
          "[fault:5]") {
  FaultWorld world;
  const std::vector<std::string> fit{
      "fit",          world.laptop.write_table("people.csv", small_table(1500)),
      "--seed",       "7",
      "--epochs",     "100",
      "--batch-size", "100",
      "--no-report",  "--batch"};
  auto followed = std::async(std::launch::async, [&] {
    Surroundings around = world.laptop.surroundings();
    around.interrupt_after = milliseconds(2500);
    std::vector<std::string> argv = fit;
    argv[0] = bin("fit");
    return run_program(argv, around);
  });
  while (servers_of(world.server.root()).empty()) std::this_thread::sleep_for(milliseconds(5));
  const pid_t server = servers_of(world.server.root()).front();
  while (world.models() == 0 && workers_of(world.server.root()).empty())
    std::this_thread::sleep_for(milliseconds(5));
  // The worker is there before the answer that names its job.
  std::this_thread::sleep_for(milliseconds(300));
  kill(server, SIGSTOP);
  const auto began = std::chrono::steady_clock::now();
  const Outcome outcome = followed.get();
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(4));
  kill(server, SIGCONT);
  INFO(outcome);
  CHECK(outcome.code == 130);
  const std::string job = job_to_follow(outcome.err);
  REQUIRE_FALSE(job.empty());
  CHECK(world.laptop.run({"fit", "--attach", job, "--batch"}).code == 0);
  CHECK(world.models() == 1);
  check_store(world.server.root());
}

TEST_CASE("sshd and every connection die in the middle of a fit: the job ends, and is found again",
          "[fault:7]") {
  FaultWorld world;
  const std::string job =
      submit(world.laptop, quick_fit(world.laptop.write_table("people.csv", small_table(1500))));
  auto followed = std::async(std::launch::async, [&] {
    return world.laptop.run({"fit", "--attach", job, "--batch"});
  });
  std::this_thread::sleep_for(milliseconds(300));
  world.server.sshd().restart();
  world.proxy.cut_all();
  for (const int server : servers_of(world.server.root())) kill(server, SIGKILL);
  const Outcome broken = followed.get();
  INFO(broken);
  CHECK((broken.code == 75 || broken.code == 0));
  CHECK(world.laptop.run({"fit", "--attach", job, "--batch"}).code == 0);
  CHECK(world.models() == 1);
  check_store(world.server.root());
}

TEST_CASE("sixty clients at once all get their answer, and every commit is there afterwards",
          "[fault:17][fault:15]") {
  FaultWorld world;
  REQUIRE(world.laptop.run(world.fit(world.laptop.write_table("people.csv", small_table(300)))).code == 0);
  std::vector<std::future<Outcome>> clients;
  for (int i = 0; i < 60; ++i) {
    clients.push_back(std::async(std::launch::async, [&world, i] {
      if (i % 3 == 0) return world.laptop.run({"manage", "whoami", "--batch"});
      if (i % 3 == 1) return world.laptop.run({"manage", "models", "list", "--batch"});
      return world.laptop.run({"sample", "latest", "-n", "10", "--no-download", "--detach", "--batch"});
    }));
  }
  for (auto& client : clients) {
    const Outcome outcome = client.get();
    INFO(outcome);
    CHECK(outcome.code == 0);
    tried(1);
  }
  // All twenty samples: those that wait are drawn when it is their turn.
  const auto samples = [&] { return files_under(world.server.root() / "synthetic_csv_database").size(); };
  for (int i = 0; i < 300 && samples() < 20; ++i) {
    std::this_thread::sleep_for(milliseconds(200));
    if (i % 20 == 0) world.laptop.run({"manage", "jobs", "list", "--batch"});
  }
  CHECK(samples() == 20);
  check_store(world.server.root());
}

TEST_CASE("a server that takes no more connections is exit 75, and takes them when there is room again",
          "[fault:18]") {
  SharedServer server({"MaxStartups 1:100:1"});
  const Laptop laptop;
  laptop.write_credentials(server.credentials(server.add_user_with_key("alice")));
  {
    const SilentClient silent(server.sshd().port());
    std::this_thread::sleep_for(milliseconds(200));
    const Outcome refused = laptop.run({"manage", "whoami", "--batch"});
    INFO(refused);
    CHECK(refused.code == 75);
  }
  std::this_thread::sleep_for(milliseconds(200));
  CHECK(laptop.run({"manage", "whoami", "--batch"}).code == 0);
}

TEST_CASE(
    "a server without inodes or bytes says so, keeps nothing half-written, and works again once there is "
    "room",
    "[fault:12]") {
  std::vector<std::string> sizes;
  for (int inodes = 4; inodes <= 28; inodes += stride(12))
    sizes.push_back("size=64m,nr_inodes=" + std::to_string(inodes));
  for (int kilobytes = 60; kilobytes <= 300; kilobytes += 10 * stride(12))
    sizes.push_back("size=" + std::to_string(kilobytes) + "k");
  const ConfidentialTable table = confidential_table(4000);
  int refused = 0;
  for (const std::string& size : sizes) {
    const Laptop laptop;
    const std::string file = laptop.write_table("people.csv", table.csv);
    const fs::path disk_place = laptop.local_store().parent_path();
    const SmallDisk disk(disk_place, size.c_str());
    if (!disk) {
      WARN("skipped: needs the right to mount a small tmpfs");
      return;
    }
    const Outcome full = laptop.run(quick_fit(file));
    INFO(size << "\n" << full);
    // A job that began before the disk was full ends as failed, with the same reason.
    CHECK((full.code == 0 || full.code == 74 || full.code == 80));
    if (full.code != 0)
      CHECK_THAT(full.err, Catch::Contains("no space left") || Catch::Contains("no room for"));
    refused += full.code == 0 ? 0 : 1;
    tried(1);
    REQUIRE(mount("tmpfs", disk_place.c_str(), "tmpfs", MS_REMOUNT, "size=64m,nr_inodes=0") == 0);
    const Outcome again = laptop.run(quick_fit(file));
    INFO(again);
    CHECK(again.code == 0);
    check_store(laptop.local_store(), table.words);
  }
  CHECK(refused >= static_cast<int>(sizes.size()) / 2);
}

TEST_CASE("a store that cannot be written is said with its path, and works again once it can", "[fault:13]") {
  const Laptop laptop;
  const fs::path disk_place = laptop.local_store().parent_path();
  const SmallDisk disk(disk_place, "size=64m");
  if (!disk) {
    WARN("skipped: needs the right to mount a small tmpfs");
    return;
  }
  const std::string file = laptop.write_table("people.csv", small_table(300));
  SECTION("from the beginning") {}
  SECTION("after a model was made") {
    REQUIRE(laptop.run(quick_fit(file)).code == 0);
  }
  // Who ends a job starts the next, and has its log open for some milliseconds after the command has returned.
  const auto remount = [&](unsigned long flags) {
    return mount("tmpfs", disk_place.c_str(), "tmpfs", MS_REMOUNT | flags, "size=64m") == 0;
  };
  bool read_only = remount(MS_RDONLY);
  for (int i = 0; i < 100 && !read_only; ++i) {
    std::this_thread::sleep_for(milliseconds(100));
    read_only = remount(MS_RDONLY);
  }
  REQUIRE(read_only);
  for (const auto& argv :
       {quick_fit(file), std::vector<std::string>{"sample", "latest", "-n", "10", "--batch"}}) {
    const Outcome refused = laptop.run(argv);
    INFO(refused);
    CHECK((refused.code == 73 || refused.code == 74));
    CHECK_THAT(refused.err, Catch::Contains(disk_place.string()) || Catch::Contains("read-only"));
    tried(1);
  }
  REQUIRE(remount(0));
  CHECK(laptop.run(quick_fit(file)).code == 0);
  check_store(laptop.local_store());
}

TEST_CASE("a job whose memory ends has failed with the reason, and others go on", "[fault:11]") {
  const Laptop laptop;
  const ConfidentialTable table = confidential_table(400);
  const std::string file = laptop.write_table("people.csv", table.csv);
  std::vector<std::string> large = quick_fit(file);
  for (std::string& word : large) word = word == "16" ? "4096,4096" : word;
  large[0] = bin("fit");
  large.insert(large.begin(), {"/usr/bin/prlimit", "--as=400000000"});
  const Outcome outcome = run_program(large, laptop.surroundings());
  INFO(outcome);
  CHECK(outcome.code == 80);
  CHECK_THAT(outcome.err, Catch::Contains("not enough memory"));
  CHECK(laptop.run(quick_fit(file)).code == 0);
  check_store(laptop.local_store(), table.words);
}

TEST_CASE("a clock that jumps by hours, a day, or past 2038 takes nothing away and locks nobody out",
          "[fault:14]") {
  const Laptop laptop;
  const std::string file = laptop.write_table("people.csv", small_table(300));
  const auto shifted = [&](std::vector<std::string> argv, long seconds) {
    Surroundings around = laptop.surroundings();
    around.environment.push_back("LD_PRELOAD=" + bin("libshifted_clock.so"));
    around.environment.push_back("CTGAN_CLOCK_SHIFT=" + std::to_string(seconds));
    argv[0] = bin(argv[0]);
    return run_program(argv, around);
  };
  constexpr long k_hour = 3600, k_day = 24 * k_hour;
  for (const long shift : {0L, k_day, -k_day, 2 * k_hour, -2 * k_hour, 15 * 365 * k_day}) {
    INFO("shifted by " << shift << " s");
    const Outcome fit = shifted(quick_fit(file), shift);
    INFO(fit);
    CHECK(fit.code == 0);
    const std::string model = last_line(fit.out);
    // Drawn on every other clock as well.
    for (const long other : {shift, 0L, -shift}) {
      const Outcome sample = shifted({"sample", model, "-n", "10", "--batch", "--force"}, other);
      INFO(sample);
      CHECK(sample.code == 0);
      tried(1);
    }
  }
  // The order of jobs is that of their submission.
  const Outcome list = laptop.run({"manage", "jobs", "list", "--json"});
  INFO(list);
  CHECK(list.code == 0);
  check_store(laptop.local_store());
}

TEST_CASE("whoever sends what is no protocol is told so and leaves, and nothing of it stays", "[fault:23]") {
  const SharedServer server;
  server.admin({"user", "add", "alice"});
  const std::string hello = R"({"id":1,"command":"whoami"})";
  const std::vector<std::string> attacks{std::string(300, '\0'),
                                         "GET / HTTP/1.1\r\n\r\n",
                                         "SSH-2.0-OpenSSH_9.2\r\n",
                                         std::string(200'000, '['),
                                         "{\"a\":" + std::string(100'000, '{') + "\n",
                                         "{\"id\":1,\"id\":2}\n",
                                         "{\"id\":\xff\xfe}\n",
                                         "{\"id\":1}\n",
                                         "{\"id\":1,\"command\":7}\n",
                                         "[1,2,3]\n",
                                         "{\"id\":-1,\"command\":\"hello\"}\n",
                                         hello,
                                         hello.substr(0, 20),
                                         std::string(1, '\xef') + "\xbb\xbf{}\n",
                                         "{\"id\":1e400,\"command\":\"whoami\"}\n",
                                         "\n\n\n\n",
                                         "{\"id\":1,\"command\":\"" + std::string(70'000, 'x') + "\"}\n",
                                         "{\"id\":1,\"command\":\"whoami\",\"x\":\"\\ud800\"}\n"};
  for (const std::string& attack : attacks) {
    Surroundings around;
    around.input = attack;
    around.seconds = 20;
    const Outcome outcome = run_program(
        {bin("ctgan-server"), "--root", server.root().string(), "serve", "--user", "alice"}, around);
    INFO(attack.substr(0, 60) << "\n" << outcome);
    CHECK((outcome.code == 0 || outcome.code == 76));
    tried(1);
  }
  check_store(server.root());
}

}  // namespace ctgan::tests
