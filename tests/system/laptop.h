// An analyst's machine in a temporary folder: a home, a work folder with original_data/ and
// synthetic_output/, and the host commands. With nothing configured the server is a child process with its
// store under the home.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/files_under.h"
#include "tests/run_program.h"
#include "tests/temporary_folder.h"

namespace ctgan::tests {

class Laptop {
 public:
  Laptop();

  const std::filesystem::path& home() const { return home_; }
  const std::filesystem::path& work() const { return work_; }
  // Where the embedded server keeps its store.
  std::filesystem::path local_store() const { return home_ / ".local/share/ctgan-server"; }

  // Writes original_data/NAME and returns "original_data/NAME".
  std::string write_table(const std::string& name, const std::string& content) const;
  // Puts the text into ~/.config/ctgan/credentials.json with mode 0600.
  void write_credentials(const std::string& json) const;
  void set_environment(const std::string& assignment) { extra_.push_back(assignment); }

  // The host command `argv[0]` with its arguments, in the work folder, without a terminal.
  Outcome run(std::vector<std::string> argv, const std::string& input = {}) const;
  // The same at a terminal; `typed` is what the user types.
  Outcome run_at_terminal(std::vector<std::string> argv, const std::string& typed) const;
  Surroundings surroundings() const;

  // Names in synthetic_output/, sorted, hidden ones too.
  std::vector<std::string> outputs() const;

 private:
  TemporaryFolder folder_;
  std::filesystem::path home_, work_;
  std::vector<std::string> extra_;
};

// `rows` rows of a small table: age, income (numbers), city, sex (text with a leading space as in Adult).
std::string small_table(int rows);
// The options that make a fit take about a second.
std::vector<std::string> quick_fit(const std::string& file);
// The last whole line that is not empty.
std::string last_line(const std::string& text);

}  // namespace ctgan::tests
