// What every synthesizer must pass, whatever its method: one call from a TEST_CASE of the model's own.
//
//     TEST_CASE("ctgan is a synthesizer") { tests::trainer_suite("ctgan", R"({"epochs": 2, ...})"_json); }
#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "common/files/file.h"
#include "common/table/declared_metadata.h"
#include "common/table/domain_draft.h"
#include "common/table/metadata_json.h"
#include "common/table/row_gather.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/csv_writer.h"
#include "common/threads/thread_pool.h"
#include "server/synth/catalog/catalog.h"
#include "server/synth/neural/torch_library.h"
#include "server/synth/sampling/conditional_rows.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/server/synth/model/fit_context.h"
#include "tests/server/synth/model/kept_checkpoints.h"
#include "tests/temporary_folder.h"

namespace ctgan::tests {

// False, with a warning, where this build has no libtorch execution to train with.
inline bool libtorch_is_built() {
  const auto places = synth::neural::torch_library_places();
  const bool here =
      std::any_of(places.begin(), places.end(), [](const auto& p) { return std::filesystem::exists(p); });
  if (!here) WARN("built without libtorch: training was not tested");
  return here;
}

inline table::Table table_from(const std::string& csv) {
  const TemporaryFolder folder;
  files::write_file(folder / "table.csv", csv, files::AtomicFile::IfExists::refuse);
  return table_formats::read_csv(folder / "table.csv");
}

// 120 rows: an integer, a real with two decimals, a text column with spaces and commas, a boolean.
inline std::string mixed_csv() {
  static constexpr const char* k_cities[] = {" Oslo", "\"Rome, Italy\"", "Lima"};
  std::string csv = "age,income,city,active\n";
  for (int i = 0; i < 120; ++i)
    csv += std::to_string(20 + i * 7 % 50) + "," + std::to_string(100 + i * 13 % 97) + "." +
           std::to_string(10 + i % 90) + "," + k_cities[i % 5 % 3] + "," + (i % 4 == 0 ? "True" : "False") +
           "\n";
  return csv;
}

class Synthesizer {
 public:
  // `options` make training quick.
  Synthesizer(std::string_view model, nlohmann::json options)
      : row_(synth::catalog::find(model)), options_(std::move(options)) {}

  const options::Method& method() const { return row_.method; }

  std::unique_ptr<synth::model::FittedModel> fit(
      const std::string& csv, std::uint64_t seed = 1, const std::vector<std::string>& discrete = {},
      const Listener::Heard& heard = [](const auto&) { return true; }) const {
    threads::ThreadPool pool(0);
    Listener monitor(heard);
    return fit(csv, seed, discrete, {pool, monitor});
  }

  std::unique_ptr<synth::model::FittedModel> fit(const std::string& csv, std::uint64_t seed,
                                                 const std::vector<std::string>& discrete,
                                                 const synth::model::FitContext& context) const {
    nlohmann::json options = options_;
    if (is_seeded()) options["seed"] = seed;
    if (row_.method.is_private) return fit_private(csv, options, discrete, context);
    table::Table table = table_from(csv);
    table::TableRequest request;
    for (const std::string& name : discrete) request.columns[name].kind = table::ColumnKind::categorical;
    const table::Metadata metadata = table::infer_metadata(table, request);
    return row_.make_trainer(options::check(row_.method, options))->fit(std::move(table), metadata, context);
  }

  // The same seed, data and options are the same model.
  bool is_seeded() const { return row_.method.find("seed") != nullptr; }

 private:
  // Of a table of texts, by a draft that everybody may know.
  std::unique_ptr<synth::model::FittedModel> fit_private(const std::string& csv,
                                                         const nlohmann::json& options,
                                                         const std::vector<std::string>& discrete,
                                                         const synth::model::FitContext& context) const {
    table::TableRequest request;
    for (const std::string& name : discrete) request.columns[name].kind = table::ColumnKind::categorical;
    const table::Table table = table_from(csv);
    const table::Metadata draft = table::with_domain_draft(table::infer_metadata(table, request), table);
    request.columns = table::read_sdv_metadata(nlohmann::json::parse(table::sdv_metadata(draft).dump()));
    for (auto& [name, column] : request.columns)
      if (column.kind == table::ColumnKind::id) column.domain->prefix = "K";
    request.domain_leaks = {"all"};
    MemorySource source(csv, csv.size());
    table::Table texts = table_formats::read_texts(source, "t.csv", {}).table;
    const table::Metadata metadata = table::declared_metadata(texts.column_names(), request);
    return row_.make_trainer(options::check(row_.method, options))->fit(std::move(texts), metadata, context);
  }

  const synth::catalog::ModelRow& row_;
  nlohmann::json options_;
};

struct Sample {
  std::string csv;  // with its header
  std::uint64_t rows = 0;
  std::size_t largest_block = 0;
};

inline Sample sample(const synth::model::FittedModel& model, std::uint64_t rows, std::uint64_t seed = 1) {
  Sample sample;
  MemorySink sink;
  table_formats::CsvWriter writer(sink);
  writer.write_header(model.metadata().names());
  const auto blocks = model.sample(rows, seed);
  for (std::size_t i = 0; i < blocks->count(); ++i) {
    const table::Table block = blocks->make(i);
    writer.write_rows(block);
    sample.rows += block.rows();
    sample.largest_block = std::max(sample.largest_block, block.rows());
  }
  sample.csv = sink.content;
  return sample;
}

inline std::string archive_bytes(const synth::model::FittedModel& model) {
  MemorySink sink;
  synth::archive::write(model.save(), sink);
  return sink.content;
}

inline std::unique_ptr<synth::model::FittedModel> stored_and_loaded(const synth::model::FittedModel& model) {
  const TemporaryFolder folder;
  files::write_file(folder / "model.gz", archive_bytes(model), files::AtomicFile::IfExists::refuse);
  return synth::catalog::load(folder / "model.gz");
}

inline std::set<std::string> categories(const table::Table& table, const std::string& column) {
  const auto& dictionary = table.find(column)->categories().dictionary;
  return {dictionary.begin(), dictionary.end()};
}

inline std::size_t rows_a_block(const synth::model::FittedModel& model) {
  constexpr std::uint64_t k_many = std::uint64_t{1} << 30U;
  const std::size_t blocks = model.sample(k_many, 1)->count();
  return static_cast<std::size_t>((k_many + blocks - 1) / blocks);
}

inline void sampling_suite(const Synthesizer& synthesizer) {
  const auto model = synthesizer.fit(mixed_csv());

  SECTION("exactly the rows asked for come, in blocks that do not grow with them") {
    CHECK(sample(*model, 0).rows == 0);
    CHECK(sample(*model, 1).rows == 1);
    const Sample many = sample(*model, 20'001);
    CHECK(many.rows == 20'001);
    CHECK(many.largest_block <= rows_a_block(*model) + 1);
    CHECK(rows_a_block(*model) < 100'000);
  }
  SECTION("the same seed draws the same bytes, another seed others") {
    CHECK(sample(*model, 200, 5).csv == sample(*model, 200, 5).csv);
    CHECK(sample(*model, 200, 5).csv != sample(*model, 200, 6).csv);
  }
  SECTION("a smaller sample is the beginning of a larger one") {
    const std::string larger = sample(*model, 5000).csv;
    for (const std::uint64_t rows : {1, 31, 200, 4099}) CHECK(larger.starts_with(sample(*model, rows).csv));
  }
  SECTION("blocks made by several threads, in any order, are those made one by one") {
    const std::size_t rows = std::max<std::size_t>(9000, rows_a_block(*model) * 5 / 2);
    const auto blocks = model->sample(rows, 3);
    std::vector<std::string> made(blocks->count());
    REQUIRE(made.size() > 2);
    threads::ThreadPool pool(3);
    pool.run(made.size(), [&](std::size_t i) {
      MemorySink sink;
      table_formats::CsvWriter(sink).write_rows(blocks->make(made.size() - 1 - i));
      made[made.size() - 1 - i] = sink.content;
    });
    std::string all;
    for (const std::string& block : made) all += block;
    CHECK((sample(*model, rows, 3).csv.ends_with("\n" + all)));
  }
  SECTION("names, order and types are those of the original") {
    const table::Table original = table_from(mixed_csv()), synthetic = table_from(sample(*model, 300).csv);
    REQUIRE(synthetic.column_names() == original.column_names());
    CHECK(synthetic.find("age")->dtype == table::Dtype::int64);
    CHECK(synthetic.find("income")->dtype == table::Dtype::float64);
    CHECK(synthetic.find("income")->decimals <= 2);
    CHECK(synthetic.find("city")->dtype == table::Dtype::text);
    CHECK(synthetic.find("active")->dtype == table::Dtype::boolean);
  }
  SECTION("categories are spelled as in the original and none is invented") {
    const table::Table original = table_from(mixed_csv()), synthetic = table_from(sample(*model, 3000).csv);
    CHECK(categories(synthetic, "city") == categories(original, "city"));
    CHECK(categories(synthetic, "active") == categories(original, "active"));
  }
  SECTION("numbers stay in the observed range") {
    const table::Table synthetic = table_from(sample(*model, 3000).csv);
    const auto& ages = synthetic.find("age")->integers();
    CHECK(*std::min_element(ages.begin(), ages.end()) >= 20);
    CHECK(*std::max_element(ages.begin(), ages.end()) <= 69);
  }
}

inline table::Table conditional_sample(const synth::model::FittedModel& model,
                                       const conditions::SampleTerms& terms, std::uint64_t rows,
                                       std::uint64_t seed = 1, int threads = 2) {
  threads::ThreadPool pool(threads);
  synth::sampling::ConditionalRows source(model, synth::sampling::plan_sample(terms, rows, model, {}), seed,
                                          pool, [](auto, auto) {});
  std::vector<table::Table> blocks;
  std::vector<const table::Table*> tables;
  std::vector<table::RowPlace> places;
  while (const auto window = source.next())
    for (std::size_t i = 0; i < window->count(); ++i) blocks.push_back(window->make(i));
  for (const table::Table& block : blocks) {
    for (std::uint32_t row = 0; row < block.rows(); ++row)
      places.push_back({static_cast<std::uint32_t>(tables.size()), row});
    tables.push_back(&block);
  }
  return table::gather(tables, places);
}

inline void conditions_suite(const Synthesizer& synthesizer) {
  const auto model = synthesizer.fit(mixed_csv());

  SECTION("categories are those of the table, each with its rows; numbers have none") {
    std::map<std::string, std::uint64_t> cities;
    for (const auto& category : model->categories(2)) cities[category.text] = category.rows;
    CHECK(cities == std::map<std::string, std::uint64_t>{{" Oslo", 48}, {"Rome, Italy", 48}, {"Lima", 24}});
    CHECK(model->categories(0).empty());
    CHECK(model->categories(1).empty());
  }
  SECTION("rows that satisfy conditions come exactly as many as asked for") {
    const table::Table drawn = conditional_sample(*model, {{"city=Lima", "age<60"}, {}, {}, "", ""}, 500);
    CHECK(drawn.rows() == 500);
    CHECK(categories(drawn, "city") == std::set<std::string>{"Lima"});
    const auto& ages = drawn.find("age")->integers();
    CHECK(std::all_of(ages.begin(), ages.end(), [](std::int64_t age) { return age < 60; }));
  }
  SECTION("candidates have a given category as often as the method says: always, or as in any sample") {
    const auto blocks = model->sample(100'000, 4);
    const auto lima = [](const table::Table& rows) {
      const auto& cities = rows.find("city")->categories();
      return std::count_if(cities.codes.begin(), cities.codes.end(),
                           [&](std::uint32_t code) { return cities.dictionary[code] == "Lima"; });
    };
    const std::vector<synth::model::Category> cities = model->categories(2);
    std::size_t place = 0;
    while (cities.at(place).text != "Lima") ++place;
    const table::Table plain = blocks->make(0);
    const auto candidates = model->candidates({{{.column = 2, .categories = {place}}}, {}}, 4);
    const table::Table given = candidates->make(0, 0);
    CHECK(lima(candidates->make(1, 0)) == lima(plain));
    CHECK(given.rows() == plain.rows());
    if (synthesizer.method().conditions == options::Conditions::none)
      CHECK(lima(given) == lima(plain));
    else
      CHECK(lima(given) == static_cast<std::ptrdiff_t>(given.rows()));
  }
  SECTION("a balance is exact, for any number of threads the same") {
    const table::Table drawn = conditional_sample(*model, {{}, {}, {}, "city", ""}, 600, 4, 1);
    const auto& cities = drawn.find("city")->categories();
    for (std::uint32_t code = 0; code < 3; ++code)
      CHECK(std::count(cities.codes.begin(), cities.codes.end(), code) == 200);
    const table::Table again = conditional_sample(*model, {{}, {}, {}, "city", ""}, 600, 4, 3);
    CHECK(again.find("income")->reals() == drawn.find("income")->reals());
    CHECK(again.find("city")->categories().codes == cities.codes);
  }
}

// 60 rows: identifiers of a letter and two digits, a category, dates day first.
inline std::string named_csv() {
  std::string csv = "code,letter,day\n";
  for (int i = 0; i < 60; ++i)
    csv += "K" + std::to_string(10 + i * 7 % 90) + "," + std::string(1, "abc"[i % 3]) + "," +
           std::to_string(10 + i % 18) + "." + std::to_string(10 + i % 3) + ".2025\n";
  return csv;
}

inline void special_columns_suite(const Synthesizer& synthesizer) {
  const auto model = synthesizer.fit(named_csv());

  SECTION("identifiers are made for the rows that come, as in a plain sample, not for candidates") {
    const table::Table drawn = conditional_sample(*model, {{"letter=c"}, {}, {"code"}, "", ""}, 3000, 6);
    const table::Table plain = table_from(sample(*model, 3000, 6).csv);
    CHECK(categories(drawn, "code").size() == 3000);
    CHECK(categories(drawn, "code") == categories(plain, "code"));
    CHECK(raised([&] {
            conditional_sample(*model, {{"code=K101"}, {}, {}, "", ""}, 5);
          }).kind() == errors::Kind::usage);
  }
  SECTION("dates compare as they are written") {
    const table::Table drawn =
        conditional_sample(*model, {{"day>=01.11.2025", "day<2025-12-01"}, {}, {}, "", ""}, 100);
    for (const std::string& day : categories(drawn, "day")) CHECK(day.substr(3) == "11.2025");
  }
}

inline void storing_suite(const Synthesizer& synthesizer, std::string_view name) {
  const auto model = synthesizer.fit(mixed_csv());

  SECTION("a stored model samples the same rows, and storing it again gives the same bytes") {
    const auto loaded = stored_and_loaded(*model);
    CHECK(loaded->name() == name);
    CHECK(table::to_json(loaded->metadata()) == table::to_json(model->metadata()));
    CHECK(sample(*loaded, 500).csv == sample(*model, 500).csv);
    CHECK(archive_bytes(*loaded) == archive_bytes(*model));
  }
  SECTION("the same seed, options and data give the same file, another seed another") {
    if (!synthesizer.is_seeded()) return;
    CHECK(archive_bytes(*synthesizer.fit(mixed_csv())) == archive_bytes(*model));
    CHECK(archive_bytes(*synthesizer.fit(mixed_csv(), 2)) != archive_bytes(*model));
  }
  SECTION("a file from which any tensor or entry is missing is refused by the name of what is missing") {
    const synth::archive::Archive whole = model->save();
    const auto& row = synth::catalog::find(name);
    for (std::size_t i = 0; i < whole.tensors.size(); ++i) {
      synth::archive::Archive part = whole;
      part.tensors.erase(part.tensors.begin() + static_cast<std::ptrdiff_t>(i));
      const errors::Error error = raised([&] { row.load(part); });
      CHECK(error.kind() == errors::Kind::bad_data);
      // A column's values are named by what they are: "column 'age' has no 'modes'".
      const std::string& tensor = whole.tensors[i].name;
      const std::string wanted = tensor.starts_with("column") ? tensor.substr(tensor.find('.') + 1) : tensor;
      CHECK_THAT(error.sentence(), Catch::Contains(wanted));
    }
    for (const auto& [entry, value] : whole.metadata) {
      if (entry == "model") continue;  // the catalog reads that one
      synth::archive::Archive part = whole;
      part.metadata.erase(entry);
      CHECK(raised([&] { row.load(part); }).kind() == errors::Kind::bad_data);
    }
  }
  SECTION("a file in which any tensor has another shape or type is refused") {
    const synth::archive::Archive whole = model->save();
    for (std::size_t i = 0; i < whole.tensors.size(); ++i) {
      CAPTURE(whole.tensors[i].name);
      synth::archive::Archive other = whole;
      other.tensors[i] =
          synth::archive::tensor_from_doubles(whole.tensors[i].name, {1}, std::vector<double>{1}.data());
      CHECK(raised([&] { synth::catalog::find(name).load(other); }).kind() == errors::Kind::bad_data);
    }
  }
}

inline void table_suite(const Synthesizer& synthesizer, std::size_t fewest_rows) {
  const auto fits_and_samples = [&](const std::string& csv, const std::vector<std::string>& discrete = {}) {
    const auto model = stored_and_loaded(*synthesizer.fit(csv, 1, discrete));
    const Sample drawn = sample(*model, 50);
    CHECK(drawn.rows == 50);
    return table_from(drawn.csv);
  };
  const auto repeated = [](const std::string& header, std::size_t rows, const auto& cell) {
    std::string csv = header + "\n";
    for (std::size_t i = 0; i < rows; ++i) csv += cell(i) + "\n";
    return csv;
  };

  SECTION("a table of discrete columns only") {
    const auto out = fits_and_samples(repeated("a,b", 100, [](std::size_t i) {
      return std::string(i % 3 == 0 ? "x" : "y") + "," + std::string(i % 2 == 0 ? "p" : "q");
    }));
    CHECK(out.columns().size() == 2);
  }
  SECTION("a table of continuous columns only") {
    const auto out = fits_and_samples(repeated("a,b", 100, [](std::size_t i) {
      return std::to_string(i) + "," + std::to_string(i * i % 31) + ".5";
    }));
    CHECK(out.columns().size() == 2);
  }
  SECTION("a constant number stays what it is") {
    const auto out =
        fits_and_samples(repeated("a,b", 100, [](std::size_t i) { return "7," + std::to_string(i % 10); }));
    for (const auto value : out.find("a")->integers()) CHECK(value == 7);
  }
  SECTION("a single category stays what it is") {
    const auto out = fits_and_samples(
        repeated("a,b", 100, [](std::size_t i) { return "same," + std::to_string(i % 10); }));
    CHECK(categories(out, "a") == std::set<std::string>{"same"});
  }
  SECTION("a numeric column named discrete gives only its own numbers") {
    const auto out = fits_and_samples(
        repeated("a,b", 100,
                 [](std::size_t i) { return std::to_string(i % 3 * 100) + "," + std::to_string(i); }),
        {"a"});
    for (const auto value : out.find("a")->integers()) CHECK((value == 0 || value == 100 || value == 200));
  }
  SECTION("a single column") {
    fits_and_samples(repeated("a", 100, [](std::size_t i) { return std::to_string(i * i); }));
    fits_and_samples(repeated("a", 100, [](std::size_t i) { return std::string(i % 2 == 0 ? "x" : "y"); }));
  }
  SECTION("as few rows as a model can do with") {
    fits_and_samples(
        repeated("a,b", fewest_rows,
                 [](std::size_t i) { return std::to_string(i * i) + (i % 2 == 0 ? ",x" : ",y"); }),
        {"b"});
  }
}

inline void epochs_suite(const Synthesizer& synthesizer, int epochs) {
  SECTION("the monitor hears of every epoch, in order, with finite losses") {
    std::vector<int> heard;
    synthesizer.fit(mixed_csv(), 1, {}, [&](const synth::model::Progress& progress) {
      if (progress.unit != "epoch") return true;
      heard.push_back(static_cast<int>(progress.done));
      CHECK(progress.total == static_cast<std::uint64_t>(epochs));
      CHECK_FALSE(progress.measures.empty());
      for (const synth::model::Measure& measure : progress.measures) CHECK(std::isfinite(measure.value));
      return true;
    });
    std::vector<int> expected(static_cast<std::size_t>(epochs));
    std::iota(expected.begin(), expected.end(), 1);
    CHECK(heard == expected);
  }
}

inline void training_suite(const Synthesizer& synthesizer) {
  SECTION("every stage counts up to what it said that it would") {
    std::map<std::string, synth::model::Progress> last;
    synthesizer.fit(mixed_csv(), 1, {}, [&](const synth::model::Progress& progress) {
      const auto known = last.find(std::string(progress.stage));
      if (known != last.end()) CHECK(known->second.done < progress.done);
      CHECK(progress.done <= progress.total);
      last.insert_or_assign(std::string(progress.stage), progress);
      return true;
    });
    CHECK_FALSE(last.empty());
    for (const auto& [stage, progress] : last) CHECK(progress.done == progress.total);
  }
  SECTION("a monitor that asks for it ends the fit, at its next step in any stage") {
    std::vector<std::string> stages;
    synthesizer.fit(mixed_csv(), 1, {}, [&](const synth::model::Progress& progress) {
      if (stages.empty() || stages.back() != progress.stage) stages.emplace_back(progress.stage);
      return true;
    });
    for (const std::string& stage : stages) {
      int heard = 0;
      const errors::Error error = raised([&] {
        synthesizer.fit(mixed_csv(), 1, {}, [&](const synth::model::Progress& progress) {
          if (progress.stage == stage) ++heard;
          return heard < 1;
        });
      });
      CHECK(heard == 1);
      CHECK(error.kind() == errors::Kind::job_cancelled);
    }
  }
}

// Whether a fit's bytes are promised for one number of threads only.
enum class Promise : std::uint8_t { any_threads, same_threads };

// What was kept, as it comes back from a file.
inline synth::archive::Archive from_file(const synth::archive::Archive& archive) {
  const TemporaryFolder folder;
  MemorySink sink;
  synth::archive::write(archive, sink, synth::archive::Packing::none);
  files::write_file(folder / "checkpoint", sink.content, files::AtomicFile::IfExists::refuse);
  return synth::archive::read(folder / "checkpoint");
}

inline void checkpoint_suite(const Synthesizer& synthesizer, Promise promise) {
  threads::ThreadPool one(1), two(2);
  Warned monitor;
  const auto fit = [&](threads::ThreadPool& pool, KeptCheckpoints* checkpoints, std::uint64_t seed = 1) {
    return archive_bytes(*synthesizer.fit(mixed_csv(), seed, {}, {pool, monitor, checkpoints}));
  };
  const std::string undisturbed = fit(one, nullptr);
  KeptCheckpoints all;

  SECTION("keeping checkpoints changes nothing of the model, and who keeps none says so") {
    CHECK(fit(one, &all) == undisturbed);
    CHECK(all.kept.empty() == !synthesizer.method().checkpoints);
    CHECK(all.resumed_after.empty());
  }
  SECTION("a fit that goes on from any checkpoint ends in the same bytes, as often as it was cut") {
    fit(one, &all);
    for (std::size_t cut = 0; cut < all.kept.size(); ++cut) {
      CAPTURE(cut);
      KeptCheckpoints resumed;
      resumed.kept.push_back(from_file(all.kept[cut]));
      CHECK(fit(promise == Promise::any_threads && cut % 2 == 0 ? two : one, &resumed) == undisturbed);
      REQUIRE(resumed.resumed_after.size() == 1);
      // What it keeps itself is what the undisturbed one kept from there on.
      REQUIRE(resumed.kept.size() == all.kept.size() - cut);
      for (std::size_t i = 1; i < resumed.kept.size(); ++i) {
        REQUIRE(resumed.kept[i].tensors.size() == all.kept[cut + i].tensors.size());
        for (std::size_t t = 0; t < resumed.kept[i].tensors.size(); ++t)
          CHECK(resumed.kept[i].tensors[t].bytes == all.kept[cut + i].tensors[t].bytes);
      }
    }
    CHECK(monitor.warnings.empty());
  }
  SECTION("a fit that is cut again and again, each time a little later, ends in the same bytes") {
    std::string bytes;
    int cuts = 0;
    for (int steps = 1; bytes.empty(); steps *= 2) {
      Warned cut(steps);
      try {
        bytes = archive_bytes(*synthesizer.fit(mixed_csv(), 1, {}, {one, cut, &all}));
      } catch (const errors::Error& error) {
        REQUIRE(error.kind() == errors::Kind::job_cancelled);
        ++cuts;
      }
      CHECK(cut.warnings.empty());
    }
    CHECK(bytes == undisturbed);
    CHECK(cuts > 2);
  }
  SECTION("a checkpoint that is none of this fit is warned of, and training starts anew") {
    fit(one, &all);
    if (all.kept.empty()) return;
    const std::string of_another = fit(one, nullptr, 2);
    KeptCheckpoints foreign;
    foreign.kept.push_back(all.kept.back());
    CHECK(fit(one, &foreign, 2) == of_another);
    CHECK(foreign.resumed_after.empty());
    CHECK(monitor.warnings.size() == 1);
  }
  SECTION(
      "a checkpoint of other arithmetic, or with a part missing, is warned of, and training starts anew") {
    fit(one, &all);
    if (all.kept.empty()) return;
    const synth::archive::Archive whole = all.kept[all.kept.size() / 2];
    std::vector<synth::archive::Archive> unusable(whole.tensors.size() + 1, whole);
    unusable.back().metadata["arithmetic"] = "an abacus";
    for (std::size_t i = 0; i < whole.tensors.size(); ++i)
      unusable[i].tensors.erase(unusable[i].tensors.begin() + static_cast<std::ptrdiff_t>(i));
    for (std::size_t i = 0; i < unusable.size(); i += 5) {
      CAPTURE(i);
      monitor.warnings.clear();
      KeptCheckpoints damaged;
      damaged.kept.push_back(i + 5 < unusable.size() ? unusable[i] : unusable.back());
      CHECK(fit(one, &damaged) == undisturbed);
      CHECK(damaged.resumed_after.empty());
      REQUIRE(monitor.warnings.size() == 1);
      CHECK_THAT(monitor.warnings.front(), Catch::Contains("training starts anew"));
    }
  }
}

// `quick` are options with which a fit takes well under a second; `fewest_rows` is the smallest table that
// they allow.
inline void trainer_suite(std::string_view model, const nlohmann::json& quick, std::size_t fewest_rows,
                          Promise promise = Promise::any_threads) {
  const Synthesizer synthesizer(model, quick);
  sampling_suite(synthesizer);
  conditions_suite(synthesizer);
  special_columns_suite(synthesizer);
  storing_suite(synthesizer, model);
  table_suite(synthesizer, fewest_rows);
  if (quick.contains("epochs")) epochs_suite(synthesizer, quick.at("epochs").get<int>());
  training_suite(synthesizer);
  if (synthesizer.is_seeded()) checkpoint_suite(synthesizer, promise);
}

}  // namespace ctgan::tests
