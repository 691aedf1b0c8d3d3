#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/guarantees/zcdp.h"
#include "common/options/methods.h"

namespace ctgan::options {
namespace {

using errors::Error;
using errors::Kind;
using Json = nlohmann::json;

constexpr std::size_t k_most_entries = 16;

std::string hint_for(const OptionSpec& spec) {
  const std::string flag = flag_name(spec.name);
  switch (spec.presence) {
    case Presence::has_default:
      return fmt::format("the default is '{} {}'", flag, spec.default_text);
    case Presence::drawn:
      return fmt::format("leave {} out to have one drawn", flag);
    case Presence::optional:
      return fmt::format("{} may be left out", flag);
    case Presence::required:
      return fmt::format("give it with '{}'", flag);
  }
  return {};
}

std::string bound_text(double bound) {
  // The largest seed, 2^63 - 1, has no double of its own.
  if (bound >= 0x1p63) return std::to_string(INT64_MAX);
  return bound == std::floor(bound) ? fmt::format("{:.0f}", bound) : fmt::format("{}", bound);
}

std::string or_list(std::string_view choices) {
  std::string list(choices);
  for (std::size_t at = list.find('|'); at != std::string::npos; at = list.find('|', at))
    list.replace(at, 1, ", ");
  if (const std::size_t last = list.rfind(", "); last != std::string::npos) list.replace(last, 2, " or ");
  return list;
}

// "must be <this>": names the bound that was broken, the lower one when the text is no value at all.
std::string rule(const OptionSpec& spec, bool too_high) {
  const std::string bound =
      too_high ? "of at most " + bound_text(spec.high) : "of at least " + bound_text(spec.low);
  switch (spec.type) {
    case Type::integer:
      return "a whole number " + bound;
    case Type::real:
      return "a number " + bound;
    case Type::boolean:
      return "true or false";
    case Type::text:
      return spec.choices.empty() ? "a text" : or_list(spec.choices);
    case Type::integer_list:
      return fmt::format("1 to {} whole numbers {}, separated by commas", k_most_entries, bound);
  }
  return {};
}

[[noreturn]] void refuse(const OptionSpec& spec, std::string_view given, bool too_high = false) {
  throw Error(Kind::usage,
              fmt::format("{} must be {}, but is {}", spec.name, rule(spec, too_high), errors::quoted(given)),
              hint_for(spec));
}

template <typename T>
std::optional<T> entire(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

// Digits beyond int64 are a number all the same: the message must speak of the upper bound.
bool is_long_number(std::string_view text) {
  return text.size() > 18 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::int64_t integer_in_range(const OptionSpec& spec, std::int64_t value, std::string_view given) {
  if (static_cast<double>(value) < spec.low) refuse(spec, given);
  if (static_cast<double>(value) > spec.high) refuse(spec, given, true);
  return value;
}

std::int64_t parse_integer(const OptionSpec& spec, std::string_view entry, std::string_view given) {
  const auto value = entire<std::int64_t>(entry);
  if (!value) refuse(spec, given, is_long_number(entry));
  return integer_in_range(spec, *value, given);
}

double real_in_range(const OptionSpec& spec, double value, std::string_view given) {
  if (std::isnan(value) || value < spec.low) refuse(spec, given);
  if (value > spec.high) refuse(spec, given, true);
  return value;
}

double parse_real(const OptionSpec& spec, std::string_view text) {
  const auto value = entire<double>(text);
  if (!value) refuse(spec, text);
  return real_in_range(spec, *value, text);
}

std::vector<std::int64_t> parse_list(const OptionSpec& spec, std::string_view text) {
  std::vector<std::int64_t> entries;
  std::string_view rest = text;
  for (;;) {
    const std::size_t comma = rest.find(',');
    entries.push_back(parse_integer(spec, rest.substr(0, comma), text));
    if (entries.size() > k_most_entries) refuse(spec, text);
    if (comma == std::string_view::npos) return entries;
    rest.remove_prefix(comma + 1);
  }
}

std::string parse_word(const OptionSpec& spec, std::string_view text) {
  if (spec.choices.empty() && !text.empty()) return std::string(text);
  for (std::string_view rest = spec.choices; !rest.empty();) {
    const std::size_t bar = rest.find('|');
    if (rest.substr(0, bar) == text) return std::string(text);
    rest.remove_prefix(bar == std::string_view::npos ? rest.size() : bar + 1);
  }
  refuse(spec, text);
}

std::int64_t integer_from_json(const OptionSpec& spec, const Json& entry, const Json& given) {
  if (entry.is_number_unsigned() && entry.get<std::uint64_t>() > std::uint64_t{INT64_MAX})
    refuse(spec, given.dump(), true);
  if (!entry.is_number_integer()) refuse(spec, given.dump());
  return integer_in_range(spec, entry.get<std::int64_t>(), given.dump());
}

std::vector<std::int64_t> list_from_json(const OptionSpec& spec, const Json& given) {
  if (!given.is_array() || given.empty() || given.size() > k_most_entries) refuse(spec, given.dump());
  std::vector<std::int64_t> entries;
  for (const Json& entry : given) entries.push_back(integer_from_json(spec, entry, given));
  return entries;
}

Value value_from_json(const OptionSpec& spec, const Json& given) {
  switch (spec.type) {
    case Type::integer:
      return integer_from_json(spec, given, given);
    case Type::real:
      if (!given.is_number()) refuse(spec, given.dump());
      return real_in_range(spec, given.get<double>(), given.dump());
    case Type::boolean:
      if (!given.is_boolean()) refuse(spec, given.dump());
      return given.get<bool>();
    case Type::text:
      if (!given.is_string()) refuse(spec, given.dump());
      return parse_word(spec, given.get_ref<const std::string&>());
    case Type::integer_list:
      return list_from_json(spec, given);
  }
  throw Error(Kind::internal, "an option has an unknown type");
}

void refuse_strange_names(const Method& method, const Json& given) {
  for (const auto& item : given.items()) {
    if (method.find(item.key()) != nullptr) continue;
    refuse_foreign(method, item.key());
    std::vector<std::string> names;
    for (const OptionSpec& spec : method.options) names.emplace_back(spec.name);
    throw Error(Kind::usage, "there is no option " + errors::quoted(item.key()),
                errors::suggestion(item.key(), names));
  }
}

// With the epsilon that rho and delta mean in the place of rho.
Json without_rho(const Method& method, const Json& given) {
  const auto rho = given.find("rho");
  const OptionSpec* spec = method.find("rho");
  if (spec == nullptr || rho == given.end()) return given;
  if (given.contains("epsilon"))
    throw Error(Kind::usage, "'rho' and 'epsilon' exclude each other: what is spent is said once",
                "leave one of them out; with delta, rho says which epsilon is meant");
  const OptionSpec& delta = *method.find("delta");
  const auto said = given.find("delta");
  const Value probability =
      said == given.end() ? parse_text(delta, delta.default_text) : value_from_json(delta, *said);
  Json meant = given;
  meant.erase("rho");
  meant["epsilon"] =
      guarantees::zcdp_epsilon(std::get<double>(value_from_json(*spec, *rho)), std::get<double>(probability));
  return meant;
}

}  // namespace

Value parse_text(const OptionSpec& spec, std::string_view text) {
  switch (spec.type) {
    case Type::integer:
      return parse_integer(spec, text, text);
    case Type::real:
      return parse_real(spec, text);
    case Type::boolean:
      if (text != "true" && text != "false") refuse(spec, text);
      return text == "true";
    case Type::text:
      return parse_word(spec, text);
    case Type::integer_list:
      return parse_list(spec, text);
  }
  throw Error(Kind::internal, "an option has an unknown type");
}

Values check(const Method& method, const Json& given) {
  if (!given.is_object()) throw Error(Kind::usage, "the options must be a JSON object");
  refuse_strange_names(method, given);
  const Json meant = without_rho(method, given);
  std::map<std::string, Value, std::less<>> found;
  for (const OptionSpec& spec : method.options) {
    if (const auto entry = meant.find(spec.name); entry != meant.end())
      found.emplace(spec.name, value_from_json(spec, *entry));
    else if (spec.presence == Presence::has_default)
      found.emplace(spec.name, parse_text(spec, spec.default_text));
    else if (spec.presence == Presence::required)
      throw Error(Kind::usage,
                  fmt::format("the method {} needs a value for {}", errors::quoted(method.name), spec.name),
                  hint_for(spec));
  }
  Values values(std::move(found));
  if (method.check != nullptr) method.check(values);
  return values;
}

}  // namespace ctgan::options
