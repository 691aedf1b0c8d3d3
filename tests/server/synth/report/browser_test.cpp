// The page in headless Chromium: look.py opens it at three widths in both themes and prints it.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "server/synth/report/report.h"
#include "tests/catch.h"
#include "tests/run_program.h"
#include "tests/server/synth/report/sample_evaluation.h"
#include "tests/temporary_folder.h"

using namespace ctgan;

namespace {

// A column of each kind, names and categories of every length.
synth::evaluate::Evaluation awkward_evaluation() {
  std::vector<synth::evaluate::ColumnResult> columns{
      tests::numeric_column("age"), tests::text_column("city", {"Rome", "", std::string(300, 'e')}),
      tests::numeric_column(std::string(300, 'e')),
      tests::text_column("<script>alert(1)</script>", {"<b>", "&amp;"})};
  for (int i = 0; i < 26; ++i)
    columns.push_back(tests::numeric_column(fmt::format("a wide column, number {}", i)));
  columns[0].distribution.edges = {-1.5e9, -0.5e9, 0.5e9, 1.5e9};
  columns[4].distribution.axis = synth::evaluate::Axis::moment;
  columns[4].distribution.edges = {1.0e9, 1.1e9, 1.2e9, 1.3e9};
  return tests::sample_evaluation(std::move(columns));
}

// std::nullopt, after a warning, where nothing can render.
std::optional<nlohmann::json> look_at(const std::string& page) {
  const tests::TemporaryFolder folder;
  std::ofstream(folder / "page.html") << page;
  const char* const source = std::getenv("CTGAN_SOURCE_DIR");
  REQUIRE(source != nullptr);
  if (!std::filesystem::exists("/usr/bin/python3")) {
    WARN("skipped: no python3 to speak with a browser");
    return std::nullopt;
  }
  const auto looked =
      tests::run_program({"/usr/bin/python3", std::string(source) + "/tests/server/synth/report/look.py",
                          (folder / "page.html").string()},
                         {.environment = {"HOME=" + folder.path().string()}, .input = {}, .seconds = 500});
  if (looked.code == 77) {
    WARN("skipped: no chromium");
    return std::nullopt;
  }
  INFO(looked);
  REQUIRE(looked.code == 0);
  return nlohmann::json::parse(looked.out);
}

}  // namespace

TEST_CASE("In a browser the page asks the network for nothing, fits every width and shows its text") {
  const auto found = look_at(synth::report::html_report(awkward_evaluation(), tests::sample_facts()));
  if (!found) return;
  CAPTURE(found->at("requests").dump(), found->at("errors").dump());
  CHECK(found->at("requests").empty());
  CHECK(found->at("errors").empty());
  CHECK(found->at("pdf_bytes") > 10'000);
  REQUIRE(found->at("views").size() == 6);
  for (const auto& view : found->at("views")) {
    INFO(view.dump());
    CHECK(view.at("scroll_width") <= view.at("client_width"));
    CHECK(view.at("sticking_out").empty());
    CHECK(view.at("cut_texts").empty());
    CHECK(view.at("overlapping_texts").empty());
    CHECK(view.at("smallest_text") >= 8);
    CHECK(view.at("images") > 30);
    CHECK(view.at("images_without_title") == 0);
    CHECK(view.at("least_contrast") >= 4.5);
  }
  const std::string text = found->at("text");
  for (const char* part : {"May the synthetic table be handed out?", "<script>alert(1)</script>",
                           "people.csv", "The maps show 24 of 30 columns", "batch_size", "9.8.7"}) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
}
