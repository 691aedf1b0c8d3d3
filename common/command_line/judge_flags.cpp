#include "common/command_line/judge_flags.h"

#include <CLI/Option.hpp>

namespace ctgan::command_line {

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

}  // namespace ctgan::command_line
