#include "host/job_files/job_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/options/methods.h"
#include "host/job_files/yaml_document.h"

namespace ctgan::host::job_files {
namespace {

using errors::Error;
using errors::Kind;
using Json = nlohmann::ordered_json;

constexpr const char* k_epsilon = "epsilon";
// The tutorial's spelling.
constexpr std::pair<std::string_view, std::string_view> k_method_alias{"mts", "mst"};
// Of the versions that the tutorial was written for; nothing is to be had by them any more.
constexpr std::array<std::string_view, 2> k_obsolete{"max_bin_count", "retries"};

std::string in_small_letters(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

class Reader {
 public:
  Reader(Json document, std::string_view name) : document_(std::move(document)), name_(name) {
    if (!document_.is_object()) refuse("it must be a list of keys with values, 'method: mst'");
    refuse_unknown(document_,
                   {"method", "epsilon", "delta", "params", "party_names", "join", "dataset", "name"}, "");
  }

  JobFile read() {
    file_.join = text("join");
    file_.dataset = text("dataset");
    file_.name = text("name");
    read_method();
    for (const char* key : {k_epsilon, "delta"})
      if (const std::string value = text(key); !value.empty()) file_.options[key] = value;
    read_parameters();
    read_parties();
    take_usual_epsilon();
    return std::move(file_);
  }

 private:
  [[noreturn]] void refuse(std::string_view rule, const std::string& hint = {}) const {
    throw Error(Kind::bad_data, fmt::format("{}: {}", errors::quoted(name_), rule), hint);
  }

  void refuse_unknown(const Json& map, const std::vector<std::string>& known,
                      const std::string& place) const {
    for (const auto& [key, value] : map.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      if (place.empty() && key == "rho")
        refuse("'rho' is not taken", "give epsilon and delta, of which it follows");
      refuse(
          fmt::format("there is no {} {}", place.empty() ? "key" : "parameter", errors::quoted(place + key)),
          errors::suggestion(key, known));
    }
  }

  // Empty where it is absent or null.
  std::string text(const char* key) const { return text_of(document_.value(key, Json()), key); }
  std::string text_of(const Json& value, const std::string& place) const {
    if (value.is_null()) return {};
    if (value.is_string()) return value.get<std::string>();
    refuse(fmt::format("{} must be one value", errors::quoted(place)));
  }

  void read_method() {
    const std::string given = in_small_letters(text("method"));
    if (given.empty()) return;
    method_ = &options::find_method(given == k_method_alias.first ? k_method_alias.second : given);
    file_.method = method_->name;
  }

  // A list as --generator-dim takes it, a truth value however YAML writes it.
  std::string parameter(const options::OptionSpec& spec, const Json& value, const std::string& place) const {
    if (spec.type == options::Type::integer_list && value.is_array()) {
      std::string list;
      for (const Json& entry : value) list += (list.empty() ? "" : ",") + text_of(entry, place);
      return list;
    }
    std::string word = text_of(value, place);
    if (word.empty()) refuse(fmt::format("{} has no value", errors::quoted(place)));
    return spec.type == options::Type::boolean ? in_small_letters(std::move(word)) : word;
  }

  void read_parameters() {
    const Json parameters = document_.value("params", Json());
    if (parameters.is_null()) return;
    if (!parameters.is_object()) refuse("'params' must be a list of names with values");
    if (method_ == nullptr) refuse("'params' are those of a method", "name it: 'method: mst'");
    std::vector<std::string> known;
    for (const options::OptionSpec& spec : method_->options) known.emplace_back(spec.name);
    Json meant = parameters;
    for (const std::string_view key : k_obsolete) {
      const std::string name(key);
      if (!meant.contains(name) || method_->find(key) != nullptr) continue;
      meant.erase(name);
      file_.remarks.push_back(
          fmt::format("the parameter {} is obsolete and passed over", errors::quoted(name)));
    }
    refuse_unknown(meant, known, "params.");
    for (const auto& [key, value] : meant.items()) {
      if (file_.options.contains(key)) refuse(fmt::format("{} is said twice", errors::quoted(key)));
      file_.options[key] = parameter(*method_->find(key), value, "params." + key);
    }
  }

  void read_parties() {
    const Json names = document_.value("party_names", Json());
    if (names.is_null()) return;
    if (!names.is_array()) refuse("'party_names' must be a list: [Alice, Bob]");
    for (const Json& name : names) file_.party_names.push_back(text_of(name, "party_names"));
  }

  void take_usual_epsilon() {
    if (method_ == nullptr || !method_->is_private || file_.options.contains(k_epsilon)) return;
    file_.options[k_epsilon] = "1";
    file_.remarks.emplace_back("epsilon is 1, since the job file does not say it");
  }

  Json document_;
  std::string_view name_;
  const options::Method* method_ = nullptr;
  JobFile file_;
};

}  // namespace

JobFile parse_job_file(std::string_view text, std::string_view name) {
  return Reader(read_yaml(text, name), name).read();
}

JobFile read_job_file(const std::filesystem::path& file) {
  return parse_job_file(files::read_file(file, k_most_bytes), file.string());
}

}  // namespace ctgan::host::job_files
