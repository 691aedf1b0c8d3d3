#include "common/files/names.h"

#include "tests/catch.h"

namespace ctgan::files {
namespace {
constexpr std::time_t k_time = 1795247100;  // 2026-11-21 07:45:00 UTC
}

TEST_CASE("names are those of the original toolkit, in UTC with seconds") {
  CHECK(timestamp(k_time) == "20261121t074500");
  CHECK(model_name("adult", k_time, 1) == "adult_20261121t074500_model.gz");
  CHECK(sidecar_name("adult_20261121t074500_model.gz") == "adult_20261121t074500_model.json");
  CHECK(synthetic_name("adult", k_time, 1000, 1) == "adult_20261121t074500_1000_synthetic.csv.gz");
}

TEST_CASE("two in one second get -2") {
  CHECK(model_name("adult", k_time, 2) == "adult_20261121t074500-2_model.gz");
  CHECK(original_of("adult_20261121t074500-2_model.gz") == "adult");
}

TEST_CASE("the original's name is read back from every stored name") {
  for (const char* stem : {"adult", "original_data_demo", "a_b_20200101t000000", "x y", "ümlaut"}) {
    CHECK(original_of(model_name(stem, k_time, 1)) == stem);
    CHECK(original_of(synthetic_name(stem, k_time, 7, 3)) == stem);
  }
  for (const char* other :
       {"adult_model.gz", "_20261121t074500_model.gz", "adult_20261121t074500_x_synthetic.csv.gz",
        "adult_2026t074500_model.gz", "readme", ""}) {
    CHECK_FALSE(original_of(other).has_value());
  }
}

TEST_CASE("a stem is made safe") {
  CHECK(safe_stem("data/adult.csv") == "adult");
  CHECK(safe_stem("adult.csv.gz") == "adult");
  CHECK(safe_stem("adult.tsv") == "adult");
  CHECK(safe_stem("adult.tab.gz") == "adult");
  CHECK(safe_stem("adult.tsv.csv") == "adult.tsv");
  CHECK(safe_stem("../../etc/passwd") == "passwd");
  CHECK(safe_stem("-rf.csv") == "_rf");
  CHECK(safe_stem(".hidden.csv") == "_hidden");
  CHECK(safe_stem("a\nb\x01.csv") == "a_b_");
  CHECK(safe_stem(".csv") == "table");
  CHECK(safe_stem("") == "table");
}

TEST_CASE("a long stem is cut between characters") {
  std::string name;
  for (int i = 0; i < 60; ++i) name += "ü";
  const std::string stem = safe_stem(name);
  CHECK(stem.size() == 100);
  CHECK(safe_stem("x" + name).size() == 99);
}

TEST_CASE("safe names and user names") {
  for (const char* good : {"a", "adult.csv", "with space", "ü", "a-b_c.gz"}) CHECK(is_safe_name(good));
  for (const char* bad : {"", ".", "..", ".a", "-a", "a/b", "a\nb"}) CHECK_FALSE(is_safe_name(bad));
  CHECK_FALSE(is_safe_name(std::string(201, 'a')));
  CHECK_FALSE(is_safe_name(std::string_view("a\0b", 3)));
  for (const char* good : {"a", "alice", "a_b-9"}) CHECK(is_user_name(good));
  for (const char* bad : {"", "Alice", "9a", "-a", "a b", "ä", "a.b"}) CHECK_FALSE(is_user_name(bad));
  CHECK_FALSE(is_user_name(std::string(33, 'a')));
}

TEST_CASE("what belongs to a model is named after it, two in one second too") {
  for (const int attempt : {1, 2, 11}) {
    const std::string model = model_name("a_model", k_time, attempt);
    const std::string stem = model.substr(0, model.size() - k_model_suffix.size());
    CHECK(sidecar_name(model) == stem + "_model.json");
    CHECK(report_name(model) == stem + "_report.html");
    CHECK(evaluation_name(model) == stem + "_report.json");
    // They are no models and no tables of rows.
    for (const std::string& other : {sidecar_name(model), report_name(model), evaluation_name(model)})
      CHECK_FALSE(original_of(other).has_value());
  }
}

TEST_CASE("names of ours are safe names, whatever the table was called") {
  for (const char* table :
       {"", ".", "..", "/", "-", ".csv", "../../etc/passwd.csv", "a\x01b", "-rf", "x.csv.gz"}) {
    CAPTURE(table);
    const std::string stem = safe_stem(table);
    CHECK(is_safe_name(stem));
    CHECK(is_safe_name(model_name(stem, k_time, 1)));
    CHECK(is_safe_name(synthetic_name(stem, k_time, 18'446'744'073'709'551'615U, 99)));
    CHECK(original_of(model_name(stem, k_time, 1)) == stem);
  }
  // The longest stem leaves room for every suffix.
  CHECK(is_safe_name(
      synthetic_name(safe_stem(std::string(500, 'x')), k_time, 18'446'744'073'709'551'615U, 99)));
}

TEST_CASE("times before 1970 and beyond four digits of a year are written, in UTC whatever the zone") {
  CHECK(timestamp(0) == "19700101t000000");
  CHECK(timestamp(-1) == "19691231t235959");
  CHECK(timestamp(253402300799) == "99991231t235959");
}

}  // namespace ctgan::files
