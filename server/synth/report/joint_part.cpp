#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "server/synth/evaluate/missing_patterns.h"
#include "server/synth/report/joint_chart.h"
#include "server/synth/report/pair_parts.h"
#include "server/synth/report/sections.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::Evaluation;
using evaluate::JointDistribution;

constexpr std::size_t k_name_characters = 28;

JointSide side_of(const evaluate::ColumnResult& column) {
  return {column.name, evaluate::joint_axis(column.distribution), column.distribution.axis};
}

// Of each place of the second column its rows' shares, which then make one.
void divide_by_rows(std::vector<double>& shares, std::size_t across) {
  for (std::size_t begin = 0; begin < shares.size(); begin += across) {
    double sum = 0;
    for (std::size_t i = begin; i < begin + across; ++i) sum += shares[i];
    for (std::size_t i = begin; sum > 0 && i < begin + across; ++i) shares[i] /= sum;
  }
}

// The same scale for both tables.
void write_figure(Markup& page, const Evaluation& evaluation, JointDistribution joint, const std::string& id,
                  bool by_second) {
  const JointSide across = side_of(evaluation.columns[joint.first]),
                  up = side_of(evaluation.columns[joint.second]);
  if (by_second) {
    divide_by_rows(joint.original, across.axis.places());
    divide_by_rows(joint.synthetic, across.axis.places());
  }
  const double full = std::max(*std::max_element(joint.original.begin(), joint.original.end()),
                               *std::max_element(joint.synthetic.begin(), joint.synthetic.end()));
  const std::string title = fmt::format("{} (across) and {} (up)", shortened(across.name, k_name_characters),
                                        shortened(up.name, k_name_characters));
  page.open("figure", {{"class", "joint"}})
      .element("figcaption", {}, title)
      .open("div", {{"class", "beside"}});
  for (const auto& [table, shares, mark] :
       {std::tuple{"Original", &joint.original, "o"}, {"Synthetic", &joint.synthetic, "s"}}) {
    page.open("div").element("span", {{"class", "quiet"}}, table);
    draw_joint(page, {id + mark, fmt::format("{}: {}", table, title),
                      fmt::format("Darker cells hold more rows; the darkest {}{}.", percent(full),
                                  by_second ? " of the rows of their line" : ""),
                      across, up, *shares, full});
    page.close();
  }
  page.close().close();
}

void write_figures(Markup& page, const Evaluation& evaluation, const std::vector<JointDistribution>& joints,
                   const std::string& id, bool by_second) {
  page.open("div", {{"class", "joints"}});
  for (std::size_t i = 0; i < joints.size(); ++i)
    write_figure(page, evaluation, joints[i], fmt::format("{}{}", id, i), by_second);
  page.close();
}

// "age and income", "none"
std::string names_of(const Evaluation& evaluation, const std::vector<std::size_t>& columns) {
  constexpr std::size_t k_most = 6;
  if (columns.empty()) return "no cell is missing";
  std::string text;
  for (std::size_t i = 0; i < columns.size() && i < k_most; ++i)
    text += (i == 0 ? "" : ", ") + shortened(evaluation.columns[columns[i]].name, k_name_characters);
  if (columns.size() > k_most) text += fmt::format(" and {} more", columns.size() - k_most);
  return text;
}

}  // namespace

void write_strongest_pairs(Markup& page, const Evaluation& evaluation) {
  if (evaluation.strongest_pairs.empty()) return;
  page.element("h3", {}, "The strongest pairs, original beside synthetic");
  page.element(
      "p", {},
      fmt::format(
          "Each cell is a range or a category of both columns: the darker, the more rows. Cells of fewer "
          "than {} rows are left empty.",
          evaluate::k_least_joint_rows));
  write_figures(page, evaluation, evaluation.strongest_pairs, "jp", false);
}

void write_by_target(Markup& page, const Evaluation& evaluation) {
  if (evaluation.by_target.empty()) return;
  const evaluate::ColumnResult& target = evaluation.columns[evaluation.by_target.front().second];
  const bool has_labels = !target.distribution.labels.empty();
  page.element("h3", {},
               fmt::format("By {}, which learners predict", shortened(target.name, k_name_characters)));
  page.element(
      "p", {},
      has_labels
          ? "Each line is one of its values, and its cells add up to 100 %: where lines of the original "
            "differ, those of the synthetic table should differ alike."
          : "The columns that have most to do with it.");
  write_figures(page, evaluation, evaluation.by_target, "jt", has_labels);
}

void write_missing_patterns(Markup& page, const Evaluation& evaluation) {
  if (evaluation.missing_patterns.empty()) return;
  page.element("h3", {}, "What is missing together");
  TableText table{
      fmt::format(
          "Columns that are missing in one row, and in which share of the rows; what fewer than {} rows "
          "of the original have is not listed",
          evaluate::k_least_pattern_rows),
      {"Missing", "Original", "Synthetic"},
      {false, true, true},
      {}};
  for (const evaluate::MissingPattern& pattern : evaluation.missing_patterns)
    table.rows.push_back(
        {names_of(evaluation, pattern.columns), percent(pattern.original), percent(pattern.synthetic)});
  write_table(page, table);
}

}  // namespace ctgan::synth::report
