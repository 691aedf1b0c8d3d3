// Files as people have them and want them: other delimiters and encodings in, other formats out, pipes at
// both ends. Through the shell, as a user types it.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/system/laptop.h"

namespace ctgan::tests {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string k_quick =
    " --epochs 1 --batch-size 100 --generator-dim 16 --discriminator-dim 16 --seed 7 --batch";

// A laptop with a shell in which the commands are found by name.
class Shell : public Laptop {
 public:
  Outcome sh(const std::string& line) const {
    Surroundings around = surroundings();
    around.seconds = 300;
    const std::string programs = fs::path(bin("fit")).parent_path().string();
    return run_program(
        {"/bin/bash", "-c", "export PATH=" + programs + ":$PATH TMPDIR=$PWD/tmp; mkdir -p tmp; " + line},
        around);
  }
  // Nothing is left where things were put aside.
  bool tidy() const { return files_under(work() / "tmp").empty(); }
};

std::string with(std::string text, char from, const std::string& to) {
  std::string out;
  for (const char c : text) out += c == from ? to : std::string(1, c);
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("fit - takes the table from standard input, packed or not, and leaves nothing behind") {
  const Shell laptop;
  laptop.write_table("people.csv", small_table(400));
  const Outcome plain = laptop.sh("fit - --name people < original_data/people.csv" + k_quick);
  INFO(plain);
  REQUIRE(plain.code == 0);
  CHECK_THAT(last_line(plain.out), Catch::StartsWith("people_") && Catch::EndsWith("_model.gz"));
  CHECK_THAT(plain.err, Catch::Contains("400 rows"));
  const Outcome packed = laptop.sh("gzip -c original_data/people.csv | fit - --name zipped" + k_quick);
  INFO(packed);
  REQUIRE(packed.code == 0);
  CHECK_THAT(last_line(packed.out), Catch::StartsWith("zipped_"));
  CHECK(laptop.tidy());
}

TEST_CASE("fit - without a name, or with a bad table, is refused and leaves nothing behind") {
  const Shell laptop;
  const Outcome nameless = laptop.sh("echo a,b | fit - --batch");
  INFO(nameless);
  CHECK(nameless.code == 64);
  CHECK_THAT(nameless.err, Catch::Contains("--name"));
  const Outcome ragged = laptop.sh("printf 'a,b\\n1\\n' | fit - --name x");
  INFO(ragged);
  CHECK(ragged.code == 65);
  CHECK_THAT(ragged.err, Catch::Contains("'standard input' has 2 columns, but line 2 has 1 cell"));
  CHECK_THAT(laptop.sh("fit - --name x < /dev/null").err, Catch::Contains("'standard input' is empty"));
  CHECK(laptop.tidy());
  CHECK(files_under(laptop.local_store()).empty());
}

TEST_CASE("what comes over standard input is never taken for an answer") {
  const Shell laptop;
  const Outcome fit = laptop.run_at_terminal({"fit", "-", "--server", "nobody@127.0.0.1:1"}, "");
  INFO(fit);
  CHECK(fit.code == 64);
  CHECK_THAT(fit.out, Catch::Contains("--name"));
}

TEST_CASE("one table in every dress gives one and the same model", "[fault:31]") {
  const Shell laptop;
  std::string table = with(small_table(400), 'A', "\xc3\x84");  // Äthens, in UTF-8
  const auto model = [&](const std::string& file, const std::string& content, const std::string& flags) {
    laptop.write_table(file, content);
    const Outcome fit = laptop.sh("fit original_data/" + file + flags + k_quick);
    INFO(file << flags << ": " << fit);
    REQUIRE(fit.code == 0);
    const auto stored = files_under(laptop.local_store());
    const std::string name = last_line(fit.out);
    const auto found =
        std::find_if(stored.begin(), stored.end(), [&](const auto& path) { return path.ends_with(name); });
    REQUIRE(found != stored.end());
    return files::read_file(laptop.local_store() / *found);
  };
  const auto recoded = [&](const std::string& text, const std::string& encoding) {
    files::write_file(laptop.work() / "in.txt", text, files::AtomicFile::IfExists::replace);
    return laptop.sh("iconv -f UTF-8 -t " + encoding + " in.txt").out;
  };
  const std::string expected = model("people.csv", table, "");
  CHECK((model("people.tsv", with(table, ',', "\t"), "") == expected));
  CHECK((model("semicolons.csv", with(table, ',', ";"), "") == expected));
  CHECK((model("bars.csv", with(table, ',', "|"), " --delimiter '|'") == expected));
  CHECK((model("latin.csv", recoded(table, "ISO-8859-1"), " --encoding latin-1") == expected));
  CHECK((model("wide.csv", recoded(table, "UTF-16"), " --encoding utf-16") == expected));
  const std::string german = with(with(table, ',', ";"), '.', ",");
  CHECK((model("german.csv", recoded(german, "WINDOWS-1252"), " --decimal , --encoding windows-1252") ==
         expected));
}

TEST_CASE("a delimiter that was found is said; a delimiter in doubt is asked for") {
  const Shell laptop;
  laptop.write_table("people.csv", with(small_table(400), ',', ";"));
  const Outcome fit = laptop.sh("fit original_data/people.csv" + k_quick);
  INFO(fit);
  CHECK(fit.code == 0);
  CHECK_THAT(fit.err, Catch::Contains("separated by ';'"));
}

TEST_CASE("rows come home in every format, by the flag or by the name, drawn or fetched again") {
  const Shell laptop;
  laptop.write_table("people.csv", small_table(400));
  REQUIRE(laptop.sh("fit original_data/people.csv" + k_quick).code == 0);
  const auto sample = [&](const std::string& flags) {
    const Outcome outcome = laptop.sh("sample latest -n 50 --seed 3 --batch " + flags);
    INFO(flags << ": " << outcome);
    REQUIRE(outcome.code == 0);
    return last_line(outcome.out);
  };
  const auto read = [&](const std::string& name) { return files::read_file(laptop.work() / name); };
  const std::string csv = read(sample("--output rows.csv"));
  CHECK(read(sample("--output rows.tsv")) == with(csv, ',', "\t"));
  const std::string jsonl = read(sample("--output rows.jsonl"));
  const auto lines = lines_of(jsonl);
  REQUIRE(lines.size() == 50);
  const Json first = Json::parse(lines[0]);
  CHECK(first["age"].is_number_integer());
  // Written as the table writes it: a whole one has no point.
  CHECK(first["income"].is_number());
  CHECK(first["sex"].get<std::string>().front() == ' ');
  const Json array = Json::parse(read(sample("--output rows.json")));
  REQUIRE(array.size() == 50);
  CHECK(array[0] == first);
  CHECK(laptop.sh("zcat " + sample("--output rows.jsonl.gz")).out == jsonl);
  CHECK(laptop.sh("zcat " + sample("--output rows.tsv.gz")).out == with(csv, ',', "\t"));
  CHECK(read(sample("--output rows.txt --format json")) == read("rows.json"));
  const std::string named = sample("--format jsonl");
  CHECK_THAT(named, Catch::EndsWith("_50_synthetic.jsonl"));
  CHECK(read(named) == jsonl);
  const Outcome again = laptop.sh("download latest --format tsv --batch");
  INFO(again);
  REQUIRE(again.code == 0);
  CHECK_THAT(last_line(again.out), Catch::EndsWith("_50_synthetic.tsv"));
  CHECK(read(last_line(again.out)) == with(csv, ',', "\t"));
}

TEST_CASE("rows go to standard output and nothing else does; a reader that leaves ends it without a word") {
  const Shell laptop;
  laptop.write_table("people.csv", small_table(400));
  REQUIRE(laptop.sh("fit original_data/people.csv" + k_quick).code == 0);
  const Outcome whole = laptop.sh("sample latest -n 5 --seed 3 --output - --batch");
  INFO(whole);
  CHECK(whole.code == 0);
  CHECK(lines_of(whole.out).size() == 6);
  CHECK_THAT(whole.out, Catch::StartsWith("age,income,city,sex\n"));
  CHECK_THAT(whole.err, Catch::Contains("Data integrity check PASSED"));

  const Outcome json = laptop.sh("sample latest -n 5 --seed 3 --output - --json --batch");
  CHECK(json.out == whole.out);
  CHECK(Json::parse(last_line(json.err)).at("message_type") == "result");
  CHECK(Json::parse(last_line(json.err)).at("file") == "-");
  CHECK(laptop.sh("sample latest -n 5 --seed 3 --output - --quiet --batch").err.empty());

  const Outcome head = laptop.sh(
      "sample latest -n 200000 --seed 3 --output - --quiet --batch | head -n 2; echo "
      "${PIPESTATUS[0]} >&2");
  INFO(head);
  CHECK(lines_of(head.out).size() == 2);
  CHECK(head.err == "141\n");

  const Outcome fetched = laptop.sh("download latest --output - --batch | tail -n +2 | wc -l");
  CHECK(fetched.out == "200000\n");
  CHECK(laptop.sh("download latest --keep-gz --output - --batch | zcat | head -n 1").out ==
        "age,income,city,sex\n");
  CHECK(laptop.sh("download latest --format jsonl --output - --batch | head -n 1").out.front() == '{');
  CHECK(laptop.tidy());
  CHECK(laptop.outputs().empty());
}

TEST_CASE("what cannot be meant is refused before anything is asked of the server") {
  const Shell laptop;
  const auto refused = [&](const std::string& line, const std::string& words) {
    const Outcome outcome = laptop.sh(line);
    INFO(line << ": " << outcome);
    CHECK(outcome.code == 64);
    CHECK_THAT(outcome.err, Catch::Contains(words));
    CHECK(outcome.out.empty());
  };
  refused("sample latest -n 5 --format xml --batch", "'xml'");
  refused("sample latest -n 5 --format json --keep-gz --batch", "--keep-gz");
  refused("sample latest -n 5 --format json --no-download --batch", "--format");
  refused("download a b --output - --batch", "one table");
  refused("download --models latest --output - --batch", "--models");
  refused("download --models latest --format tsv --batch", "--models");
  refused("sample latest -n 5 --output - --json --colour", "--colour");
  refused("sample latest -n 5 --output=- --json --colour", "--colour");
  refused("fit x.csv --delimiter ab --batch", "'ab'");
  refused("fit x.csv --encoding klingon --batch", "'klingon'");
  refused("fit x.csv --delimiter , --decimal , --batch", "comma");
  CHECK(files_under(laptop.local_store()).empty());
}

TEST_CASE("whoever reads what a program says may leave: no abort, no bug to report, and the work goes on") {
  const Shell laptop;
  laptop.write_table("people.csv", small_table(400));
  const Outcome fit =
      laptop.sh("fit original_data/people.csv 2>&1" + k_quick + " | head -n 1; echo ${PIPESTATUS[0]}");
  INFO(fit);
  CHECK_THAT(last_line(fit.out), Catch::Equals("141"));
  CHECK(laptop.sh("download --list --models --batch").out.find("people_") != std::string::npos);
  for (const char* line : {"fit --help", "download --list --models --batch", "ctgan-server --help",
                           "ctgan-server doctor", "manage models list --batch", "fit --nonsense"}) {
    const Outcome left = laptop.sh("(sleep 0.2; " + std::string(line) + " 2>&1; echo $? > code) | true");
    INFO(line << ": " << left);
    const std::string code = files::read_file(laptop.work() / "code");
    CHECK((code == "0\n" || code == "141\n" || code == "64\n"));
  }
}

}  // namespace ctgan::tests
