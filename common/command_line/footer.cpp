#include "common/command_line/footer.h"

#include <algorithm>
#include <sstream>

#include "common/command_line/declarations.h"

namespace ctgan::command_line {
namespace {

// Examples have the short names; "ctgan fit" is called with both words.
std::string spoken(const CLI::App& app) {
  const CLI::App* root = &app;
  while (root->get_parent() != nullptr) root = root->get_parent();
  const std::string& name = root->get_name();
  const std::size_t blank = name.find(' ');
  return blank == std::string::npos ? "" : name.substr(0, blank + 1);
}

// Whether `line` calls the command `name`, or one below it.
bool calls(const std::string& line, const std::string& name) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  if (line.compare(begin, name.size(), name) != 0) return false;
  const std::size_t end = begin + name.size();
  return end == line.size() || line[end] == ' ';
}

}  // namespace

std::vector<FooterSection> footer_sections(const CLI::App& app) {
  std::vector<FooterSection> sections;
  std::istringstream lines(app.get_footer());
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.front() != ' ' && line.ends_with(':')) {
      sections.push_back({line.substr(0, line.size() - 1), {}});
    } else if (!sections.empty() && !line.empty()) {
      sections.back().lines.push_back(line);
    }
  }
  return sections;
}

std::vector<std::string> all_examples(const CLI::App& app) {
  const std::string before = spoken(app), name = full_name(app).substr(before.size());
  std::vector<std::string> found;
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
    for (const FooterSection& section : footer_sections(*at)) {
      if (section.title != k_examples) continue;
      for (const std::string& line : section.lines) {
        const std::string shown =
            "  " + before + line.substr(std::min(line.find_first_not_of(' '), line.size()));
        if (calls(line, name) && std::find(found.begin(), found.end(), shown) == found.end())
          found.push_back(shown);
      }
    }
  }
  return found;
}

std::vector<std::string> own_examples(const CLI::App& app) {
  std::vector<std::string> found = all_examples(app);
  for (const CLI::App* sub : shown_commands(app))
    std::erase_if(found, [&](const std::string& line) { return calls(line, full_name(*sub)); });
  return found;
}

}  // namespace ctgan::command_line
