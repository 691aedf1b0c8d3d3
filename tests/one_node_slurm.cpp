#include "tests/one_node_slurm.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "common/process/child_process.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  const std::string full = name.data();
  return full.substr(0, full.find('.'));
}

// As Slurm looks names up: with AI_ADDRCONFIG. Empty when nothing is found.
std::string address_of(const std::string& name) {
  addrinfo wanted{};
  wanted.ai_family = AF_INET;
  wanted.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (getaddrinfo(name.c_str(), nullptr, &wanted, &found) != 0) return {};
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  std::array<char, INET_ADDRSTRLEN> text{};
  inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(found->ai_addr)->sin_addr, text.data(),
            text.size());
  return text.data();
}

std::string account() {
  const passwd* entry = getpwuid(geteuid());
  return entry == nullptr ? std::to_string(geteuid()) : entry->pw_name;
}

fs::path program(const std::string& name) {
  for (const char* folder : {"/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"})
    if (access((fs::path(folder) / name).c_str(), X_OK) == 0) return fs::path(folder) / name;
  return {};
}

bool until(seconds patience, const std::function<bool()>& what) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < end) {
    if (what()) return true;
    std::this_thread::sleep_for(milliseconds(50));
  }
  return false;
}

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::string OneNodeSlurm::obstacle() {
  for (const char* name : {"munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol"})
    if (program(name).empty()) return std::string(name) + " is not installed";
  if (address_of("127.0.0.1").empty()) return "Slurm resolves no name where 127.0.0.1 is the only address";
  return {};
}

OneNodeSlurm::OneNodeSlurm(fs::path folder) : folder_(std::move(folder)) {
  write_configuration();
  munged_ = start("munged", {"--foreground", "--force", "--socket=" + (folder_ / "munge.sock").string(),
                             "--key-file=" + (folder_ / "munge.key").string(),
                             "--pid-file=" + (folder_ / "munged.pid").string(),
                             "--seed-file=" + (folder_ / "munged.seed").string()});
  until(seconds(10), [&] { return fs::exists(folder_ / "munge.sock"); });
  start_slurmctld();
  start_slurmd();
  if (!is_ready()) throw std::runtime_error("the cluster does not start: " + last_words());
}

OneNodeSlurm::~OneNodeSlurm() {
  for (const process::ProcessId& daemon : {slurmd_, slurmctld_, munged_})
    process::kill_process(daemon, seconds(5));
  sweep();
}

void OneNodeSlurm::write_configuration() {
  fs::create_directories(folder_ / "ctld");
  fs::create_directories(folder_ / "spool");
  {
    std::random_device random;
    std::ofstream key(folder_ / "munge.key", std::ios::binary);
    for (int i = 0; i < 32; ++i) {
      const unsigned number = random();
      key.write(reinterpret_cast<const char*>(&number), sizeof number);
    }
  }
  fs::permissions(folder_ / "munge.key", fs::perms::owner_read | fs::perms::owner_write);
  std::ofstream(folder_ / "cgroup.conf") << "CgroupPlugin=cgroup/v1\n";
  std::ofstream(folder_ / "plugstack.conf");
  const std::string name = host_name();
  std::string address = address_of(name), listening;
  if (address.starts_with("127."))
    listening = "CommunicationParameters=NoInAddrAny,NoCtldInAddrAny\n";
  else
    address = "127.0.0.1";
  const int port = 21000 + static_cast<int>(std::random_device{}() % 5000) * 2;
  const std::string at = folder_.string();
  std::ofstream(conf())
      << "ClusterName=one\nSlurmctldHost=" << name << "(" << address << ")\nSlurmctldPort=" << port << "\n"
      << listening << "SlurmUser=" << account() << "\nSlurmdUser=" << account()
      << "\nAuthType=auth/munge\nCredType=cred/munge\nAuthInfo=socket=" << at
      << "/munge.sock,cred_expire=5\nStateSaveLocation=" << at << "/ctld\nSlurmdSpoolDir=" << at
      << "/spool\nSlurmctldPidFile=" << at << "/slurmctld.pid\nSlurmdPidFile=" << at
      << "/slurmd.pid\nSlurmctldLogFile=" << at << "/slurmctld.log\nSlurmdLogFile=" << at
      << "/slurmd.log\n"
         "ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\n"
         "JobAcctGatherType=jobacct_gather/none\nAccountingStorageType=accounting_storage/none\n"
         "JobCompType=jobcomp/none\nPlugStackConfig="
      << at
      << "/plugstack.conf\n"
         "MpiDefault=none\nMailProg=/bin/true\nPropagateResourceLimits=NONE\n"
         "SlurmdParameters=config_overrides\nSelectType=select/cons_tres\n"
         "SelectTypeParameters=CR_Core\nSchedulerType=sched/backfill\n"
         "SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1\n"
         "ReturnToService=2\nSlurmdTimeout=10\nSlurmctldTimeout=10\nMessageTimeout=10\n"
         "KillWait=2\nMinJobAge=60\nNodeName=n1 NodeHostname="
      << name << " NodeAddr=" << address << " Port=" << port + 1
      << " CPUs=4 RealMemory=2000 State=UNKNOWN\n"
         "PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE DefaultTime=10 State=UP "
         "OverSubscribe=NO\n";
}

process::ProcessId OneNodeSlurm::start(const std::string& daemon, std::vector<std::string> arguments) {
  std::vector<std::string> argv{"/usr/bin/env", "SLURM_CONF=" + conf().string(), program(daemon).string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return process::start_detached(argv, folder_ / (daemon + ".out"));
}

void OneNodeSlurm::start_slurmctld() {
  slurmctld_ = start("slurmctld", {"-D"});
}

void OneNodeSlurm::start_slurmd() {
  slurmd_ = start("slurmd", {"-D"});
}

void OneNodeSlurm::kill_slurmd() {
  process::kill_process(slurmd_, seconds(5));
}

void OneNodeSlurm::kill_slurmctld() {
  process::kill_process(slurmctld_, seconds(5));
}

Outcome OneNodeSlurm::run(std::vector<std::string> argv) const {
  argv[0] = program(argv[0]).string();
  return run_program(argv, {.environment = {"SLURM_CONF=" + conf().string()}, .input = {}});
}

bool OneNodeSlurm::is_ready() const {
  return until(seconds(30), [&] {
    const Outcome state = run({"sinfo", "-h", "-N", "-o", "%T"});
    return state.code == 0 && (state.out.starts_with("idle\n") || state.out.starts_with("mixed\n"));
  });
}

std::string OneNodeSlurm::last_words() const {
  std::string words;
  for (const char* name : {"munged.out", "slurmctld.out", "slurmctld.log", "slurmd.out", "slurmd.log"}) {
    const std::string text = content_of(folder_ / name);
    words +=
        std::string("\n") + name + ": " + text.substr(text.size() - std::min<std::size_t>(text.size(), 1000));
  }
  return words;
}

// Steps outlive slurmd; they and what they run carry the configuration's path in their environment.
void OneNodeSlurm::sweep() const {
  const std::string mark = "SLURM_CONF=" + conf().string();
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string environment = content_of(entry.path() / "environ");
    if (environment.find(mark) != std::string::npos) kill(std::stoi(name), SIGKILL);
  }
}

}  // namespace ctgan::tests
