// The words of a running program's command line.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

namespace ctgan::tests {

// Of /proc/PID, each word with a NUL byte behind it; empty for one that ends meanwhile, whose file may open and then have
// no process to be read of.
inline std::string command_line_of(const std::filesystem::path& process) {
  std::string words;
  std::ifstream file(process / "cmdline", std::ios::binary);
  std::getline(file, words, '\n');
  return words;
}

}  // namespace ctgan::tests
