#include "host/job_files/yaml_document.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <sstream>
#include <string>
#include <vector>

#include "common/errors/error.h"

namespace ctgan::host::job_files {
namespace {

using errors::Error;
using errors::Kind;
using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(std::string_view name, int line, std::string_view rule,
                         const std::string& hint = {}) {
  const std::string where = line < 0 ? "" : fmt::format(", line {}", line + 1);
  throw Error(Kind::bad_data, fmt::format("{}{}: {}", errors::quoted(name), where, rule), hint);
}

// Makes the document from what the parser tells, and refuses on the way.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(std::string_view name) : name_(name) {}

  Json take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(mark, nullptr);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    refuse(name_, mark.line, "'*' refers to another value",
           "write the value itself, or quote a text that begins so");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    const bool is_plain = tag.empty() || tag == "?";
    if (is_plain && (value.empty() || value == "~" || value == "null")) return add(mark, nullptr);
    add(mark, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Json::array());
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(mark, tag, anchor, Json::object());
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    Json value;
    std::optional<std::string> key;  // of a map, where its value comes next
    YAML::Mark mark;
  };

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != 0)
      refuse(name_, mark.line, "'&' names a value to be repeated", "write the value where it belongs");
  }
  // "?" stands for none, "!" for a quoted text.
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (!tag.empty() && tag != "?" && tag != "!")
      refuse(name_, mark.line, fmt::format("{} gives a value a type", errors::quoted(tag)), "leave it out");
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Json value) {
    constexpr std::size_t k_most_levels = 16;
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (levels_.size() >= k_most_levels)
      refuse(name_, mark.line, fmt::format("more than {} levels", k_most_levels));
    levels_.push_back({std::move(value), std::nullopt, mark});
  }

  void close() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    add(level.mark, std::move(level.value));
  }

  void add(const YAML::Mark& mark, Json value) {
    constexpr std::size_t k_most_values = 10'000;
    if (++values_ > k_most_values)
      refuse(name_, mark.line, fmt::format("more than {} values", k_most_values));
    if (levels_.empty()) {
      root_ = std::move(value);
      return;
    }
    Level& level = levels_.back();
    if (level.value.is_array()) return level.value.push_back(std::move(value));
    if (level.key) {
      level.value[*level.key] = std::move(value);
      level.key.reset();
      return;
    }
    if (!value.is_string()) refuse(name_, mark.line, "a key must be a text");
    level.key = value.get<std::string>();
    if (level.value.contains(*level.key))
      refuse(name_, mark.line, fmt::format("{} comes twice", errors::quoted(*level.key)),
             "leave one of them out");
  }

  std::string_view name_;
  std::vector<Level> levels_;
  Json root_;
  std::size_t values_ = 0;
};

// The parser takes a tab for a blank in some places and not in others.
void refuse_tabs(std::string_view text, std::string_view name) {
  int line = 0;
  bool begins = true;
  for (const char c : text) {
    if (begins && c == '\t') refuse(name, line, "a tab cannot indent it", "indent it by blanks");
    begins = c == '\n' || (begins && c == ' ');
    if (c == '\n') ++line;
  }
}

// Texts go into messages and requests as they are.
void refuse_bad_text(std::string_view text, std::string_view name) {
  if (text.size() > k_most_bytes) refuse(name, -1, fmt::format("it has more than {} bytes", k_most_bytes));
  const auto is_text = [&] {
    try {
      return !Json(std::string(text)).dump().empty() && text.find('\0') == std::string_view::npos;
    } catch (const Json::exception&) {
      return false;
    }
  };
  if (!is_text()) refuse(name, -1, "it is no UTF-8 text");
}

}  // namespace

Json read_yaml(std::string_view text, std::string_view name) {
  refuse_bad_text(text, name);
  refuse_tabs(text, name);
  Builder builder(name);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    Builder more(name);
    if (parser.HandleNextDocument(more))
      refuse(name, -1, "it holds more than one document", "leave one of them");
  } catch (const YAML::Exception& error) {
    refuse(name, error.mark.is_null() ? -1 : error.mark.line, "it is no YAML: " + errors::visible(error.msg));
  }
  return builder.take();
}

}  // namespace ctgan::host::job_files
