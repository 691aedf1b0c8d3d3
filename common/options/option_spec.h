// A model's options, declared once: flags, help, JSON checks and the manual all come from this table.
// Both ends need it, the host for its flags and the server for its checks, so it is plain data.
//
//     Values values = parse(ctgan_options(), R"({"epochs": 5})"_json);
//     values.integer("epochs");
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ctgan::options {

enum class Type { integer, real, boolean, text, integer_list };

struct OptionSpec {
  std::string_view name;     // as CTGAN's users know it: "generator_lr"; the flag is --generator-lr
  Type type;
  std::string_view standard; // the default, as text: "300", "256,256", "true"
  double low = 0;            // least value allowed (of each entry, for lists)
  double high = 0;
  std::string_view help;
};

// The options of CTGAN (Xu et al. 2019, with the defaults of the published code), `seed` and `device` among them.
std::span<const OptionSpec> ctgan_options();

// "generator_lr" -> "--generator-lr".
std::string flag_name(std::string_view name);

using Value = std::variant<std::int64_t, double, bool, std::string, std::vector<std::int64_t>>;

// One value for each option of a spec.
class Values {
 public:
  explicit Values(std::map<std::string, Value, std::less<>> values);

  // REQUIRES: the option is in the spec with that type.
  std::int64_t integer(std::string_view name) const;
  double real(std::string_view name) const;
  bool boolean(std::string_view name) const;
  const std::string& text(std::string_view name) const;
  const std::vector<std::int64_t>& integers(std::string_view name) const;

  nlohmann::json to_json() const;

 private:
  const Value& get(std::string_view name) const;
  std::map<std::string, Value, std::less<>> values_;
};

// Text from a command line to a value: "epochs must be a whole number of at least 1, but is 'abc'".
// Throws Error(usage) naming the flag.
Value parse_text(const OptionSpec& spec, std::string_view text);

// Fills in the defaults, checks types and ranges and the rules between options: batch_size even and divisible
// by pac. Throws Error(usage) naming the option; an unknown name gets the closest.
Values check(std::span<const OptionSpec> specs, const nlohmann::json& given);

}  // namespace ctgan::options
