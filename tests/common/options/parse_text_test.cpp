#include <string>
#include <tuple>

#include "common/errors/error.h"
#include "common/options/methods.h"
#include "tests/catch.h"

namespace {

using namespace ctgan;
using options::OptionSpec;

const OptionSpec& spec(std::string_view name) {
  for (const OptionSpec& s : options::find_method("ctgan").options)
    if (s.name == name) return s;
  throw std::logic_error("no such option");
}

errors::Error refusal(std::string_view name, std::string_view text) {
  try {
    options::parse_text(spec(name), text);
  } catch (const errors::Error& error) {
    return error;
  }
  return {errors::Kind::internal, "accepted"};
}

}  // namespace

TEST_CASE("a whole number is read as it stands") {
  CHECK(std::get<std::int64_t>(options::parse_text(spec("epochs"), "7")) == 7);
  CHECK(std::get<std::int64_t>(options::parse_text(spec("seed"), "9223372036854775807")) == INT64_MAX);
  CHECK(std::get<std::int64_t>(options::parse_text(spec("seed"), "0")) == 0);
}

TEST_CASE("a number of epochs that is none is refused with the rule, the text and the flag") {
  const auto [text, sentence] = GENERATE(table<std::string, std::string>({
      {"abc", "epochs must be a whole number of at least 1, but is 'abc'"},
      {"-1", "epochs must be a whole number of at least 1, but is '-1'"},
      {"0", "epochs must be a whole number of at least 1, but is '0'"},
      {"1e18", "epochs must be a whole number of at least 1, but is '1e18'"},
      {"", "epochs must be a whole number of at least 1, but is ''"},
      {" 5", "epochs must be a whole number of at least 1, but is ' 5'"},
      {"5 ", "epochs must be a whole number of at least 1, but is '5 '"},
      {"+5", "epochs must be a whole number of at least 1, but is '+5'"},
      {"0x10", "epochs must be a whole number of at least 1, but is '0x10'"},
      {"5.0", "epochs must be a whole number of at least 1, but is '5.0'"},
      {"1000001", "epochs must be a whole number of at most 1000000, but is '1000001'"},
      {"99999999999999999999999",
       "epochs must be a whole number of at most 1000000, but is '99999999999999999999999'"},
  }));
  const errors::Error error = refusal("epochs", text);
  CHECK(error.kind() == errors::Kind::usage);
  CHECK(error.sentence() == sentence);
  CHECK(error.hint() == "the default is '--epochs 300'");
}

TEST_CASE("a seed above the largest is refused and the hint says that one can be drawn") {
  const errors::Error error = refusal("seed", "9223372036854775808");
  CHECK(error.sentence() ==
        "seed must be a whole number of at most 9223372036854775807, but is '9223372036854775808'");
  CHECK(error.hint() == "leave --seed out to have one drawn");
}

TEST_CASE("a real number is read in plain and in exponent notation") {
  CHECK(std::get<double>(options::parse_text(spec("generator_lr"), "0.001")) == 0.001);
  CHECK(std::get<double>(options::parse_text(spec("generator_lr"), "2e-4")) == 2e-4);
}

TEST_CASE("a real number that is none, not finite or out of range is refused") {
  const auto [text, rule] = GENERATE(table<std::string, std::string>({{"fast", "of at least 0"},
                                                                      {"nan", "of at least 0"},
                                                                      {"-inf", "of at least 0"},
                                                                      {"inf", "of at most 1"},
                                                                      {"-0.1", "of at least 0"},
                                                                      {"1.5", "of at most 1"},
                                                                      {"0,1", "of at least 0"},
                                                                      {"", "of at least 0"}}));
  CHECK(refusal("generator_lr", text).sentence() ==
        "generator_lr must be a number " + rule + ", but is '" + text + "'");
}

TEST_CASE("a list of widths keeps its order") {
  CHECK(std::get<std::vector<std::int64_t>>(options::parse_text(spec("generator_dim"), "64,32,16")) ==
        std::vector<std::int64_t>{64, 32, 16});
  CHECK(std::get<std::vector<std::int64_t>>(options::parse_text(spec("generator_dim"), "8")) ==
        std::vector<std::int64_t>{8});
}

TEST_CASE("a list with an empty, zero or foreign entry, or with too many, is refused") {
  const std::string text = GENERATE(as<std::string>{}, "", ",", "256,", ",256", "256, 256", "0", "256,-1",
                                    "(256,256)", "256;256", "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1");
  CHECK(refusal("generator_dim", text).sentence() ==
        "generator_dim must be 1 to 16 whole numbers of at least 1, separated by commas, but is '" + text +
            "'");
}

TEST_CASE("a boolean is true or false and nothing else") {
  CHECK(std::get<bool>(options::parse_text(spec("log_frequency"), "true")));
  CHECK_FALSE(std::get<bool>(options::parse_text(spec("log_frequency"), "false")));
  const std::string text = GENERATE(as<std::string>{}, "", "True", "yes", "1");
  CHECK(refusal("log_frequency", text).sentence() ==
        "log_frequency must be true or false, but is '" + text + "'");
}

TEST_CASE("a device is one of those that exist") {
  CHECK(std::get<std::string>(options::parse_text(spec("device"), "cuda")) == "cuda");
  const std::string text = GENERATE(as<std::string>{}, "", "gpu", "auto|cpu", "CPU");
  CHECK(refusal("device", text).sentence() == "device must be auto, cpu or cuda, but is '" + text + "'");
}
