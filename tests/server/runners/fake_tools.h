// Programs that answer what the test says, first in $PATH, and a store with one job.
#pragma once

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "common/files/file.h"
#include "server/store/layout.h"
#include "tests/temporary_folder.h"

namespace ctgan::tests {

class FakeTools {
 public:
  explicit FakeTools(const std::vector<std::string>& names) {
    files::make_private_folder(folder_ / "bin");
    files::make_private_folder(folder_ / "store");
    files::make_private_folder(folder_ / "store/jobs");
    files::make_private_folder(layout().job(id));
    write("store/jobs/" + id + "/request.json", "{}");
    for (const std::string& name : names) answer(name, "", 0);
    path_ = std::getenv("PATH");
    setenv("PATH", ((folder_ / "bin").string() + ":" + path_).c_str(), 1);
  }
  ~FakeTools() { setenv("PATH", path_.c_str(), 1); }
  FakeTools(const FakeTools&) = delete;
  FakeTools& operator=(const FakeTools&) = delete;

  server::store::Layout layout() const { return server::store::Layout(folder_ / "store"); }
  // The program runs the line `first`, prints `out`, complains of `err`, and ends with `code`.
  void answer(const std::string& name, const std::string& out, int code, const std::string& err = "",
              const std::string& first = "") const {
    const std::string at = (folder_ / name).string();
    write(name + ".out", out);
    write(name + ".err", err);
    const std::string path = "bin/" + name;
    write(path, "#!/bin/sh\nprintf '%s\\n' \"$@\" >> " + at + ".asked\n" + first + "\ncat " + at +
                    ".out\ncat " + at + ".err >&2\nexit " + std::to_string(code) + "\n");
    std::filesystem::permissions(folder_ / path, std::filesystem::perms::owner_all);
  }
  // All arguments that it was given, one a line.
  std::vector<std::string> asked(const std::string& name) const {
    std::vector<std::string> lines;
    std::ifstream file(folder_ / (name + ".asked"));
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
  void forget(const std::string& name) const { std::filesystem::remove(folder_ / (name + ".asked")); }
  void write(const std::string& name, const std::string& text) const {
    files::write_file(folder_ / name, text, files::AtomicFile::IfExists::replace);
  }

  const std::string id = std::string(32, 'a');

 private:
  TemporaryFolder folder_;
  std::string path_;
};

}  // namespace ctgan::tests
