// The flags that say what a judged table is for, and what people know who may get it.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <string>
#include <vector>

namespace ctgan::command_line {

struct JudgeFlags {
  std::vector<std::string> keys;  // columns that somebody may know of a person
  std::string target;             // the column that learners predict; empty: the last discrete one
  std::string purpose;            // empty: not said
};

// In the help's section `group`. `flags` must outlive the parsing.
void add_judge_flags(CLI::App& app, JudgeFlags& flags, const std::string& group);

// Throws Error(usage), with the closest, for a column that the table has not.
void check_judge_flags(const JudgeFlags& flags, const std::vector<std::string>& columns);

}  // namespace ctgan::command_line
