// A model's options, declared once: flags, help, JSON checks and the manual all come from this table.
// Both ends need it, the host for its flags and the server for its checks, so it is plain data.
//
//     const OptionSpec& spec = *find_method("ctgan").find("epochs");
//     Value value = parse_text(spec, "5");
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ctgan::options {

enum class Type { integer, real, boolean, text, integer_list };

// What holds where nobody gives an option.
enum class Presence {
  has_default,
  optional,  // it is absent
  required,  // check() refuses
  drawn,     // absent for check(): whoever submits the fit draws one
};

struct OptionSpec {
  std::string_view name;  // as CTGAN's users know it: "generator_lr"; the flag is --generator-lr
  Type type;
  std::string_view default_text;  // "300", "256,256", "true"; empty unless `presence` is has_default
  double low = 0;                 // least and greatest value allowed (of each entry, for lists)
  double high = 0;
  std::string_view help;
  std::string_view choices = {};  // text only: "auto|cpu|cuda"; empty: any but the empty text
  Presence presence = Presence::has_default;
};

// "generator_lr" -> "--generator-lr".
std::string flag_name(std::string_view name);

using Value = std::variant<std::int64_t, double, bool, std::string, std::vector<std::int64_t>>;

// One value for each option of a method, except those that were not given and have no default.
class Values {
 public:
  explicit Values(std::map<std::string, Value, std::less<>> values);

  bool contains(std::string_view name) const;
  // REQUIRES: the option is there with that type. Throws Error(internal) otherwise.
  std::int64_t integer(std::string_view name) const;
  double real(std::string_view name) const;
  bool boolean(std::string_view name) const;
  const std::string& text(std::string_view name) const;
  const std::vector<std::int64_t>& integers(std::string_view name) const;

  // What check() reads back to equal values: numbers, booleans, strings, arrays of numbers.
  nlohmann::json to_json() const;

 private:
  template <typename T>
  const T& get(std::string_view name) const;
  std::map<std::string, Value, std::less<>> values_;
};

// Text from a command line to a value. Strict: no spaces, no sign '+', the whole text must be the value;
// lists are written "256,256" (1 to 16 entries), booleans "true" or "false". Throws Error(usage) "epochs must
// be a whole number of at least 1, but is 'abc'" with the flag in the hint.
Value parse_text(const OptionSpec& spec, std::string_view text);

}  // namespace ctgan::options
