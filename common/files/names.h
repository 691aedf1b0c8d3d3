// The one place that knows what a stored file is called, in both directions, and which names are safe.
//
//     <original>_<yyyymmddthhmmss>_model.gz, ..._model.json, ..._report.html, ..._report.json
//     <original>_<yyyymmddthhmmss>_<n>_synthetic.csv.gz
//
// Times are UTC. Two in one second get "-2" before the suffix's underscore: the caller asks with `attempt`.
#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace ctgan::files {

inline constexpr std::string_view k_model_suffix = "_model.gz";
inline constexpr std::string_view k_sidecar_suffix = "_model.json";
inline constexpr std::string_view k_report_suffix = "_report.html";
inline constexpr std::string_view k_evaluation_suffix = "_report.json";
inline constexpr std::string_view k_synthetic_suffix = "_synthetic.csv.gz";

// "20261121t074500"
std::string timestamp(std::time_t time);

// A file's stem made safe: folders, ".csv", ".tsv" and ".tab" removed, with ".gz" behind them or not; control
// characters, '/' and a leading '.' or '-' become '_'; at most 100 bytes, cut between UTF-8 characters;
// "table" when nothing is left.
std::string safe_stem(std::string_view file_name);

// attempt 1 is the plain name; 2 gives "<original>_<time>-2_model.gz".
std::string model_name(std::string_view stem, std::time_t time, int attempt);
// The sidecar, the report and the report as JSON of a model file name. REQUIRE: ends with k_model_suffix.
std::string sidecar_name(std::string_view model);
std::string report_name(std::string_view model);
std::string evaluation_name(std::string_view model);
std::string synthetic_name(std::string_view stem, std::time_t time, std::uint64_t rows, int attempt);

// "adult" of "adult_20261121t074500_model.gz" or of "..._1000_synthetic.csv.gz"; empty optional for other
// names.
std::optional<std::string> original_of(std::string_view stored_name);

// True for a name that may be a file of ours: 1 to 200 bytes, no '/', control characters or leading '.' or
// '-'.
bool is_safe_name(std::string_view name);
// [a-z][a-z0-9_-]{0,31}
bool is_user_name(std::string_view name);

}  // namespace ctgan::files
