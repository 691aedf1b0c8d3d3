// Text that comes from data, in every place where it goes onto the page.
#include <functional>
#include <regex>

#include "server/synth/report/markup.h"
#include "server/synth/report/report.h"
#include "server/synth/report/text.h"
#include "tests/catch.h"
#include "tests/server/synth/report/page_check.h"
#include "tests/server/synth/report/sample_evaluation.h"

using namespace ctgan;
using namespace ctgan::synth;
using report::html_report;
using tests::has;
using tests::sample_evaluation;
using tests::sample_facts;

namespace {

struct Place {
  const char* name;
  // Where the text goes.
  std::function<std::string&(evaluate::Evaluation&, report::ReportFacts&)> text;
};

// With a rule, two columns of inference, notes of all sections and remedies: every text there can be.
evaluate::Evaluation everything() {
  evaluate::Evaluation evaluation = sample_evaluation();
  evaluation.purpose = "teaching";
  evaluation.rules = {{"a = b", "equation", false, 1, 0.5, std::nullopt, 100}};
  evaluation.privacy->attacks[1].columns = {{"age", {}, {}, {}}, {"city", {}, {}, {}}};
  for (const char* section : {"table", "quality", "utility", "detection", "privacy"})
    evaluation.notes.push_back({section, "a note"});
  evaluation.judgements.remedies = {{"other_method", "quality", "try another"}};
  evaluation.judgements.findings.push_back(
      {.id = "column_lost", .section = "quality", .subject = "age", .sentence = "is lost"});
  return evaluation;
}

report::ReportFacts all_facts() {
  report::ReportFacts facts = sample_facts();
  facts.protection = {"one was left out"};
  facts.choices = {"the trial chose"};
  return facts;
}

#define PLACE(of)                                                                     \
  Place {                                                                             \
#of, [](evaluate::Evaluation & e,                                                 \
            report::ReportFacts & f) -> std::string& { return (void)e, (void)f, of; } \
  }

const std::vector<Place>& places() {
  static const std::vector<Place> all{PLACE(e.purpose),
                                      PLACE(e.columns[0].name),
                                      PLACE(e.columns[0].kind),
                                      PLACE(e.columns[0].score_metric),
                                      PLACE(e.columns[1].name),
                                      PLACE(e.columns[1].distribution.labels[0]),
                                      PLACE(e.pairs[0].metric),
                                      PLACE(e.rules[0].rule),
                                      PLACE(e.rules[0].form),
                                      PLACE(e.utility->target),
                                      PLACE(e.utility->positive),
                                      PLACE(e.utility->learner),
                                      PLACE(e.global_utility->learner),
                                      PLACE(e.global_utility->targets[0].column),
                                      PLACE(e.detection->learner),
                                      PLACE(e.privacy->attacks[0].name),
                                      PLACE(e.privacy->attacks[0].sentence),
                                      PLACE(e.privacy->attacks[1].column),
                                      PLACE(e.privacy->attacks[1].columns[1].column),
                                      PLACE(e.privacy->membership->attacks[0].name),
                                      PLACE(e.privacy->membership->attacks[0].sentence),
                                      PLACE(e.privacy->keys->keys[0]),
                                      PLACE(e.privacy->keys->targets[0].column),
                                      PLACE(e.judgements.summary.sentence),
                                      PLACE(e.judgements.quality.sentence),
                                      PLACE(e.judgements.utility.sentence),
                                      PLACE(e.judgements.detection.sentence),
                                      PLACE(e.judgements.privacy.sentence),
                                      PLACE(e.judgements.remedies[0].sentence),
                                      PLACE(e.judgements.findings.back().sentence),
                                      PLACE(e.notes[0].sentence),
                                      PLACE(e.notes[1].sentence),
                                      PLACE(e.notes[2].sentence),
                                      PLACE(e.notes[3].sentence),
                                      PLACE(e.notes[4].sentence),
                                      PLACE(f.table),
                                      PLACE(f.model),
                                      PLACE(f.method),
                                      PLACE(f.created),
                                      PLACE(f.options[0].first),
                                      PLACE(f.options[0].second),
                                      PLACE(f.versions[0].first),
                                      PLACE(f.versions[0].second),
                                      PLACE(f.protection[0]),
                                      PLACE(f.choices[0]),
                                      PLACE(f.losses[0].first)};
  return all;
}

// What stands between the quotes of every attribute of that name.
std::vector<std::string> attributes(const std::string& page, const std::string& name) {
  const std::regex attribute("[\\s]" + name + "=\"([^\"]*)\"");
  std::vector<std::string> values;
  for (std::sregex_iterator at(page.begin(), page.end(), attribute), end; at != end; ++at)
    values.push_back((*at)[1]);
  return values;
}

}  // namespace

TEST_CASE("Whatever text the page takes is text on it, never an element and never an attribute") {
  for (const Place& place : places()) {
    CAPTURE(place.name);
    evaluate::Evaluation evaluation = everything();
    report::ReportFacts facts = all_facts();
    place.text(evaluation, facts) = "<b x=\"1\">&";
    const std::string page = html_report(evaluation, facts);
    // Sentences begin with a large letter, and everything else is as it was given.
    CHECK(has(page, "&lt;b x=&quot;1&quot;&gt;&amp;"));
    CHECK_FALSE(has(page, "<b x"));
    CHECK_FALSE(has(page, "\"1\""));
    // Escaped once: what a reader sees is what was given.
    CHECK_FALSE(has(page, "&amp;lt;"));
    CHECK_FALSE(has(page, "&amp;amp;"));
  }
}

TEST_CASE("A page whose every text is markup has the elements of one whose texts are words") {
  const auto elements = [](const std::string& page) {
    const std::regex element("<(/?[a-z][a-z0-9]*)[ />]");
    std::vector<std::string> names;
    for (std::sregex_iterator at(page.begin(), page.end(), element), end; at != end; ++at) {
      // A longer text may have a title in SVG that a shorter one has not.
      if ((*at)[1] != "title" && (*at)[1] != "/title") names.push_back((*at)[1]);
    }
    return names;
  };
  evaluate::Evaluation evaluation = everything();
  report::ReportFacts facts = all_facts();
  const std::string words = html_report(evaluation, facts);
  // Each its own, since what is said twice is shown once.
  int number = 0;
  for (const Place& place : places())
    place.text(evaluation, facts) = "</p></svg><script>" + std::to_string(++number) + "</script><p>";
  // By its name the page knows which attacks were tried.
  evaluation.privacy->attacks[0].name = "linkability";
  const std::string page = html_report(evaluation, facts);
  const bool same = elements(page) == elements(words);
  CHECK(same);
  tests::check_page(page);
}

TEST_CASE("Names that are addresses are never fetched: the page refers to itself only") {
  evaluate::Evaluation evaluation = everything();
  report::ReportFacts facts = all_facts();
  for (const Place& place : places()) place.text(evaluation, facts) = "https://evil.example/x.png";
  const std::string page = html_report(evaluation, facts);
  tests::check_structure(page);
  const std::vector<std::string> links = attributes(page, "href");
  CHECK(links.size() > 10);
  for (const std::string& link : links) {
    CAPTURE(link);
    CHECK((link == "data:," || link.starts_with("#")));
  }
  for (const char* name : {"src", "srcset", "action", "formaction", "poster", "data", "background",
                           "xlink:href", "onload", "onclick", "onerror"}) {
    CAPTURE(name);
    CHECK(attributes(page, name).empty());
  }
  const std::string css = page.substr(page.find("<style>"), page.find("</style>") - page.find("<style>"));
  CHECK_FALSE(has(css, "url("));
  CHECK_FALSE(has(css, "@import"));
  // And a browser that was told otherwise would not.
  CHECK(has(page,
            "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            "'unsafe-inline'; img-src data:\""));
}

TEST_CASE("Names of broken bytes and control characters leave a page that every parser reads") {
  for (const std::string& awkward :
       {std::string("\xFF\xFE"), std::string("a\0b", 3), std::string("\x1B[31m"),
        std::string("\xE2\x80\xAE"
                    "evil"),
        std::string("\xC3"), std::string("\xED\xA0\x80"), std::string("\xEF\xBF\xBF"),
        std::string("\xC2\x85"), std::string(" \t\r\n"), std::string()}) {
    CAPTURE(awkward);
    evaluate::Evaluation evaluation = everything();
    report::ReportFacts facts = all_facts();
    for (const Place& place : places()) place.text(evaluation, facts) = awkward;
    tests::check_page(html_report(evaluation, facts));
  }
}

TEST_CASE("A name of more bytes than characters that is shown whole has no title") {
  // 40 characters of 3 bytes.
  std::string name;
  for (int i = 0; i < 40; ++i) name += "\xE6\xBC\xA2";
  report::Markup page;
  page.short_text("h3", name, 40);
  CHECK(page.take() == "<h3>" + name + "</h3>");
  page.short_text("h3", name + "x", 40);
  CHECK(page.take() == "<h3 title=\"" + name + "x\">" + name.substr(0, 39 * 3) + "\xE2\x80\xA6</h3>");
}

TEST_CASE("A column's long name is whole in a title wherever it was cut, and cut to 120 characters there") {
  const std::string name = "a column " + std::string(200, 'n');
  const std::string page =
      html_report(sample_evaluation({tests::numeric_column(name), tests::numeric_column("b")}), {});
  const std::string shown = name.substr(0, 119) + "\xE2\x80\xA6";
  CHECK(has(page, "<h3 title=\"" + shown + "\">" + name.substr(0, 39) + "\xE2\x80\xA6</h3>"));
  // Three maps have it at two sides each.
  CHECK(tests::times(page, "<title>" + shown + "</title>" + name.substr(0, 11) + "\xE2\x80\xA6</text>") == 6);
  CHECK_FALSE(has(page, name.substr(0, 121)));
}
