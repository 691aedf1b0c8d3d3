// The one exception type of the program, and the one table of exit codes.
//
// An error is a kind (which decides the exit code), a sentence and, where there is one, the next step.
// The sentence is lower case, names the thing in single quotes and has no full stop:
//
//     throw errors::Error(errors::Kind::bad_data, "column 'age' has missing values",
//                         "drop it with '--drop age'");
//
// Rooms raise errors and never print or exit; errors/report.h is the only place that does.
#pragma once

#include <exception>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ctgan::errors {

// What went wrong, seen from the user. The numbers that scripts see are in exit_code().
enum class Kind {
  usage,          // the command line is wrong
  bad_data,       // the input cannot be used, or failed its integrity check
  no_input,       // a file, model or job that was named does not exist
  unavailable,    // a server, program or device is not there
  internal,       // our bug
  cannot_create,  // an output cannot be created, or exists already
  io,             // reading or writing failed, or the disk is full
  try_again,      // a passing fault; running the same command again is safe
  protocol,       // the other end does not speak our language
  permission,     // login, host key or permission
  configuration,  // a settings or credentials file is wrong
  job_failed,
  job_cancelled,
  job_lost,       // the worker died without a word
  interrupted,    // Ctrl-C
  output_closed,  // whoever read standard output has gone; nothing is said about it
};

// One row a kind: the name in JSON, the exit status, and what the manual says about it.
struct KindRow {
  Kind kind;
  std::string_view name;
  int exit_code;
  std::string_view meaning;
};

// All rows, ascending by exit code; the help texts and the manual are printed from it.
std::span<const KindRow> kind_table();

int exit_code(Kind kind);
std::string_view kind_name(Kind kind);
std::optional<Kind> kind_from_name(std::string_view name);

class Error : public std::exception {
 public:
  Error(Kind kind, std::string sentence, std::string hint = {});

  Kind kind() const { return kind_; }
  const std::string& sentence() const { return sentence_; }
  // The next step, or empty.
  const std::string& hint() const { return hint_; }
  const char* what() const noexcept override { return sentence_.c_str(); }

 private:
  Kind kind_;
  std::string sentence_;
  std::string hint_;
};

// {"kind":"bad_data","sentence":"...","hint":"..."}; hint is absent when empty.
nlohmann::json to_json(const Error& error);
// The inverse. An unknown kind becomes `internal`, a missing sentence a generic one: never throws.
Error from_json(const nlohmann::json& value);

// The Error that describes any exception: itself, or `internal` (bad_alloc: `io` with the reason).
Error describe(std::exception_ptr exception);

// The Error for a failed system call, its kind chosen by errno:
// "cannot <action> '<path>': no space left on device", with a hint for the common reasons.
Error from_errno(int number, std::string_view action, std::string_view path);

// `text` with control characters (C0, DEL and C1) written as \n, \t or \xNN, so that data cannot steer a
// terminal.
std::string visible(std::string_view text);

// The visible text in single quotes, cut between characters after 120 bytes of `text` at most.
std::string quoted(std::string_view text);

}  // namespace ctgan::errors
