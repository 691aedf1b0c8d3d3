#include "common/conditions/row_quota.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "common/conditions/row_condition.h"
#include "common/errors/error.h"

namespace ctgan::conditions {
namespace {

using errors::Error;
using errors::Kind;
using Entry = RowQuota::Entry;

constexpr std::uint64_t k_most_rows = 1'000'000'000'000'000'000;

[[noreturn]] void refuse(std::string_view text, std::string_view reason) {
  throw Error(Kind::usage, fmt::format("the quota {} {}", errors::quoted(text), reason),
              "a quota is COLUMN=CATEGORY:ROWS,CATEGORY:ROWS, as in 'sex=Female:500,Male:500'");
}

struct Tail {
  std::size_t colon = 0;
  std::size_t end = 0;  // of the digits
};

// The first colon with digits behind it that a comma or the end follows.
std::optional<Tail> find_tail(std::string_view text) {
  for (std::size_t colon = text.find(':'); colon != std::string_view::npos;
       colon = text.find(':', colon + 1)) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789", colon + 1), text.size());
    if (end > colon + 1 && (end == text.size() || text[end] == ',')) return Tail{colon, end};
  }
  return std::nullopt;
}

// The first entry's category still has the column before it.
std::vector<Entry> split(std::string_view text) {
  std::vector<Entry> entries;
  std::uint64_t sum = 0;
  for (std::string_view rest = text;;) {
    const auto tail = find_tail(rest);
    if (!tail) refuse(text, "does not end with a colon and a number of rows");
    Entry entry{std::string(rest.substr(0, tail->colon)), 0};
    const auto status =
        std::from_chars(rest.data() + tail->colon + 1, rest.data() + tail->end, entry.rows).ec;
    if (status != std::errc{} || entry.rows > k_most_rows - sum) refuse(text, "asks for too many rows");
    if (entry.rows == 0) refuse(text, fmt::format("asks for no rows of {}", errors::quoted(entry.category)));
    sum += entry.rows;
    entries.push_back(std::move(entry));
    if (tail->end == rest.size()) return entries;
    rest.remove_prefix(tail->end + 1);
  }
}

}  // namespace

std::uint64_t quota_rows(std::string_view text) {
  std::uint64_t sum = 0;
  for (const Entry& entry : split(text)) sum += entry.rows;
  return sum;
}

RowQuota parse_quota(std::string_view text, std::span<const std::string> columns) {
  RowQuota quota{0, split(text)};
  const RowCondition first = parse_condition(quota.entries.front().category, columns);
  if (first.comparison != Comparison::equal)
    refuse(text, "must name its column with '=', as in COLUMN=CATEGORY:ROWS");
  quota.column = first.column;
  quota.entries.front().category = first.value;
  const std::string again = columns[quota.column] + "=";
  for (Entry& entry : quota.entries)
    if (entry.category.starts_with(again)) entry.category.erase(0, again.size());
  return quota;
}

}  // namespace ctgan::conditions
