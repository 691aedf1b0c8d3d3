// The manual page of a program, from the same declarations as its --help.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <string_view>

namespace ctgan::command_line {

// What asks a program for its page, alone on the command line: the build does.
inline constexpr std::string_view k_man_page_word = "--man-page";

// man(7) in section 1, subcommands included. A line of the footer that begins in the first column and ends in
// a colon becomes a heading, what stands below it an example. `version` goes into the page's foot.
std::string man_page(const CLI::App& app, std::string_view version);

}  // namespace ctgan::command_line
