// Job files: those of the tutorial, what is refused in others, and input that somebody hostile wrote.
#include "host/job_files/job_file.h"

#include <fmt/format.h>

#include "common/errors/error.h"
#include "common/table/metadata_json.h"
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

TEST_CASE("a file of the tutorial: its spelling of mst, no epsilon, parameters that are obsolete") {
  const JobFile file =
      parsed("method: MTS\nparams:\n  max_bin_count: 10\n  retries: 3\nparty_names:\n  - Alice\n  - Bob\n");
  CHECK(file.method == "mst");
  CHECK(file.options.empty());
  REQUIRE(file.remarks.size() == 2);
  CHECK_THAT(file.remarks[0], Catch::Contains("'max_bin_count' is obsolete"));
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
  for (const std::string list : {"[]", "['']", "[256, ~]"})
    CHECK_THAT(refusal("method: ctgan\nparams: {generator_dim: " + list + "}\n"),
               Catch::Contains("'params.generator_dim' has no value"));
}

TEST_CASE("rho says what is spent in the place of epsilon, once, and delta beside it") {
  CHECK(parsed("method: aim\nrho: 0.1\ndelta: 1e-6\n").options ==
        std::map<std::string, std::string>{{"rho", "0.1"}, {"delta", "1e-6"}});
  CHECK_THAT(refusal("method: aim\nrho: 0.1\nepsilon: 1\n"),
             Catch::Contains("'rho' and 'epsilon' exclude each other"));
}

TEST_CASE("a domain is what a metadata file says, column by column") {
  const JobFile file = parsed(
      "domain:\n"
      "  age: {sdtype: numerical, min: 17, max: 90, bins: 24, decimals: 1, missing: ['?', '']}\n"
      "  born: {sdtype: datetime, datetime_format: '%Y-%m-%d', private: [min, max, edges], binning: dawa}\n"
      "  sex: {sdtype: categorical, categories: [Female, 007, true], others: }\n"
      "  who: {sdtype: id}\n"
      "  mail: {sdtype: email, pii: true}\n");
  // The same from its JSON.
  const auto same = table::read_sdv_metadata(nlohmann::json::parse(R"({"columns":{
      "age":{"sdtype":"numerical"},"born":{"sdtype":"datetime","datetime_format":"%Y-%m-%d"},
      "sex":{"sdtype":"categorical"},"who":{"sdtype":"id"},"mail":{"sdtype":"email","pii":true}},"domain":{
      "age":{"min":17,"max":90,"bins":24,"decimals":1,"missing":["?",""]},
      "born":{"private":["min","max","edges"],"binning":"dawa"},
      "sex":{"categories":["Female","007","true"]}}})"));
  REQUIRE(file.columns.size() == same.size());
  for (const auto& [name, column] : same) {
    CAPTURE(name);
    const table::ColumnRequest& found = file.columns.at(name);
    CHECK(found.kind == column.kind);
    CHECK(found.datetime_format == column.datetime_format);
    CHECK(found.content == column.content);
    CHECK(found.domain == column.domain);
  }
  CHECK(file.metadata.empty());
}

TEST_CASE("PrivSyn's words for a domain mean the same") {
  const JobFile file = parsed(
      "domain:\n"
      "  age: {type: numerical, bounds: {min: 17, max: 90}}\n"
      "  pay: {type: numerical, binning: {edges: [0, 10, 100]}}\n");
  CHECK(file.columns.at("age").kind == table::ColumnKind::numerical);
  CHECK(file.columns.at("age").domain->least == "17");
  CHECK(file.columns.at("age").domain->most == "90");
  CHECK(file.columns.at("pay").domain->edges == std::vector<std::string>{"0", "10", "100"});
}

TEST_CASE("a domain may be the name of a metadata file") {
  const JobFile file = parsed("domain: people_metadata.json\n");
  CHECK(file.metadata == "people_metadata.json");
  CHECK(file.columns.empty());
}

TEST_CASE("what a domain cannot be is refused with the file, the place and the closest word") {
  const auto domain = [](const std::string& text) { return refusal("domain: " + text + "\n"); };
  CHECK_THAT(domain("{age: {sdtype: numerical, binz: 3}}"), Catch::Contains("'runtime.yaml'") &&
                                                                Catch::Contains("'domain.age.binz'") &&
                                                                Catch::Contains("did you mean 'bins'?"));
  CHECK_THAT(domain("{age: {min: 1}}"), Catch::Contains("'domain.age' does not say what the column is"));
  CHECK_THAT(domain("{age: {sdtype: numeric}}"), Catch::Contains("'numeric'"));
  CHECK_THAT(domain("{age: {sdtype: numerical, bins: many}}"), Catch::Contains("'domain.age.bins' must be"));
  CHECK_THAT(domain("{age: {sdtype: numerical, type: numerical}}"),
             Catch::Contains("'domain.age.sdtype' is said twice"));
  CHECK_THAT(domain("{age: {sdtype: numerical, min: 1, bounds: {min: 2}}}"),
             Catch::Contains("'domain.age.min' is said twice"));
  CHECK_THAT(domain("{age: {sdtype: numerical, bounds: {mim: 2}}}"),
             Catch::Contains("'domain.age.bounds.mim'") && Catch::Contains("did you mean 'min'?"));
  CHECK_THAT(domain("{age: {sdtype: numerical, bounds: 3}}"), Catch::Contains("'domain.age.bounds' must be"));
  CHECK_THAT(domain("{age: numerical}"), Catch::Contains("'domain.age' must be"));
  CHECK_THAT(domain("[age]"), Catch::Contains("'domain' must be a list of columns"));
}

TEST_CASE("a run has threads, minutes, a seed and a device, by our words or by PrivSyn's") {
  const JobFile ours = parsed("method: ctgan\nrun: {threads: 4, minutes: 60, seed: 7, device: cpu}\n");
  CHECK(ours.threads == "4");
  CHECK(ours.minutes == "60");
  CHECK(ours.options == std::map<std::string, std::string>{{"seed", "7"}, {"device", "cpu"}});
  const JobFile theirs =
      parsed("method: ctgan\nrun: {n_threads: 4, timeout_s: 3541, random_state: 7, device: cuda}\n");
  CHECK(theirs.threads == "4");
  CHECK(theirs.minutes == "60");
  CHECK(theirs.options == std::map<std::string, std::string>{{"seed", "7"}, {"device", "cuda"}});
  const JobFile nothing =
      parsed("method: swift\nrun: {n_threads: , timeout_s: null, random_state: ~, device: cpu}\n");
  CHECK(nothing.threads.empty());
  CHECK(nothing.minutes.empty());
  CHECK(nothing.options.empty());
}

TEST_CASE("a run cannot seed the noise of a private fit, nor choose what a method has no choice of") {
  CHECK_THAT(refusal("method: swift\nrun: {random_state: 1}\n"),
             Catch::Contains("the noise of swift takes none") && Catch::Contains("'sample --seed'"));
  CHECK_THAT(refusal("method: trees\nrun: {device: cuda}\n"), Catch::Contains("'run.device' must be cpu"));
  CHECK_THAT(refusal("run: {seed: 1, random_state: 2}\n"), Catch::Contains("both 'seed' and 'random_state'"));
  CHECK_THAT(refusal("run: {minutes: 1, timeout_s: 60}\n"),
             Catch::Contains("both 'minutes' and 'timeout_s'"));
  CHECK_THAT(refusal("run: {timeout_s: soon}\n"), Catch::Contains("'run.timeout_s' must be a number"));
  CHECK_THAT(refusal("run: {nthreads: 2}\n"),
             Catch::Contains("'run.nthreads'") && Catch::Contains("did you mean 'threads'?"));
  CHECK_THAT(refusal("run: 3\n"), Catch::Contains("'run' must be a list"));
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
