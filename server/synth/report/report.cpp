#include "server/synth/report/report.h"

#include <fmt/format.h>

#include "server/synth/report/markup.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/style.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

constexpr std::size_t k_name_characters = 60;

// `mark` says in brackets what it is; empty: a report as any other.
std::string title_of(const ReportFacts& facts, std::string_view mark) {
  std::string title = facts.table.empty()
                          ? "Quality and privacy of a synthetic table"
                          : fmt::format("Quality and privacy: {}", shortened(facts.table, k_name_characters));
  if (!mark.empty()) title += fmt::format(" ({})", mark);
  return title;
}

void write_head(Markup& page, const std::string& title) {
  page.open("head").leaf("meta", {{"charset", "utf-8"}});
  page.leaf("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  page.leaf("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  // Nothing is fetched, whatever a name or a category says.
  page.leaf("meta", {{"http-equiv", "Content-Security-Policy"},
                     {"content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}});
  page.element("title", {}, title);
  // Without it browsers ask for /favicon.ico.
  page.leaf("link", {{"rel", "icon"}, {"href", "data:,"}});
  page.style(k_style).close();
}

void write_contents(Markup& page) {
  constexpr std::pair<const char*, const char*> k_parts[] = {
      {"#summary", "Summary"}, {"#columns", "Columns"},   {"#pairs", "Pairs"},        {"#use", "Utility"},
      {"#privacy", "Privacy"}, {"#training", "Training"}, {"#run", "How it was made"}};
  page.open("nav", {{"aria-label", "Sections"}}).open("ul");
  for (const auto& [target, name] : k_parts) {
    page.open("li").element("a", {{"href", target}}, name).close();
  }
  page.close().close();
}

}  // namespace

std::string html_report(const evaluate::Evaluation& evaluation, const ReportFacts& facts) {
  const std::string title =
      title_of(facts, evaluation.of_private ? evaluate::mark_of(*evaluation.of_private) : std::string_view());
  Markup page;
  page.open("html", {{"lang", "en"}});
  write_head(page, title);
  page.open("body").open("header", {{"class", "top"}});
  page.short_text("h1", title, k_name_characters + 64);
  write_contents(page);
  page.close().open("main");
  write_summary(page, evaluation, facts);
  write_columns(page, evaluation);
  write_pairs(page, evaluation);
  write_fidelity(page, evaluation);
  write_rules(page, evaluation);
  write_usefulness(page, evaluation);
  write_privacy(page, evaluation);
  write_training(page, facts);
  write_run(page, facts, evaluation.seed);
  page.close().close().close();
  return "<!DOCTYPE html>\n" + page.take() + "\n";
}

std::string html_report(const evaluate::PaidComparison& comparison, const ReportFacts& facts) {
  const std::string title = title_of(facts, evaluate::k_paid_mark);
  Markup page;
  page.open("html", {{"lang", "en"}});
  write_head(page, title);
  page.open("body").open("header", {{"class", "top"}});
  page.short_text("h1", title, k_name_characters + 64);
  page.close().open("main");
  write_paid_comparison(page, comparison);
  write_run(page, facts, {});
  page.close().close().close();
  return "<!DOCTYPE html>\n" + page.take() + "\n";
}

}  // namespace ctgan::synth::report
