// A shared server behind a real sshd and a spoiling network, a laptop that reaches it, and a table with cells that
// must never be seen again.
#pragma once

#include <cstdlib>
#include <random>
#include <string>

#include "tests/catch.h"
#include "tests/spoiling_proxy.h"
#include "tests/system/laptop.h"
#include "tests/system/remote_server.h"
#include "tests/system/store_check.h"

namespace ctgan::tests {

// Every place of a sweep with $CTGAN_FULL, which `./check --full` sets; else some of them.
inline int stride(int otherwise) {
  return std::getenv("CTGAN_FULL") != nullptr ? 1 : otherwise;
}

// A table in which each row holds a word of its own, which no model keeps.
struct ConfidentialTable {
  std::string csv;
  Confidential words;
};

inline ConfidentialTable confidential_table(int rows, unsigned seed = 5) {
  std::mt19937_64 random(seed);
  const auto below = [&random](std::uint64_t end) { return std::to_string(random() % end); };
  ConfidentialTable table{"age,income,city,who\n", {}};
  for (int i = 0; i < rows; ++i) {
    std::string word;
    for (int letter = 0; letter < 16; ++letter) word += static_cast<char>('a' + random() % 26);
    table.csv +=
        below(60) + "," + below(10000) + ".5," + (random() % 2 == 0 ? "Athens," : "Bonn,") + word + "\n";
    if (i % 50 == 0) table.words.push_back(word);
  }
  return table;
}

class FaultWorld {
 public:
  explicit FaultWorld(const std::string& user = "alice") : proxy(server.sshd().port()) {
    std::string text = server.credentials(server.add_user_with_key(user));
    const std::string direct = "\"port\":" + std::to_string(server.sshd().port());
    text.replace(text.find(direct), direct.size(), "\"port\":" + std::to_string(proxy.port()));
    laptop.write_credentials(text);
  }

  // A fit of a second, without a report.
  std::vector<std::string> fit(const std::string& file) const {
    std::vector<std::string> argv = quick_fit(file);
    argv.emplace_back("--no-report");
    return argv;
  }
  std::size_t models() const {
    std::size_t count = 0;
    for (const std::string& name : files_under(server.root() / "model_database"))
      count += name.ends_with("_model.gz") ? 1 : 0;
    return count;
  }

  SharedServer server;
  SpoilingProxy proxy;
  Laptop laptop;
};

// The job that an unlucky command names as the one to follow; empty when it names none.
inline std::string job_to_follow(const std::string& words) {
  const std::size_t at = words.find("--attach ");
  return at == std::string::npos ? std::string() : words.substr(at + 9, 32);
}

}  // namespace ctgan::tests
