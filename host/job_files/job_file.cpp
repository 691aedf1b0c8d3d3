#include "host/job_files/job_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/options/methods.h"
#include "common/texts/texts.h"
#include "host/job_files/declared_columns.h"
#include "host/job_files/yaml_document.h"

namespace ctgan::host::job_files {
namespace {

using errors::Error;
using errors::Kind;
using Json = nlohmann::ordered_json;

// The tutorial's spelling.
constexpr std::pair<std::string_view, std::string_view> k_method_alias{"mts", "mst"};
// Of the versions that the tutorial was written for; nothing is to be had by them any more.
constexpr std::array<std::string_view, 2> k_obsolete{"max_bin_count", "retries"};

class Reader {
 public:
  Reader(Json document, std::string_view name) : document_(std::move(document)), name_(name) {
    if (!document_.is_object()) refuse("it must be a list of keys with values, 'method: mst'");
    refuse_unknown(document_,
                   {"method", "epsilon", "delta", "rho", "params", "party_names", "join", "dataset", "name",
                    "domain", "run"},
                   "", "key");
  }

  JobFile read() {
    file_.join = text("join");
    file_.dataset = text("dataset");
    file_.name = text("name");
    read_method();
    for (const char* key : {"epsilon", "delta", "rho"})
      if (const std::string value = text(key); !value.empty()) file_.options[key] = value;
    if (file_.options.contains("epsilon") && file_.options.contains("rho"))
      refuse("'rho' and 'epsilon' exclude each other: what is spent is said once", "leave one of them out");
    read_run();
    read_parameters();
    read_parties();
    read_domain();
    return std::move(file_);
  }

 private:
  [[noreturn]] void refuse(std::string_view rule, const std::string& hint = {}) const {
    throw Error(Kind::bad_data, fmt::format("{}: {}", errors::quoted(name_), rule), hint);
  }

  void refuse_unknown(const Json& map, const std::vector<std::string>& known, const std::string& place,
                      std::string_view what) const {
    for (const auto& [key, value] : map.items()) {
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      refuse(fmt::format("there is no {} {}", what, errors::quoted(place + key)),
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
    const std::string given = texts::in_small_letters(text("method"));
    if (given.empty()) return;
    method_ = &options::find_method(given == k_method_alias.first ? k_method_alias.second : given);
    file_.method = method_->name;
  }

  // A list as --generator-dim takes it, a truth value however YAML writes it.
  std::string parameter(const options::OptionSpec& spec, const Json& value, const std::string& place) const {
    const auto one = [&](const Json& entry) {
      std::string text = text_of(entry, place);
      if (text.empty()) refuse(fmt::format("{} has no value", errors::quoted(place)));
      return text;
    };
    if (spec.type == options::Type::integer_list && value.is_array()) {
      if (value.empty()) refuse(fmt::format("{} has no value", errors::quoted(place)));
      std::string list;
      for (const Json& entry : value) list += (list.empty() ? "" : ",") + one(entry);
      return list;
    }
    const std::string word = one(value);
    return spec.type == options::Type::boolean ? texts::in_small_letters(word) : word;
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
    refuse_unknown(meant, known, "params.", "parameter");
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

  // What `run` says by our word for it or by PrivSyn's; empty where it says neither.
  std::string run_text(const Json& run, const char* key, const char* other) const {
    const std::string said = text_of(run.value(key, Json()), std::string("run.") + key);
    const std::string meant = text_of(run.value(other, Json()), std::string("run.") + other);
    if (!said.empty() && !meant.empty())
      refuse(fmt::format("'run' says both '{}' and '{}'", key, other), "leave one of them out");
    return said.empty() ? meant : said;
  }

  void read_run() {
    const Json run = document_.value("run", Json());
    if (run.is_null()) return;
    if (!run.is_object()) refuse("'run' must be a list of names with values");
    refuse_unknown(run, {"threads", "n_threads", "minutes", "timeout_s", "seed", "random_state", "device"},
                   "run.", "key");
    file_.threads = run_text(run, "threads", "n_threads");
    file_.minutes = run_text(run, "minutes", "timeout_s");
    if (const std::string seconds = text_of(run.value("timeout_s", Json()), "run.timeout_s");
        !seconds.empty())
      file_.minutes = minutes_of(seconds);
    take_seed(run_text(run, "seed", "random_state"));
    take_device(text_of(run.value("device", Json()), "run.device"));
  }

  std::string minutes_of(const std::string& seconds) const {
    constexpr double k_minute = 60, k_most = 1e9;
    double number = 0;
    const char* const end = seconds.data() + seconds.size();
    const auto [stop, status] = std::from_chars(seconds.data(), end, number);
    if (status == std::errc{} && stop == end && number > 0 && number <= k_most)
      return fmt::format("{:.0f}", std::ceil(number / k_minute));
    refuse(fmt::format("'run.timeout_s' must be a number of seconds above 0, but is {}",
                       errors::quoted(seconds)));
  }

  void take_seed(const std::string& seed) {
    if (seed.empty()) return;
    if (method_ != nullptr && method_->is_private)
      refuse(fmt::format("'run' has a seed, and the noise of {} takes none: nobody can repeat it",
                         method_->name),
             "leave it out; 'sample --seed' repeats a sample");
    file_.options["seed"] = seed;
  }

  // Methods without networks have no choice of devices.
  void take_device(const std::string& device) {
    if (device.empty()) return;
    if (method_ == nullptr || method_->find("device") != nullptr)
      file_.options["device"] = device;
    else if (device != "cpu" && device != "auto")
      refuse(fmt::format("'run.device' must be cpu, where {} is trained, but is {}", method_->name,
                         errors::quoted(device)),
             "leave it out");
  }

  // A refusal says of which file it is.
  void read_domain() {
    const Json domain = document_.value("domain", Json());
    if (domain.is_null()) return;
    if (domain.is_string()) {
      file_.metadata = text("domain");
      return;
    }
    try {
      file_.columns = declared_columns(domain);
    } catch (const Error& error) {
      refuse(error.sentence(), error.hint());
    }
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
