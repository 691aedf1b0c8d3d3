#include <algorithm>
#include <set>
#include <string>

#include "common/errors/error.h"
#include "common/options/methods.h"
#include "tests/catch.h"

namespace {

using namespace ctgan;
using Json = nlohmann::json;

errors::Error refusal(const Json& given) {
  try {
    options::check(options::find_method("ctgan"), given);
  } catch (const errors::Error& error) {
    return error;
  }
  return {errors::Kind::internal, "accepted"};
}

}  // namespace

TEST_CASE("without options CTGAN has the defaults of the published code") {
  const options::Values values = options::check(options::find_method("ctgan"), Json::object());
  CHECK(values.integer("epochs") == 300);
  CHECK(values.integer("batch_size") == 500);
  CHECK(values.integer("embedding_dim") == 128);
  CHECK(values.integers("generator_dim") == std::vector<std::int64_t>{256, 256});
  CHECK(values.integers("discriminator_dim") == std::vector<std::int64_t>{256, 256});
  CHECK(values.real("generator_lr") == 2e-4);
  CHECK(values.real("generator_decay") == 1e-6);
  CHECK(values.real("discriminator_lr") == 2e-4);
  CHECK(values.real("discriminator_decay") == 1e-6);
  CHECK(values.integer("discriminator_steps") == 1);
  CHECK(values.boolean("log_frequency"));
  CHECK(values.integer("pac") == 10);
  CHECK(values.text("device") == "auto");
  CHECK_FALSE(values.contains("seed"));
}

TEST_CASE("given options replace the defaults and survive a trip through JSON") {
  const Json given = {{"epochs", 5},         {"generator_dim", {64, 32}},
                      {"generator_lr", 0.5}, {"log_frequency", false},
                      {"device", "cpu"},     {"seed", INT64_MAX}};
  const options::Values values = options::check(options::find_method("ctgan"), given);
  CHECK(values.integer("epochs") == 5);
  CHECK(values.integer("seed") == INT64_MAX);
  const Json json = values.to_json();
  CHECK(json.size() == options::find_method("ctgan").options.size());
  CHECK(options::check(options::find_method("ctgan"), Json::parse(json.dump())).to_json() == json);
}

TEST_CASE("every default passes its own check, every option has a help text and a name of its own") {
  std::set<std::string_view> names;
  for (const options::OptionSpec& spec : options::find_method("ctgan").options) {
    CAPTURE(spec.name);
    CHECK(names.insert(spec.name).second);
    CHECK_FALSE(spec.help.empty());
    if (!spec.default_text.empty()) CHECK_NOTHROW(options::parse_text(spec, spec.default_text));
  }
}

TEST_CASE("a flag is the name with dashes") {
  CHECK(options::flag_name("generator_lr") == "--generator-lr");
  CHECK(options::flag_name("pac") == "--pac");
}

TEST_CASE("a value of the wrong JSON type is refused by name") {
  CHECK(refusal({{"epochs", "5"}}).sentence() ==
        "epochs must be a whole number of at least 1, but is '\"5\"'");
  CHECK(refusal({{"epochs", 5.5}}).sentence() == "epochs must be a whole number of at least 1, but is '5.5'");
  CHECK(refusal({{"epochs", nullptr}}).sentence() ==
        "epochs must be a whole number of at least 1, but is 'null'");
  CHECK(refusal({{"seed", UINT64_MAX}}).sentence() ==
        "seed must be a whole number of at most 9223372036854775807, but is '18446744073709551615'");
  CHECK(refusal({{"generator_lr", "2e-4"}}).sentence() ==
        "generator_lr must be a number of at least 0, but is '\"2e-4\"'");
  CHECK(refusal({{"log_frequency", 1}}).sentence() == "log_frequency must be true or false, but is '1'");
  CHECK(refusal({{"device", 1}}).sentence() == "device must be auto, cpu or cuda, but is '1'");
  CHECK(refusal({{"generator_dim", 256}}).sentence() ==
        "generator_dim must be 1 to 16 whole numbers of at least 1, separated by commas, but is '256'");
  CHECK(refusal({{"generator_dim", Json::array()}}).kind() == errors::Kind::usage);
  CHECK(refusal({{"generator_dim", {256, 0}}}).kind() == errors::Kind::usage);
  CHECK(refusal(Json::array()).sentence() == "the options must be a JSON object");
}

TEST_CASE("an unknown option is refused with the closest name") {
  const errors::Error error = refusal({{"epoch", 5}});
  CHECK(error.kind() == errors::Kind::usage);
  CHECK(error.sentence() == "there is no option 'epoch'");
  CHECK(error.hint() == "did you mean 'epochs'?");
}

TEST_CASE("a batch that pac does not divide is refused with the next size that works") {
  const errors::Error error = refusal({{"batch_size", 500}, {"pac", 7}});
  CHECK(error.kind() == errors::Kind::usage);
  CHECK(error.sentence() == "batch_size must be a multiple of pac, but '500' is none of '7'");
  CHECK(error.hint() == "try '--batch-size 504'");
}

TEST_CASE("an odd batch is refused even where pac divides it") {
  const errors::Error error = refusal({{"batch_size", 15}, {"pac", 5}});
  CHECK(error.sentence() == "batch_size must be even, but is '15'");
  CHECK(error.hint() == "try '--batch-size 20'");
}

TEST_CASE("asking for an option under the wrong type is our bug, not the user's") {
  const options::Values values = options::check(options::find_method("ctgan"), Json::object());
  CHECK_THROWS_AS(values.integer("device"), errors::Error);
  CHECK_THROWS_AS(values.text("nothing"), errors::Error);
}
