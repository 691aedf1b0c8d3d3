// What stands below a program's options: headings with indented lines, most of all examples. Help and manual show each
// example with the command that it is of.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <vector>

namespace ctgan::command_line {

inline constexpr const char* k_examples = "examples";
inline constexpr const char* k_exit_codes = "exit codes";
inline constexpr const char* k_files = "files";
inline constexpr const char* k_environment = "environment";
inline constexpr const char* k_see_also = "see also";

struct FooterSection {
  std::string title;  // "examples"
  std::vector<std::string> lines;
};

// A line that begins in the first column and ends in a colon is a title.
std::vector<FooterSection> footer_sections(const CLI::App& app);

// The lines of examples, of the app's own footer and of those that it is in, which call it and none of its commands.
std::vector<std::string> own_examples(const CLI::App& app);
// And those which call one of its commands.
std::vector<std::string> all_examples(const CLI::App& app);

}  // namespace ctgan::command_line
