// The one place where an error becomes text or JSON and an exit code.
#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "common/errors/error.h"

namespace ctgan::errors {

enum class ReportStyle {
  text,
  json,
  json_aside,  // on stderr, since stdout carries rows
};

// Text: "fit: <sentence>\n  hint: <hint>\n" on `stream`, control characters but line ends made visible; at a
// terminal broken between words, the program's name in red where there are colours.
// JSON: {"message_type":"error","exit_code":65,"kind":...,"sentence":...,"hint":...} as one line.
void report(std::FILE* stream, std::string_view program, const Error& error, ReportStyle style);

// Runs `command` and returns its exit code; any exception is reported on stderr (text) or stdout (JSON,
// where it is the last line that a script reads) and becomes its kind's exit code; Error(output_closed)
// without a word. `style` is asked only when there is an error, so that it can depend on flags that the
// command has parsed by then.
int run_and_report(std::string_view program, const std::function<int()>& command,
                   const std::function<ReportStyle()>& style);

// "exit codes:\n  0   success\n  64  ...": the table for --help and the manual.
std::string exit_code_help();

}  // namespace ctgan::errors
