// The quality and privacy report: everything that an evaluation found as ONE self-contained HTML page.
//
//     std::string page = html_report(evaluation, {.table = "adult.csv", .method = "ctgan"});
//
// The page needs no network and no script, follows the reader's light or dark theme, prints, and is also
// well-formed XML behind its first line. Charts are inline SVG with title and description; nothing is said
// by colour alone. It never asks the clock: equal input gives equal bytes. Below 2 MB for 200 columns.
//
// Whatever came from data (column names, categories, file names, options) is escaped, its control characters
// are made visible, broken UTF-8 is replaced, and long text is shortened, with more of it (120 characters) in a
// title. The page shows category names, ranges and shares of the original table (never rows), and says so.
//
// Pieces: markup.h writes elements, text.h words and numbers, axis.h and the charts draw, sections.h makes
// one section each, style.h is the style sheet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/synth/evaluate/evaluation.h"
#include "server/synth/evaluate/paid_comparison.h"

namespace ctgan::synth::report {

// One curve: its name and a value for each epoch, the first epoch first. Gaps (NaN) are left open.
using LossCurve = std::pair<std::string, std::vector<double>>;
// What a row of a table of facts says: {"batch_size", "500"}.
using Fact = std::pair<std::string, std::string>;

// What the evaluation does not know. Everything may be left empty: the page leaves it out.
struct ReportFacts {
  std::string table = {};                  // file name of the original
  std::string model = {};                  // file name of the model
  std::string method = {};                 // "ctgan"
  std::string created = {};                // moment for people, "2026-11-21 07:45:00 UTC"
  std::vector<Fact> options = {};          // of the training, in the order to be shown
  std::vector<Fact> versions = {};         // {"ctgan-server", "1.2.0"}, ...
  std::optional<std::uint64_t> seed = {};  // of the training; the evaluation has its own
  std::optional<double> training_seconds = {};
  std::vector<std::string> protection = {};  // sentences: which columns were made anew, what was left out
  std::vector<std::string> choices = {};     // sentences: what a trial chose, and how the others did
  std::vector<LossCurve> losses = {};        // {"generator", ...}, {"discriminator", ...}
};

std::string html_report(const evaluate::Evaluation& evaluation, const ReportFacts& facts);
// Of a private model, by counts that were paid for.
std::string html_report(const evaluate::PaidComparison& comparison, const ReportFacts& facts);

}  // namespace ctgan::synth::report
