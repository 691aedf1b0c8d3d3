#include "common/command_line/completion.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/command_line/declarations.h"
#include "common/errors/closest.h"
#include "common/errors/error.h"

namespace ctgan::command_line {
namespace {

using Words = std::vector<std::string>;

// Of the command, and of those that it is in.
const CLI::Option* find_option(const CLI::App& app, const std::string& name) {
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent())
    for (const CLI::Option* option : at->get_options())
      if (!is_positional(*option) && option->check_name(name)) return option;
  return nullptr;
}

// Where the words lead: the command, how many arguments it has, and the option whose value comes next.
struct Place {
  const CLI::App* app;
  std::size_t arguments = 0;
  const CLI::Option* awaits = nullptr;
  bool options_ended = false;
};

Place follow(const CLI::App& root, const Words& words) {
  Place place{&root};
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (place.awaits != nullptr) {
      place.awaits = nullptr;
    } else if (word == "--") {
      place.options_ended = true;
    } else if (word.starts_with('-') && word.size() > 1 && !place.options_ended) {
      const CLI::Option* option =
          word.find('=') == std::string::npos ? find_option(*place.app, word) : nullptr;
      if (option != nullptr && takes_value(*option)) place.awaits = option;
    } else {
      const auto commands = shown_commands(*place.app);
      const auto sub = std::find_if(commands.begin(), commands.end(),
                                    [&](const CLI::App* app) { return app->get_name() == word; });
      if (sub != commands.end())
        place = {*sub, 0, nullptr, place.options_ended};
      else
        ++place.arguments;
    }
  }
  return place;
}

Words choices_of(const std::string& type) {
  Words choices;
  for (std::size_t from = 0; from <= type.size();) {
    const std::size_t to = std::min(type.find('|', from), type.size());
    choices.push_back(type.substr(from, to - from));
    from = to + 1;
  }
  return choices;
}

bool is_list_of_words(const std::string& type) {
  return type.find('|') != std::string::npos && std::all_of(type.begin(), type.end(), [](char c) {
           return c == '|' || c == '-' || (c >= 'a' && c <= 'z');
         });
}

// Before the last comma of a list stays as it was typed.
Words behind_comma(const std::string& typed, Words found) {
  const std::size_t comma = typed.rfind(',');
  if (comma == std::string::npos) return found;
  for (std::string& word : found) word.insert(0, typed.substr(0, comma + 1));
  return found;
}

Words values_of(const std::string& type, const std::string& typed, const Words& words,
                const CompleteValue& value) {
  if (is_list_of_words(type)) return choices_of(type);
  if (type == "FILE") return {std::string(k_files_line)};
  if (type == "FOLDER" || type == "DIR") return {std::string(k_folders_line)};
  if (!value) return {};
  Words found = value(type, words);
  return type.find(',') == std::string::npos ? found : behind_comma(typed, std::move(found));
}

Words options_of(const CLI::App& app) {
  Words names;
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent())
    for (const CLI::Option* option : at->get_options()) {
      if (option->get_group().empty()) continue;
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  return names;
}

Words arguments_of(const Place& place, const std::string& typed, const Words& words,
                   const CompleteValue& value) {
  Words found;
  for (const CLI::App* sub : shown_commands(*place.app)) found.push_back(sub->get_name());
  std::size_t before = 0;
  for (const CLI::Option* option : place.app->get_options()) {
    if (!is_positional(*option)) continue;
    const auto most = static_cast<std::size_t>(std::max(option->get_items_expected_max(), 1));
    before += most;
    if (place.arguments >= before) continue;
    const bool named = option->get_type_name() == "TEXT";
    const std::string type = named ? option->get_name(true) : option->get_type_name();
    const Words more = values_of(type, typed, words, value);
    found.insert(found.end(), more.begin(), more.end());
    break;
  }
  return found;
}

// "--option=value" up to the cursor.
Words assigned(const Place& place, const std::string& typed, const Words& words, const CompleteValue& value) {
  const std::size_t equals = typed.find('=');
  const CLI::Option* option = find_option(*place.app, typed.substr(0, equals));
  if (option == nullptr || !takes_value(*option)) return {};
  Words found = values_of(option->get_type_name(), typed.substr(equals + 1), words, value);
  for (std::string& word : found)
    if (!word.starts_with(':')) word.insert(0, typed.substr(0, equals + 1));
  return found;
}

// bash ends words at '=' and ':' as well: what stands before the last of these is no part of an answer.
constexpr std::string_view k_bash = R"sh(_ctgan_complete() {
  local line words typed=${COMP_LINE:0:COMP_POINT}
  read -ra words <<<"$typed"
  [[ $typed == *[[:space:]] ]] && words+=('')
  local current=${words[-1]}
  local before=${current%"${current##*[=:]}"}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "${current#"$before"}") ;;
      :folders) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "${current#"$before"}") ;;
      *)
        line=${line#"$before"}
        [[ $line == *[!A-Za-z0-9_.,:=/+@%-]* ]] && printf -v line %q "$line"
        COMPREPLY+=("$line") ;;
    esac
  done < <("${words[0]}" {word} "${words[@]:1}" 2>/dev/null)
}
complete -F _ctgan_complete {programs}
)sh";

constexpr std::string_view k_zsh = R"sh(#compdef {programs}
_ctgan_complete() {
  local line
  local -a found
  for line in "${(@f)$("${words[1]}" {word} "${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :files) _files ;;
      :folders) _files -/ ;;
      *) found+=("$line") ;;
    esac
  done
  (( ${#found} )) && compadd -- "${found[@]}"
}
compdef _ctgan_complete {programs}
[[ ${funcstack[1]} = _ctgan ]] && _ctgan_complete "$@"
)sh";

constexpr std::string_view k_fish = R"sh(function __ctgan_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in ($words[1] {word} $words[2..-1] 2>/dev/null)
    switch $line
      case :files
        __fish_complete_path (commandline -ct)
      case :folders
        __fish_complete_directories (commandline -ct)
      case '*'
        echo $line
    end
  end
end
for program in {programs}
  complete -c $program -f -a '(__ctgan_complete)'
end
)sh";

std::string filled(std::string_view script, const Words& programs) {
  std::string text(script), names;
  for (const std::string& program : programs) names += (names.empty() ? "" : " ") + program;
  const auto put = [&text](std::string_view place, std::string_view value) {
    for (std::size_t at = 0; (at = text.find(place, at)) != std::string::npos; at += value.size())
      text.replace(at, place.size(), value);
  };
  put("{word}", k_complete_word);
  put("{programs}", names);
  return text;
}

}  // namespace

std::vector<std::string> candidates(const CLI::App& app, const Words& words, const CompleteValue& value) {
  const std::string typed = words.empty() ? "" : words.back();
  const Place place = follow(app, words);
  Words found;
  if (place.awaits != nullptr)
    found = values_of(place.awaits->get_type_name(), typed, words, value);
  else if (typed.starts_with('-') && !place.options_ended)
    found =
        typed.find('=') == std::string::npos ? options_of(*place.app) : assigned(place, typed, words, value);
  else
    found = arguments_of(place, typed, words, value);
  Words fitting;
  for (std::string& word : found) {
    const bool fits = word.starts_with(':') || word.starts_with(typed);
    if (fits && std::find(fitting.begin(), fitting.end(), word) == fitting.end())
      fitting.push_back(std::move(word));
  }
  return fitting;
}

std::string completion_script(std::string_view shell, const Words& programs) {
  if (shell == "bash") return filled(k_bash, programs);
  if (shell == "zsh") return filled(k_zsh, programs);
  if (shell == "fish") return filled(k_fish, programs);
  throw errors::Error(errors::Kind::usage,
                      fmt::format("there is no completion for the shell {}", errors::quoted(shell)),
                      "shells are bash, zsh and fish");
}

}  // namespace ctgan::command_line
