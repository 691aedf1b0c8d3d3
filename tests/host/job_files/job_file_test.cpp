// Job files: those of the tutorial, what is refused in others, and input that somebody hostile wrote.
#include "host/job_files/job_file.h"

#include <fmt/format.h>

#include "common/errors/error.h"
#include "host/job_files/yaml_document.h"
#include "tests/catch.h"
#include "tests/raises.h"

namespace ctgan::host::job_files {
namespace {

using Json = nlohmann::ordered_json;
using tests::raised;

JobFile parsed(const std::string& text) {
  return parse_job_file(text, "runtime.yaml");
}

std::string refusal(const std::string& text) {
  const errors::Error error = raised([&] { parsed(text); });
  CHECK(error.kind() == errors::Kind::bad_data);
  return error.sentence() + "; " + error.hint();
}

std::string yaml_refusal(const std::string& text) {
  const errors::Error error = raised([&] { read_yaml(text, "f"); });
  CHECK(error.kind() == errors::Kind::bad_data);
  return error.sentence();
}

}  // namespace

TEST_CASE("every key is read, with options as they would be typed") {
  const JobFile file = parsed(
      "# a fit\nmethod: aim\nepsilon: 3\ndelta: 1e-9\nparams:\n  degree: 2\n  really: True\nparty_names: "
      "[Alice, "
      "\"Bob\"]\njoin: id\ndataset: cars\nname: '007'\n");
  CHECK(file.method == "aim");
  CHECK(file.options == std::map<std::string, std::string>{
                            {"epsilon", "3"}, {"delta", "1e-9"}, {"degree", "2"}, {"really", "true"}});
  CHECK(file.party_names == std::vector<std::string>{"Alice", "Bob"});
  CHECK(file.join == "id");
  CHECK(file.dataset == "cars");
  CHECK(file.name == "007");
  CHECK(file.remarks.empty());
}

TEST_CASE("a file of the tutorial: MWEM with its parameters") {
  const JobFile file = parsed(
      "method: MWEM\nepsilon: 1\nparams:\n  iterations: 60\n  q_count: 500\nparty_names:\n  - Alice\n  - "
      "Bob\n");
  CHECK(file.method == "mwem");
  CHECK(file.options ==
        std::map<std::string, std::string>{{"epsilon", "1"}, {"iterations", "60"}, {"q_count", "500"}});
  CHECK(file.party_names == std::vector<std::string>{"Alice", "Bob"});
}

TEST_CASE("a file of the tutorial: its spelling of mst, its usual epsilon, parameters that are obsolete") {
  const JobFile file =
      parsed("method: MTS\nparams:\n  max_bin_count: 10\n  retries: 3\nparty_names:\n  - Alice\n  - Bob\n");
  CHECK(file.method == "mst");
  CHECK(file.options == std::map<std::string, std::string>{{"epsilon", "1"}});
  REQUIRE(file.remarks.size() == 3);
  CHECK_THAT(file.remarks[0], Catch::Contains("'max_bin_count' is obsolete"));
  CHECK_THAT(file.remarks[2], Catch::Contains("epsilon is 1"));
}

TEST_CASE("files of the tutorial: its GANs") {
  for (const char* name : {"DPCTGAN", "PATECTGAN"}) {
    const JobFile file =
        parsed(std::string("method: ") + name + "\nepsilon: 3\nparty_names:\n  - Alice\n  - Bob\n");
    CHECK(file.options == std::map<std::string, std::string>{{"epsilon", "3"}});
    CHECK(file.method == (std::string(name) == "DPCTGAN" ? "dpctgan" : "patectgan"));
  }
}

TEST_CASE("a file for one table names no party, and lists become what flags take") {
  const JobFile file = parsed("method: ctgan\nparams: {epochs: 5, generator_dim: [64, 64]}\n");
  CHECK(file.party_names.empty());
  CHECK(file.options == std::map<std::string, std::string>{{"epochs", "5"}, {"generator_dim", "64,64"}});
}

TEST_CASE("what is unknown is an error that names the closest known") {
  CHECK_THAT(refusal("method: mst\nepsilom: 1\n"),
             Catch::Contains("there is no key 'epsilom'") && Catch::Contains("did you mean 'epsilon'?"));
  CHECK_THAT(refusal("method: aim\nparams: {degre: 2}\n"),
             Catch::Contains("there is no parameter 'params.degre'") && Catch::Contains("'degree'"));
  CHECK_THAT(refusal("method: mst\nrho: 0.1\n"), Catch::Contains("'rho' is not taken"));
  CHECK(raised([] { parsed("method: mts2\n"); }).kind() == errors::Kind::usage);
}

TEST_CASE("what has the wrong form is refused by its name") {
  CHECK_THAT(refusal("- method\n"), Catch::Contains("a list of keys with values"));
  CHECK_THAT(refusal("mst"), Catch::Contains("a list of keys with values"));
  CHECK_THAT(refusal(""), Catch::Contains("a list of keys with values"));
  CHECK_THAT(refusal("method: [mst]\n"), Catch::Contains("'method' must be one value"));
  CHECK_THAT(refusal("method: mst\nparty_names: Alice\n"), Catch::Contains("'party_names' must be a list"));
  CHECK_THAT(refusal("method: mst\nparams: 3\n"), Catch::Contains("'params' must be"));
  CHECK_THAT(refusal("params: {epochs: 3}\n"), Catch::Contains("are those of a method"));
  CHECK_THAT(refusal("method: mst\nparams: {epsilon: 3}\nepsilon: 2\n"),
             Catch::Contains("'epsilon' is said twice"));
  CHECK_THAT(refusal("method: ctgan\nparams: {epochs: }\n"), Catch::Contains("'params.epochs' has no value"));
}

TEST_CASE("scalars are the texts that they are written as, and an empty one is null") {
  CHECK(read_yaml("a: 007\nb: 1e-6\nc: yes\nd:\ne: ''\nf: ~\ng: \"null\"\n", "f") == Json{{"a", "007"},
                                                                                          {"b", "1e-6"},
                                                                                          {"c", "yes"},
                                                                                          {"d", nullptr},
                                                                                          {"e", ""},
                                                                                          {"f", nullptr},
                                                                                          {"g", "null"}});
}

TEST_CASE("what repeats values is refused before it is repeated") {
  std::string bomb = "a: &a [x, x]\n";
  for (char name = 'b'; name < 'k'; ++name)
    bomb += fmt::format("{0}: &{0} [*{1}, *{1}, *{1}, *{1}]\n", name, static_cast<char>(name - 1));
  CHECK_THAT(yaml_refusal(bomb), Catch::Contains("'f', line 1: '&' names a value"));
  CHECK_THAT(yaml_refusal("a: *b\n"), Catch::Contains("'f', line 1"));
}

TEST_CASE("what two readers could read in two ways is refused with its line") {
  CHECK_THAT(yaml_refusal("a: 1\nb: 2\na: 3\n"), Catch::Contains("line 3: 'a' comes twice"));
  CHECK_THAT(yaml_refusal("a:\n\tb: 1\n"), Catch::Contains("line 2: a tab cannot indent it"));
  CHECK_THAT(yaml_refusal("a: 1\n---\nb: 2\n"), Catch::Contains("more than one document"));
  CHECK_THAT(yaml_refusal("a: !!python/object 1\n"), Catch::Contains("gives a value a type"));
  CHECK_THAT(yaml_refusal("? [a]\n: 1\n"), Catch::Contains("a key must be a text"));
}

TEST_CASE("what is too large, too deep or no text is refused") {
  CHECK_THAT(yaml_refusal(std::string(k_most_bytes + 1, ' ')), Catch::Contains("more than 1048576 bytes"));
  CHECK_THAT(yaml_refusal(std::string(100'000, '[')), Catch::Contains("'f'"));
  CHECK_THAT(yaml_refusal("a: " + std::string(40, '[') + std::string(40, ']')),
             Catch::Contains("more than 16 levels"));
  std::string many = "a: [";
  for (int i = 0; i < 20'000; ++i) many += "1,";
  CHECK_THAT(yaml_refusal(many + "1]"), Catch::Contains("more than 10000 values"));
  CHECK_THAT(yaml_refusal("a: \xff\n"), Catch::Contains("no UTF-8"));
  CHECK_THAT(yaml_refusal(std::string("a: b\0c", 6)), Catch::Contains("no UTF-8"));
  CHECK_THAT(yaml_refusal("a: [1, 2\n"), Catch::Contains("it is no YAML"));
  CHECK_THAT(yaml_refusal("%YAML 3.0\n%TAG ! a\n"), Catch::Contains("'f'"));
}

}  // namespace ctgan::host::job_files
