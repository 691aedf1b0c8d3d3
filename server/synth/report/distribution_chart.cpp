#include "server/synth/report/distribution_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "server/synth/report/axis.h"
#include "server/synth/report/text.h"

namespace ctgan::synth::report {
namespace {

using evaluate::Axis;
using evaluate::ColumnResult;
using evaluate::Distribution;

constexpr double k_left = 48;
constexpr double k_right = k_chart_width - 8;
constexpr double k_top = 30;  // below the legend
constexpr double k_plot = 150;
constexpr double k_bar_row = 20;
constexpr double k_label_width = 122;
constexpr double k_number_width = 86;
constexpr std::size_t k_label_characters = 16;

double share_at(const std::vector<double>& shares, std::size_t place) {
  const double share = place < shares.size() ? shares[place] : 0;
  return std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0;
}

double greatest_share(const std::vector<SharePair>& pairs) {
  double most = 0;
  for (const SharePair& pair : pairs) most = std::max({most, pair.original, pair.synthetic});
  return most;
}

void draw_legend(Markup& page) {
  page.leaf("path", {{"class", "original"}, {"d", "M8 6h18v10h-18z"}});
  draw_text(page, 31, 15, "start", "original");
  page.leaf("path", {{"class", "synthetic"}, {"d", "M98 11h18"}});
  draw_text(page, 121, 15, "start", "synthetic");
}

// Where the tables differ most, in words.
std::string in_words(const ColumnResult& column, const std::vector<SharePair>& pairs) {
  const auto widest =
      std::max_element(pairs.begin(), pairs.end(), [](const SharePair& a, const SharePair& b) {
        return std::abs(a.original - a.synthetic) < std::abs(b.original - b.synthetic);
      });
  return fmt::format(
      "Shares of both tables over {} {}. Score {}. The widest gap: {}, original {}, synthetic {}.",
      pairs.size(), column.distribution.edges.empty() ? "categories" : "bins", score(column.score),
      shortened(widest->label, 60), percent(widest->original), percent(widest->synthetic));
}

ChartFrame frame_of(const ColumnResult& column, const std::string& id, double height,
                    const std::vector<SharePair>& pairs) {
  return {id, fmt::format("Distribution of {}", shortened(column.name, 60)), in_words(column, pairs),
          k_chart_width, height};
}

// The area below the steps.
std::string filled_steps(const std::vector<double>& edges, const std::vector<SharePair>& bins, const Scale& x,
                         const Scale& y) {
  std::string path = fmt::format("M{} {}", place(x(edges.front())), place(y(0)));
  for (std::size_t bin = 0; bin < bins.size(); ++bin) {
    path += fmt::format("V{}H{}", place(y(bins[bin].original)), place(x(edges[bin + 1])));
  }
  return path + fmt::format("V{}z", place(y(0)));
}

std::string outlined_steps(const std::vector<double>& edges, const std::vector<SharePair>& bins,
                           const Scale& x, const Scale& y) {
  std::string path = fmt::format("M{} {}", place(x(edges.front())), place(y(0)));
  for (std::size_t bin = 0; bin < bins.size(); ++bin) {
    path += fmt::format("V{}H{}", place(y(bins[bin].synthetic)), place(x(edges[bin + 1])));
  }
  return path + fmt::format("V{}", place(y(0)));
}

// A bin that holds all further out is as wide as the others.
std::vector<double> drawn_edges(const Distribution& distribution) {
  std::vector<double> edges = distribution.edges;
  if (edges.size() < 4) return edges;
  const double width = edges[2] - edges[1];
  if (distribution.tail_below) edges.front() = edges[1] - width;
  if (distribution.tail_above) edges.back() = edges[edges.size() - 2] + width;
  return edges;
}

void draw_histogram(Markup& page, const ColumnResult& column, const std::vector<SharePair>& bins,
                    const std::string& id) {
  const Distribution& distribution = column.distribution;
  std::vector<double> edges = drawn_edges(distribution);
  const double bottom = k_top + k_plot;
  open_chart(page, frame_of(column, id, bottom + 40, bins));
  draw_legend(page);
  const std::vector<Tick> shares = share_ticks(greatest_share(bins));
  const Scale y(0, shares.back().value, bottom, k_top);
  const Scale x(edges.front(), edges.back(), k_left, k_right);
  if (!(edges.front() < edges.back())) edges = {x.low(), x.high()};
  const bool moments = distribution.axis == Axis::moment;
  draw_left_axis(page, y, shares, k_left, k_right);
  page.leaf("path", {{"class", "original"}, {"d", filled_steps(edges, bins, x, y)}});
  page.leaf("path", {{"class", "synthetic"}, {"d", outlined_steps(edges, bins, x, y)}});
  // The ends of an axis that is cut are no values.
  const double low = distribution.tail_below ? distribution.edges[1] : distribution.edges.front();
  const double high =
      distribution.tail_above ? distribution.edges[distribution.edges.size() - 2] : distribution.edges.back();
  draw_text(page, k_right, 15, "end", "upwards: share of rows");
  draw_bottom_axis(page, x, moments ? moment_ticks(low, high) : number_ticks(low, high, 5), bottom,
                   shortened(column.name, 32) + (moments ? " (UTC)" : ""));
  page.close();
}

// The first bars as they are, the others as one.
std::vector<SharePair> few_bars(const Distribution& distribution, std::vector<SharePair> pairs) {
  if (pairs.size() <= k_most_bars + 1 && !distribution.rest) return pairs;
  const std::size_t kept = std::min(k_most_bars, pairs.size() - 1);
  SharePair rest;
  for (std::size_t i = kept; i < pairs.size(); ++i) {
    rest.original += pairs[i].original;
    rest.synthetic += pairs[i].synthetic;
  }
  const std::size_t all = std::max(distribution.categories, pairs.size());
  rest.label = fmt::format("{} others", count(all - kept));
  pairs.resize(kept);
  pairs.push_back(std::move(rest));
  return pairs;
}

void draw_bar(Markup& page, const SharePair& bar, const Scale& x, double top) {
  const double middle = top + k_bar_row / 2;
  page.short_text("text", bar.label, k_label_characters,
                  {{"x", place(k_label_width - 6)}, {"y", place(middle + 4)}, {"text-anchor", "end"}});
  page.leaf("path", {{"class", "original"},
                     {"d", fmt::format("M{} {}H{}v14H{}z", place(x(0)), place(middle - 7),
                                       place(x(bar.original)), place(x(0)))}});
  page.leaf("path", {{"class", "synthetic thick"},
                     {"d", fmt::format("M{} {}H{}", place(x(0)), place(middle), place(x(bar.synthetic)))}});
  draw_text(page, k_chart_width - 4, middle + 4, "end",
            fmt::format("{:.1f} | {:.1f}", 100 * bar.original, 100 * bar.synthetic));
}

void draw_bars(Markup& page, const ColumnResult& column, const std::vector<SharePair>& categories,
               const std::string& id) {
  const std::vector<SharePair> bars = few_bars(column.distribution, categories);
  const double bottom = k_top + k_bar_row * static_cast<double>(bars.size());
  open_chart(page, frame_of(column, id, bottom + 40, categories));
  draw_legend(page);
  draw_text(page, k_chart_width - 4, 15, "end", "% original | % synthetic");
  const std::vector<Tick> shares = share_ticks(greatest_share(bars));
  const Scale x(0, shares.back().value, k_label_width, k_chart_width - k_number_width);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    draw_bar(page, bars[i], x, k_top + k_bar_row * static_cast<double>(i));
  }
  draw_bottom_axis(page, x, shares, bottom, "share of rows");
  page.close();
}

}  // namespace

std::vector<SharePair> share_pairs(const Distribution& distribution) {
  const bool bins = !distribution.edges.empty();
  const std::size_t lines = bins ? distribution.edges.size() - 1 : distribution.labels.size();
  std::vector<SharePair> pairs;
  for (std::size_t i = 0; i < lines; ++i) {
    const bool rest = distribution.rest && i + 1 == lines;
    std::string label;
    if (bins) {
      label = fmt::format("{} to {}", axis_value(distribution.edges[i], distribution.axis),
                          axis_value(distribution.edges[i + 1], distribution.axis));
    } else if (rest) {
      label = fmt::format("{} others", count(distribution.categories - std::min(distribution.categories, i)));
    } else {
      label = distribution.labels[i];
    }
    pairs.push_back(
        {std::move(label), share_at(distribution.original, i), share_at(distribution.synthetic, i)});
  }
  return pairs;
}

void draw_distribution(Markup& page, const ColumnResult& column, const std::string& id) {
  const std::vector<SharePair> pairs = share_pairs(column.distribution);
  const std::vector<double>& edges = column.distribution.edges;
  const bool drawable = edges.empty() || (std::isfinite(edges.front()) && std::isfinite(edges.back()));
  if (pairs.empty() || !drawable) {
    page.element("p", {{"class", "quiet"}},
                 pairs.empty() ? "Nothing to draw: no cell holds a value."
                               : "Nothing to draw: the values have no finite range.");
  } else if (edges.empty()) {
    draw_bars(page, column, pairs, id);
  } else {
    draw_histogram(page, column, pairs, id);
  }
}

}  // namespace ctgan::synth::report
