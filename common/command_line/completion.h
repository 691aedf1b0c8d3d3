// What may stand where the cursor of a shell is, from the declarations that --help and the manual are made of.
//
// The scripts of `completion_script` call the program with k_complete_word and the words of the line; it answers with a
// line a candidate.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::command_line {

// What asks a program for candidates: the words behind its name follow, the last one being completed.
inline constexpr std::string_view k_complete_word = "--complete-words";

// What the shell completes itself, told by such a line.
inline constexpr std::string_view k_files_line = ":files";
inline constexpr std::string_view k_folders_line = ":folders";

// The candidates for a value of the type `type`, as help calls it: "MODEL", "COLUMN,..."; `words` as below. Empty:
// nothing is known.
using CompleteValue =
    std::function<std::vector<std::string>(std::string_view type, const std::vector<std::string>& words)>;

// `words`: those behind the program's name, the last one (which may be empty) up to the cursor. Candidates are whole
// words: commands, options where a dash was typed, values of options and arguments by their type. A type that is a list
// of words ("csv|tsv") has these, FILE and FOLDER are the shell's, others `value` knows. In order, each once.
std::vector<std::string> candidates(const CLI::App& app, const std::vector<std::string>& words,
                                    const CompleteValue& value = {});

// What makes a shell ("bash", "zsh", "fish") complete these programs. Throws Error(usage) for another shell.
std::string completion_script(std::string_view shell, const std::vector<std::string>& programs);

}  // namespace ctgan::command_line
