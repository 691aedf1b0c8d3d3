#include "server/synth/report/comparison.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/errors/error.h"
#include "server/synth/evaluate/verdict.h"
#include "server/synth/report/compared_measures.h"
#include "server/synth/report/lights.h"
#include "server/synth/report/page.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

// The JSON has the others.
constexpr std::size_t k_most_parts = 30;
constexpr std::size_t k_name_characters = 40;

struct Light {
  const char* id;
  const char* name;
};
constexpr Light k_lights[] = {{"release", "May it be handed out?"},
                              {"quality", "Quality"},
                              {"utility", "Utility"},
                              {"detection", "Detection"},
                              {"privacy", "Privacy"}};

evaluate::Verdict verdict_of(const JudgedModel& model, const char* light) {
  const std::string name = text_at(model.evaluation, fmt::format("/judgements/{}/verdict", light).c_str());
  return evaluate::verdict_from_name(name).value_or(evaluate::Verdict::skipped);
}

// "A", "B": names of models are long, and often alike. From the 27th on numbers.
std::string letter(std::size_t model) {
  constexpr std::size_t k_letters = 26;
  return model < k_letters ? std::string(1, static_cast<char>('A' + model)) : std::to_string(model + 1);
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

void require_one_table(const std::vector<JudgedModel>& models, const std::vector<ComparedPart>& columns) {
  for (std::size_t i = 1; i < models.size(); ++i) {
    const bool meets = std::any_of(columns.begin(), columns.end(), [i](const ComparedPart& column) {
      return column.values[0].has_value() && column.values[i].has_value();
    });
    if (!meets)
      throw errors::Error(errors::Kind::usage,
                          fmt::format("{} and {} have no judged column in common",
                                      errors::quoted(models[0].name), errors::quoted(models[i].name)),
                          "compare models of one table whose reports are of its rows");
  }
}

std::string shown(const std::optional<Measured>& value) {
  if (!value) return "n/a";
  if (value->low && value->high)
    return fmt::format("{} ({} to {})", score(value->value), score(*value->low), score(*value->high));
  return score(value->value);
}

// A row whose heading is `name`; cells of which `is_best` says so are strong and say it in words, too.
template <typename Text, typename IsBest>
void write_row(Markup& page, std::string_view name, std::size_t cells, const Text& text,
               const IsBest& is_best) {
  page.open("tr").short_text("th", name, k_name_characters * 2, {{"scope", "row"}});
  for (std::size_t i = 0; i < cells; ++i) {
    if (!is_best(i)) {
      page.element("td", {{"class", "number"}}, text(i));
      continue;
    }
    page.open("td", {{"class", "number"}}).element("strong", {}, text(i) + " ").element("small", {}, "best");
    page.close();
  }
  page.close();
}

void open_table(Markup& page, const std::string& caption, const char* first, std::size_t models) {
  page.open("div", {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", caption}});
  page.open("table").open("caption").element("span", {}, caption).close().open("thead").open("tr");
  page.element("th", {{"scope", "col"}, {"class", "words"}}, first);
  for (std::size_t i = 0; i < models; ++i)
    page.element("th", {{"scope", "col"}, {"class", "number"}}, letter(i));
  page.close().close().open("tbody");
}

void close_table(Markup& page) {
  page.close().close().close();
}

void write_measures(Markup& page, const std::vector<ComparedMeasure>& measures, Aim aim,
                    const std::string& caption, std::size_t models) {
  open_table(page, caption, "Measure", models);
  for (const ComparedMeasure& measure : measures) {
    if (measure.aim != aim) continue;
    write_row(
        page, fmt::format("{} ({} is better)", measure.name, measure.higher_is_better ? "more" : "less"),
        models, [&](std::size_t i) { return shown(measure.values[i]); },
        [&](std::size_t i) {
          return std::find(measure.best.begin(), measure.best.end(), i) != measure.best.end();
        });
  }
  close_table(page);
}

void write_parts(Markup& page, const std::string& id, const std::string& heading,
                 const std::string& sentence_about, std::vector<ComparedPart> parts, std::size_t models) {
  if (parts.empty()) return;
  open_section(page, id, heading);
  page.element("p", {}, sentence_about);
  const std::size_t all = parts.size();
  parts.resize(std::min(all, k_most_parts));
  open_table(page,
             all > parts.size() ? fmt::format("The {} of {} that differ most", parts.size(), all)
                                : "Those that differ most first",
             heading.c_str(), models);
  constexpr double k_shown = 0.0005;
  for (const ComparedPart& part : parts) {
    double greatest = 0;
    for (const auto& value : part.values) greatest = std::max(greatest, value.value_or(0));
    write_row(
        page, part.name, models, [&](std::size_t i) { return score(part.values[i]); },
        [&](std::size_t i) {
          return part.spread() > k_shown && part.values[i] && greatest - *part.values[i] < k_shown;
        });
  }
  close_table(page);
  page.close();
}

// "A is best in 5 and B in 3 of 8 measures that tell them apart."
std::string counted_best(const std::vector<ComparedMeasure>& measures, Aim aim, std::size_t models) {
  std::vector<std::size_t> times(models);
  std::size_t decided = 0;
  for (const ComparedMeasure& measure : measures) {
    if (measure.aim != aim || measure.best.empty()) continue;
    ++decided;
    for (const std::size_t model : measure.best) ++times[model];
  }
  std::vector<std::string> words;
  for (std::size_t i = 0; i < models; ++i)
    if (times[i] > 0)
      words.push_back(fmt::format("{}{} in {}", letter(i), words.empty() ? " is best" : "", times[i]));
  if (words.empty()) return "no measure tells them apart.";
  return fmt::format("{} of {} that tell{} them apart.", listed(words),
                     counted(decided, "measure", "measures"), decided == 1 ? "s" : "");
}

void write_choice(Markup& page, const std::vector<JudgedModel>& models,
                  const std::vector<ComparedMeasure>& measures) {
  page.element("h3", {}, "Which of them?").open("ul", {{"class", "remedies"}});
  std::vector<std::string> free;
  for (std::size_t i = 0; i < models.size(); ++i)
    if (verdict_of(models[i], "release") == evaluate::Verdict::good) free.push_back(letter(i));
  page.element(
      "li", {},
      free.empty()
          ? "To hand rows out: none of them passes as it is; each model's own page says why."
          : fmt::format("To hand rows out: {} {}.", listed(free), free.size() == 1 ? "passes" : "pass"));
  page.element("li", {}, "To resemble the original: " + counted_best(measures, Aim::likeness, models.size()));
  page.element("li", {}, "To protect people: " + counted_best(measures, Aim::safety, models.size()));
  page.close();
}

void write_models(Markup& page, const std::vector<JudgedModel>& models) {
  TableText table{"The models", {"", "Model", "Method", "Trained on"}, {false, false, false, true}, {}};
  for (std::size_t i = 0; i < models.size(); ++i) {
    const json& evaluation = models[i].evaluation;
    const auto trained = evaluation.value(json::json_pointer("/rows/trained"), json());
    table.rows.push_back(
        {letter(i), models[i].name, text_at(evaluation, "/training/method"),
         trained.is_number_unsigned() ? counted(trained.get<std::size_t>(), "row", "rows") : "n/a"});
  }
  write_table(page, table);
}

void write_lights(Markup& page, const std::vector<JudgedModel>& models) {
  open_table(page, "The lights of each model's own page", "Part", models.size());
  for (const Light& light : k_lights) {
    page.open("tr").element("th", {{"scope", "row"}}, light.name);
    for (const JudgedModel& model : models) {
      page.open("td", {{"class", "number"}});
      draw_light(page, verdict_of(model, light.id));
      page.close();
    }
    page.close();
  }
  close_table(page);
}

// What the pages of private models say of themselves goes for this one, too.
void write_cautions(Markup& page, const std::vector<JudgedModel>& models) {
  for (std::size_t i = 0; i < models.size(); ++i) {
    const std::string mark = text_at(models[i].evaluation, "/mark");
    if (mark.empty()) continue;
    page.open("p", {{"class", "caution"}});
    page.element("strong", {}, fmt::format("{}: {} ", letter(i), sentence(mark)));
    page.text(text_at(models[i].evaluation, "/notice")).close();
  }
}

std::string title_of(const std::vector<JudgedModel>& models) {
  return fmt::format("{} models side by side", models.size());
}

ordered_json number(const std::optional<double>& value) {
  return value ? ordered_json(*value) : ordered_json();
}

// Those that differ most, as far as an answer has room.
ordered_json parts_json(const std::vector<ComparedPart>& parts, const char* values) {
  constexpr std::size_t k_most_listed = 1000;
  ordered_json list = ordered_json::array();
  for (const ComparedPart& part : parts) {
    if (list.size() == k_most_listed) break;
    ordered_json one{{"name", part.name}, {values, ordered_json::array()}};
    for (const auto& value : part.values) one[values].push_back(number(value));
    list.push_back(std::move(one));
  }
  return list;
}

ordered_json measure_json(const ComparedMeasure& measure) {
  ordered_json one{{"id", measure.id},
                   {"aim", measure.aim == Aim::likeness ? "likeness" : "safety"},
                   {"better", measure.higher_is_better ? "higher" : "lower"},
                   {"values", ordered_json::array()},
                   {"best", measure.best}};
  for (const auto& value : measure.values)
    one["values"].push_back(value ? ordered_json{{"value", value->value},
                                                 {"low", number(value->low)},
                                                 {"high", number(value->high)}}
                                  : ordered_json());
  return one;
}

}  // namespace

std::string html_comparison(const std::vector<JudgedModel>& models) {
  const std::vector<ComparedPart> columns = compared_columns(models);
  require_one_table(models, columns);
  const std::vector<ComparedMeasure> measures = compared_measures(models);
  return html_page(title_of(models), {}, [&](Markup& page) {
    open_section(page, "summary", "Summary");
    write_cautions(page, models);
    write_choice(page, models, measures);
    write_models(page, models);
    write_lights(page, models);
    page.element(
        "p", {{"class", "caution"}},
        "This page shows names of columns and scores, and no value of the original. Each model was judged "
        "on held-out rows of its own: intervals in brackets say how far a number may be by chance, and the "
        "best is one that no other's interval reaches.");
    page.close();
    open_section(page, "measures", "Measures");
    write_measures(page, measures, Aim::likeness, "How much the rows resemble the original", models.size());
    write_measures(page, measures, Aim::safety, "What the rows give away of people", models.size());
    page.close();
    write_parts(page, "columns", "Columns", "How well each column's values are met: 1 is as the original.",
                columns, models.size());
    write_parts(page, "pairs", "Pairs",
                "Of the pairs that have something to do with each other: 1 is as the original.",
                compared_pairs(models), models.size());
    write_parts(page, "rules", "Rules", "The share of the rows that keep what holds in the original.",
                compared_rules(models), models.size());
  });
}

ordered_json comparison_json(const std::vector<JudgedModel>& models) {
  const std::vector<ComparedPart> columns = compared_columns(models);
  require_one_table(models, columns);
  ordered_json named = ordered_json::array();
  for (const JudgedModel& model : models) {
    ordered_json one{{"name", model.name}, {"method", text_at(model.evaluation, "/training/method")}};
    for (const Light& light : k_lights)
      one["verdicts"][light.id] = evaluate::verdict_name(verdict_of(model, light.id));
    if (const std::string mark = text_at(model.evaluation, "/mark"); !mark.empty()) one["mark"] = mark;
    named.push_back(std::move(one));
  }
  ordered_json measures = ordered_json::array();
  for (const ComparedMeasure& measure : compared_measures(models)) measures.push_back(measure_json(measure));
  return {{"models", std::move(named)},
          {"measures", std::move(measures)},
          {"columns", parts_json(columns, "scores")},
          {"pairs", parts_json(compared_pairs(models), "scores")},
          {"rules", parts_json(compared_rules(models), "shares")}};
}

}  // namespace ctgan::synth::report
