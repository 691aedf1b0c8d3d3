#include "common/command_line/judge_flags.h"

#include <fmt/format.h>

#include <CLI/Option.hpp>
#include <algorithm>

#include "common/errors/closest.h"
#include "common/errors/error.h"

namespace ctgan::command_line {
namespace {

void require_column(const std::string& column, const char* flag, const std::vector<std::string>& columns) {
  if (column.empty() || std::find(columns.begin(), columns.end(), column) != columns.end()) return;
  throw errors::Error(errors::Kind::usage,
                      fmt::format("the column {} of '{}' is none of the table", errors::quoted(column), flag),
                      errors::suggestion(column, columns));
}

}  // namespace

void add_judge_flags(CLI::App& app, JudgeFlags& flags, const std::string& group) {
  // One value a flag, so that a list never swallows the argument behind it.
  app.add_option("--keys", flags.keys,
                 "columns that somebody may know of a person, and what they disclose: age,sex,region")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("COLUMN,...")
      ->group(group);
  app.add_option("--target", flags.target, "the column that learners predict [the last discrete column]")
      ->type_name("COLUMN")
      ->group(group);
  app.add_option("--purpose", flags.purpose,
                 "what the table is for and who gets it, in your words: kept with the judgement and shown on "
                 "its page")
      ->type_name("TEXT")
      ->group(group);
}

void check_judge_flags(const JudgeFlags& flags, const std::vector<std::string>& columns) {
  require_column(flags.target, "--target", columns);
  for (const std::string& key : flags.keys) require_column(key, "--keys", columns);
}

}  // namespace ctgan::command_line
