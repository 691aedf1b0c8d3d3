// Measurements inside one process, for bench/run: prints one JSON object.
//
// clang-format off
//     ctgan-measure epoch CSV EPOCHS [OPTION=VALUE ...]   seconds of each epoch but the first; method=tvae for TVAE
//     ctgan-measure checkpoint CSV [OPTION=VALUE ...]     a checkpoint of each step of an epoch: medians, packed and not
//     ctgan-measure phases CSV [STEPS]                    where a step's time goes: lower quartiles of an epoch, or of so many steps
//     ctgan-measure gemm                                  float32 products, GFLOP/s
//     ctgan-measure transform CSV                         fit and encode
//     ctgan-measure trees CSV                             a fit of trees of 20 rows a leaf, in the table's order
//     ctgan-measure read CSV | write CSV OUT
//     ctgan-measure pairs ORIGINAL SYNTHETIC              the scores of all pairs of columns, from tables in memory
// clang-format on
#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/timed_kernels.h"
#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/files/file.h"
#include "common/table_formats/csv_reader.h"
#include "common/table_formats/csv_writer.h"
#include "server/synth/catalog/catalog.h"
#include "server/synth/ctgan/ctgan_batches.h"
#include "server/synth/ctgan/ctgan_settings.h"
#include "server/synth/evaluate/pair_scores.h"
#include "server/synth/model/checkpoints.h"
#include "server/synth/native_execution/ctgan_step.h"

namespace ctgan::bench {
namespace {

using nlohmann::json;
using Arguments = std::vector<std::string>;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

struct ReadTable {
  table::Table table;
  table::Metadata metadata;
};

ReadTable read_table(const std::string& path) {
  ReadTable read{table_formats::read_csv(path), {}};
  read.metadata = table::infer_metadata(read.table, {}, 10);
  return read;
}

options::Values ctgan_options(const json& asked) {
  return options::check(synth::catalog::find("ctgan").method, asked);
}

// Seconds of each epoch but the first.
struct EpochClock final : synth::model::Monitor {
  void report(const synth::model::Progress& progress) override {
    if (progress.unit != "epoch") return;
    if (progress.done > 1) seconds.push_back(since(last));
    last = Clock::now();
  }
  void check_stop() override {}

  std::vector<double> seconds;
  Clock::time_point last;
};

// Of the table in the first argument, by the OPTION=VALUE from argument `first` on.
void fit(const Arguments& arguments, std::size_t first, int epochs, synth::model::Monitor& monitor,
         synth::model::Checkpoints* checkpoints = nullptr) {
  json asked = {{"epochs", epochs}, {"seed", 1}};
  for (std::size_t i = first; i < arguments.size(); ++i) {
    const std::size_t equals = arguments[i].find('=');
    asked[arguments[i].substr(0, equals)] = arguments[i].substr(equals + 1);
  }
  const std::string method = asked.value("method", "ctgan");
  asked.erase("method");
  ReadTable data = read_table(arguments.at(0));
  const synth::catalog::ModelRow& row = synth::catalog::find(method);
  const auto trainer = row.make_trainer(options::check(row.method, asked));
  threads::ThreadPool pool(0);
  trainer->fit(std::move(data.table), data.metadata, {pool, monitor, checkpoints});
}

json epoch(const Arguments& arguments) {
  EpochClock clock;
  fit(arguments, 2, std::stoi(arguments.at(1)), clock);
  return {{"seconds", clock.seconds}, {"peak_mb", peak_megabytes()}};
}

// Written as a job writes them, beside the current folder's files.
struct CheckpointClock final : synth::model::Checkpoints {
  std::optional<synth::archive::Archive> latest() override { return std::nullopt; }
  void resumed(const synth::model::Progress& /*after*/) override {}
  bool due() override {
    asked = Clock::now();
    return true;
  }
  void keep(synth::archive::Archive checkpoint) override {
    state.push_back(since(asked));
    using synth::archive::Packing;
    for (auto& [packing, name] : {std::pair{Packing::none, "none"}, std::pair{Packing::small, "small"}}) {
      const auto start = Clock::now();
      files::AtomicFile file("checkpoint", files::AtomicFile::IfExists::replace);
      synth::archive::write(checkpoint, file, packing);
      file.commit();
      written[name].push_back(since(start));
      bytes[name] = std::filesystem::file_size("checkpoint");
    }
  }

  Clock::time_point asked;
  std::vector<double> state;
  std::map<std::string, std::vector<double>> written;
  std::map<std::string, std::uint64_t> bytes;
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

json checkpoint(const Arguments& arguments) {
  EpochClock clock;
  CheckpointClock checkpoints;
  fit(arguments, 1, 1, clock, &checkpoints);
  json result{{"checkpoints", checkpoints.state.size()}, {"state_ms", 1000 * median(checkpoints.state)}};
  for (const auto& [packing, seconds] : checkpoints.written)
    result[packing] = {{"write_ms", 1000 * median(seconds)}, {"bytes", checkpoints.bytes.at(packing)}};
  std::filesystem::remove("checkpoint");
  return result;
}

// The training loop of ctgan/ctgan_trainer.cpp with a clock around every part.
json phases(const Arguments& arguments) {
  using namespace synth;
  ReadTable data = read_table(arguments.at(0));
  const options::Values options = ctgan_options({{"epochs", 1}, {"seed", 1}});
  threads::ThreadPool pool(0);
  const auto transform = encoders::TableEncoder::fit(data.table, data.metadata, 1, pool);
  const auto encoded = transform.encode(data.table, 1, pool);
  const networks::CtganShape shape = synth::ctgan::ctgan_shape(options, transform.layout());
  const networks::CtganTraining training = synth::ctgan::ctgan_training(options);
  random::Stream start(1, random::StreamId::weights);
  networks::ParameterArena generator(networks::generator_parameters(shape));
  networks::ParameterArena discriminator(networks::discriminator_parameters(shape));
  generator.initialise(start);
  discriminator.initialise(start);
  const neural::ConditionSampler conditions(transform.category_rows(), neural::Frequency::log);
  const neural::RowSampler rows(encoded);
  const auto batch_size = static_cast<std::size_t>(options.integer("batch_size"));
  synth::ctgan::CtganBatches batches(shape, conditions, rows, batch_size, 1, pool);
  const kernels::Kernels<float> loops = timed(kernels::kernels<float>(kernels::chosen_instructions()));
  native_execution::CtganStep<float> step(shape, training, encoded, generator, discriminator, loops, pool);
  step.start();
  native_execution::Adam<float> of_generator(training.generator, loops);
  native_execution::Adam<float> of_discriminator(training.discriminator, loops);
  networks::DiscriminatorBatch for_discriminator;
  networks::GeneratorBatch for_generator;
  std::uint64_t pass = 0;
  const auto seconds_of = [](const auto& work) {
    const auto begun = Clock::now();
    work();
    return since(begun);
  };
  // Seconds of one step, a thread's share where several work.
  const auto train = [&] {
    double drawing = seconds_of([&] { batches.fill(for_discriminator, pass++); });
    const double critic = seconds_of([&] {
      of_discriminator.begin_step();
      step.train_discriminator(for_discriminator, of_discriminator);
    });
    drawing += seconds_of([&] { batches.fill(for_generator, pass++); });
    const double generating = seconds_of([&] {
      of_generator.begin_step();
      step.train_generator(for_generator, of_generator);
    });
    const PhaseSums sums = take_sums();
    std::map<std::string, double> parts = {{"random numbers and rows", drawing}};
    double known = drawing;
    for (std::size_t i = 0; i < sums.seconds.size(); ++i)
      known += parts[std::string(k_phase_names[i])] = sums.seconds[i] / pool.threads();
    const double wall = drawing + critic + generating;
    parts.insert({{"waiting and the rest", wall - known},
                  {"wall", wall},
                  {"discriminator", critic},
                  {"generator", generating},
                  {"product_gflop", sums.flop * 1e-9}});
    return parts;
  };
  for (int warm = 0; warm < 5; ++warm) train();
  const std::size_t steps =
      arguments.size() > 1 ? std::stoul(arguments[1]) : std::max<std::size_t>(encoded.rows / batch_size, 1);
  std::map<std::string, std::vector<double>> found;
  for (std::size_t i = 0; i < steps; ++i)
    for (const auto& [name, value] : train()) found[name].push_back(value);
  // Other work on the machine lengthens some steps only.
  for (auto& [name, values] : found)
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(steps / 4), values.end());
  const auto typical = [&](const std::string& name) { return found.at(name)[steps / 4]; };
  const auto percent_of = [&](const std::string& name) { return typical(name) / typical("wall") * 100; };
  json percent = json::object();
  for (const auto& [name, values] : found)
    if (name != "wall" && name != "discriminator" && name != "generator" && name != "product_gflop")
      percent[name] = percent_of(name);
  return {{"seconds", typical("wall") * static_cast<double>(steps)},
          {"steps", steps},
          {"parameters", generator.block().size() + discriminator.block().size()},
          {"percent", percent},
          {"product_gflop", typical("product_gflop") * static_cast<double>(steps)},
          {"discriminator_percent", percent_of("discriminator")},
          {"generator_percent", percent_of("generator")}};
}

json gemm(const Arguments&) {
  using namespace synth::kernels;
  constexpr std::size_t k_size = 512;
  const Kernels<float>& loops = kernels<float>(chosen_instructions());
  json result;
  for (const int count : {1, 0}) {
    threads::ThreadPool pool(count);
    Panels<float> left(k_size, k_size), right(k_size, k_size), out(k_size, k_size);
    const LeftFactor<float> rows{left.panel(0), k_panel_columns, 1, k_panel_columns, left.panel_stride()};
    double best = 1e9;
    for (int run = 0; run < 200; ++run) {
      const auto start = Clock::now();
      pool.run(out.panels(), [&](std::size_t panel) {
        loops.multiply(rows, k_size, k_size, right.panel(panel), out.panel(panel), false);
      });
      best = std::min(best, since(start));
    }
    result[count == 1 ? "one_thread" : "all_threads"] = 2.0 * k_size * k_size * k_size / best * 1e-9;
  }
  result["instructions"] = name_of(chosen_instructions());
  return result;
}

// Of the table in memory, codecs included.
json trees(const Arguments& arguments) {
  ReadTable data = read_table(arguments.at(0));
  const synth::catalog::ModelRow& row = synth::catalog::find("trees");
  const auto trainer =
      row.make_trainer(options::check(row.method, {{"seed", 1}, {"visit", "data"}, {"min_leaf", 20}}));
  threads::ThreadPool pool(0);
  EpochClock monitor;
  const auto start = Clock::now();
  trainer->fit(std::move(data.table), data.metadata, {pool, monitor});
  return {{"seconds", since(start)}};
}

json transform(const Arguments& arguments) {
  const ReadTable data = read_table(arguments.at(0));
  const auto start = Clock::now();
  threads::ThreadPool pool(0);
  const auto fitted = synth::encoders::TableEncoder::fit(data.table, data.metadata, 1, pool);
  const double fit = since(start);
  const auto encoded = fitted.encode(data.table, 1, pool);
  return {{"seconds", since(start)}, {"fit", fit}, {"width", encoded.layout.width}};
}

json read(const Arguments& arguments) {
  const auto start = Clock::now();
  const table::Table table = table_formats::read_csv(arguments.at(0));
  return {{"seconds", since(start)}, {"rows", table.rows()}, {"peak_mb", peak_megabytes()}};
}

json write(const Arguments& arguments) {
  const table::Table table = table_formats::read_csv(arguments.at(0));
  const auto start = Clock::now();
  const files::FileHandle file(
      ::open(arguments.at(1).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  files::DescriptorSink sink(file.get());
  table_formats::CsvWriter writer(sink);
  writer.write_header(table.column_names());
  writer.write_rows(table);
  return {{"seconds", since(start)}};
}

json pairs(const Arguments& arguments) {
  const ReadTable original = read_table(arguments.at(0));
  const table::Table synthetic = table_formats::read_csv(arguments.at(1));
  threads::ThreadPool pool(0);
  const auto start = Clock::now();
  const auto compared =
      synth::evaluate::compare_tables(original.table, nullptr, synthetic, original.metadata);
  const auto found = synth::evaluate::score_pairs(compared, pool);
  return {{"seconds", since(start)}, {"pairs", found.size()}};
}

}  // namespace
}  // namespace ctgan::bench

int main(int count, char** words) {
  using namespace ctgan;
  const std::map<std::string, nlohmann::json (*)(const bench::Arguments&)> measurements = {
      {"epoch", bench::epoch}, {"checkpoint", bench::checkpoint}, {"phases", bench::phases},
      {"gemm", bench::gemm},   {"transform", bench::transform},   {"trees", bench::trees},
      {"read", bench::read},   {"write", bench::write},           {"pairs", bench::pairs}};
  const auto chosen = count > 1 ? measurements.find(words[1]) : measurements.end();
  if (chosen == measurements.end()) {
    std::fprintf(stderr,
                 "ctgan-measure: name a measurement: epoch, checkpoint, phases, gemm, transform, trees, "
                 "read, write or pairs\n");
    return 64;
  }
  try {
    std::puts(chosen->second({words + 2, words + count}).dump().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ctgan-measure: %s\n", error.what());
    return 70;
  }
}
