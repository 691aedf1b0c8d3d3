#include "tests/system/laptop.h"

#include <fstream>
#include <random>
#include <sstream>

namespace ctgan::tests {

namespace fs = std::filesystem;

Laptop::Laptop() : home_(folder_ / "home"), work_(folder_ / "work") {
  fs::create_directories(home_ / ".config/ctgan");
  fs::create_directories(work_ / "original_data");
  fs::create_directories(work_ / "synthetic_output");
}

std::string Laptop::write_table(const std::string& name, const std::string& content) const {
  std::ofstream(work_ / "original_data" / name, std::ios::binary) << content;
  return "original_data/" + name;
}

void Laptop::write_credentials(const std::string& json) const {
  const fs::path path = home_ / ".config/ctgan/credentials.json";
  std::ofstream(path) << json;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
}

Surroundings Laptop::surroundings() const {
  Surroundings around;
  around.folder = work_;
  around.environment = {"HOME=" + home_.string(), "LANG=C.UTF-8", "TERM=xterm"};
  around.environment.insert(around.environment.end(), extra_.begin(), extra_.end());
  return around;
}

Outcome Laptop::run(std::vector<std::string> argv, const std::string& input) const {
  argv[0] = bin(argv[0]);
  Surroundings around = surroundings();
  around.input = input;
  return run_program(argv, around);
}

Outcome Laptop::run_at_terminal(std::vector<std::string> argv, const std::string& typed) const {
  argv[0] = bin(argv[0]);
  Surroundings around = surroundings();
  around.input = typed;
  around.terminal = true;
  return run_program(argv, around);
}

std::vector<std::string> Laptop::outputs() const {
  return files_under(work_ / "synthetic_output");
}

std::string small_table(int rows) {
  std::mt19937 random(11);
  std::ostringstream out;
  out << "age,income,city,sex\n";
  const std::vector<std::string> cities{" Athens", " Bonn", " Cork"};
  for (int i = 0; i < rows; ++i) {
    out << 18 + random() % 60 << ',' << static_cast<double>(random() % 100000) / 10 << ','
        << cities[random() % 3] << (random() % 2 == 0 ? ", Male\n" : ", Female\n");
  }
  return out.str();
}

std::vector<std::string> quick_fit(const std::string& file) {
  return {"fit",
          file,
          "--epochs",
          "1",
          "--batch-size",
          "100",
          "--generator-dim",
          "16",
          "--discriminator-dim",
          "16",
          "--seed",
          "7",
          "--batch"};
}

std::string last_line(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace ctgan::tests
