// What hints tell people to type exists: commands and flags in the texts of the sources, against the programs' own manual
// pages.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/run_program.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;

const std::regex k_flag(R"(--[a-z][a-z0-9-]*)");

std::set<std::string> flags_in(const std::string& text) {
  return {std::sregex_token_iterator(text.begin(), text.end(), k_flag), std::sregex_token_iterator()};
}

std::string replaced(const std::string& text, const std::string& pattern, const std::string& with) {
  return std::regex_replace(text, std::regex(pattern), with);
}

// Of each command ("manage jobs list", and "manage" for what all of its commands take) its flags.
std::map<std::string, std::set<std::string>> declared_flags() {
  std::map<std::string, std::set<std::string>> flags;
  for (const std::string program : {"fit", "sample", "download", "manage", "ctgan-server"}) {
    const Outcome page = run_program({bin(program), "--man-page"});
    REQUIRE(page.code == 0);
    std::string command = program;
    flags[command];
    std::istringstream lines(replaced(page.out, R"(\\f.)", ""));
    for (std::string line; std::getline(lines, line);) {
      line = replaced(line, R"(\\-)", "-");
      if (line.starts_with(".SS " + program + " ")) {
        command = line.substr(4);
        flags[command];
      } else if (line.starts_with("-")) {
        flags[command].merge(flags_in(line));
      }
    }
  }
  return flags;
}

// The texts of a source's literals, those beside each other as one.
std::vector<std::string> literals_of(const fs::path& source) {
  const std::string code = files::read_file(source);
  std::vector<std::string> texts;
  std::size_t end_of_last = std::string::npos;  // as long as only blanks have come since
  for (std::size_t at = 0; at < code.size(); ++at) {
    if (code.compare(at, 2, "//") == 0) {
      at = std::min(code.find('\n', at), code.size());
    } else if (code[at] == '\'') {
      // A digit's separator is none.
      if (at > 0 && std::isalnum(static_cast<unsigned char>(code[at - 1])) != 0) continue;
      for (++at; at < code.size() && code[at] != '\''; ++at)
        if (code[at] == '\\') ++at;
      end_of_last = std::string::npos;
    } else if (code[at] == '"' && code.compare(at - 1, 3, "R\"(") == 0) {
      const std::size_t end = code.find(")\"", at);
      texts.push_back(code.substr(at + 2, end - at - 2));
      at = end + 1;
    } else if (code[at] == '"') {
      std::string text;
      for (++at; at < code.size() && code[at] != '"'; ++at) {
        const bool is_escaped = code[at] == '\\';
        if (is_escaped) ++at;
        text += is_escaped && code[at] == 'n' ? '\n' : code[at];
      }
      if (end_of_last != std::string::npos)
        texts.back() += text;
      else
        texts.push_back(std::move(text));
      end_of_last = at;
    } else if (std::isspace(static_cast<unsigned char>(code[at])) == 0) {
      end_of_last = std::string::npos;
    }
  }
  return texts;
}

// The command that words begin with, as long as it is one: "jobs show {}" of manage is "manage jobs show".
std::string command_of(const std::string& words, const std::map<std::string, std::set<std::string>>& flags) {
  std::string longest;
  for (const auto& [command, own] : flags) {
    const bool is_it = words == command || words.starts_with(command + " ");
    if (is_it && command.size() > longest.size()) longest = command;
  }
  return longest;
}

// Texts of other programs, of a page's style, and words by which the build and shells ask.
bool is_of_others(const fs::path& source) {
  const std::string path = source.string();
  return path.find("server/runners/") != std::string::npos ||
         path.find("server/synth/report/style") != std::string::npos ||
         path.ends_with("common/command_line/man_page.h") ||
         path.ends_with("common/command_line/completion.h");
}

}  // namespace

TEST_CASE("every flag and command that a text of the programs names is one of theirs") {
  const auto flags = declared_flags();
  std::set<std::string> all;
  for (const auto& [command, own] : flags) all.insert(own.begin(), own.end());
  const std::regex quoted(R"('((?:fit|sample|download|manage|ctgan-server) [^']*)')");
  std::size_t commands = 0;
  for (const char* part : {"common", "host", "server"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(std::getenv("CTGAN_SOURCE_DIR")) / part)) {
      const fs::path& source = entry.path();
      if ((source.extension() != ".cpp" && source.extension() != ".h") || is_of_others(source)) continue;
      for (const std::string& text : literals_of(source)) {
        INFO(source.string() << ": " << text);
        for (const std::string& flag : flags_in(text)) {
          INFO(flag);
          CHECK((all.contains(flag) || flag == "--man-page"));
        }
        for (std::sregex_iterator at(text.begin(), text.end(), quoted), end; at != end; ++at) {
          const std::string words = (*at)[1];
          const std::string command = command_of(words, flags);
          const std::string program = words.substr(0, words.find(' '));
          ++commands;
          INFO(words);
          REQUIRE_FALSE(command.empty());
          // What stands behind "manage" is a command of it, unless it is put in later.
          const bool has_commands = program == "manage" || program == "ctgan-server";
          const std::string rest = words.substr(program.size() + 1);
          if (has_commands && std::islower(static_cast<unsigned char>(rest[0])) != 0)
            CHECK(command.size() > program.size());
          for (const std::string& flag : flags_in(words)) {
            INFO(flag);
            CHECK((flags.at(command).contains(flag) || flags.at(program).contains(flag)));
          }
        }
      }
    }
  }
  // Else nothing was looked at.
  CHECK(commands > 60);
}

}  // namespace ctgan::tests
