// What a user may use of the server. Each limit has a value for everybody (server/settings) and, where an
// administrator said so, one of the user's own in its place.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ctgan::server::store {

enum class Limit : std::uint8_t { bytes, models, running, queued, rows, minutes, threads };

struct LimitRow {
  Limit limit;
  std::string_view name;     // in requests, flags and the table of users' own: "bytes"
  std::string_view setting;  // of everybody, in settings.json: "limits.stored_bytes_of_user"
  std::string_view meaning;  // "bytes of models, tables, reports and uploads"
  std::uint64_t least;       // with less nothing could be done at all
};

std::span<const LimitRow> limit_table();
const LimitRow& row_of(Limit limit);
// Throws Error(usage) with the closest name.
const LimitRow& limit_from_name(std::string_view name);

// Those that an administrator gave to one user.
using OwnLimits = std::map<Limit, std::uint64_t>;

}  // namespace ctgan::server::store
