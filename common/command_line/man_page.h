// The manual page of a program, from the same declarations as its --help.
#pragma once

#include <CLI/App.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/settings/settings_file.h"

namespace ctgan::command_line {

// What asks a program for its page, alone on the command line: the build does.
inline constexpr std::string_view k_man_page_word = "--man-page";

// man(7) in section 1, subcommands included, each with its examples (footer.h). Other sections of the footer become
// headings. `version` goes into the page's foot.
std::string man_page(const CLI::App& app, std::string_view version);

// A page in section 5 about a file of settings.
struct SettingsPage {
  std::string_view name;         // "ctgan-settings"
  std::string_view summary;      // "where the server is"
  std::string_view description;  // where the file is, and what holds of it
  std::span<const settings::KeySpec> keys;
  std::vector<std::string> example;
  std::string_view see_also;
};
std::string settings_page(const SettingsPage& about, std::string_view version);

// What asks a program for the page of a file that is explained by an example with comments, whose path follows.
inline constexpr std::string_view k_man_page_of_example_word = "--man-page-of-example";
// A page in section 5 that is `example` with an introduction.
std::string example_page(const SettingsPage& about, std::string_view version);

}  // namespace ctgan::command_line
