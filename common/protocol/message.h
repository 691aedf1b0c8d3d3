// The control channel's lines: protocol.md is the grammar.
//
//     LineBuffer lines;
//     lines.feed(bytes);
//     while (auto line = lines.next()) handle(parse_message(*line));
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ctgan::protocol {

using Json = nlohmann::json;

inline constexpr int k_version = 1;
inline constexpr std::string_view k_magic = "CTGAN-SERVER 1";
// What is read, and what is written: hosts of before read less.
inline constexpr std::size_t k_line_limit = std::size_t{16} << 20;
inline constexpr std::size_t k_sent_line_limit = std::size_t{1} << 20;
inline constexpr std::size_t k_noise_limit = std::size_t{64} << 10;
inline constexpr int k_depth_limit = 32;
inline constexpr int k_alive_seconds = 15;
inline constexpr int k_page_rows = 200;

// What `features` of the greeting may name, and the range of the field that it stands for.
inline constexpr std::string_view k_checkpoint_feature = "checkpoint";
inline constexpr std::string_view k_private_report_feature = "private_report";
inline constexpr std::string_view k_accounting_feature = "accounting";
inline constexpr std::string_view k_job_limits_feature = "job_limits";
inline constexpr int k_most_checkpoint_minutes = 1440;

// What travels in an SSH exec request, and what a forced command admits.
inline constexpr std::string_view k_serve_command = "ctgan-server serve";
inline constexpr std::string_view k_transfer_command = "ctgan-server transfer";

// Cuts a byte stream into lines (LF; one CR before it is dropped).
class LineBuffer {
 public:
  void feed(std::string_view bytes) { buffer_ += bytes; }
  // The next whole line without its end. Throws Error(protocol) for a line over k_line_limit.
  std::optional<std::string> next();
  // Bytes of a line that has not ended.
  const std::string& rest() const { return buffer_; }

 private:
  std::string buffer_;
  std::size_t searched_ = 0;
};

// One JSON object. Depth, duplicate keys and UTF-8 are checked before the document is built.
// Throws Error(protocol) saying what is wrong.
Json parse_message(std::string_view line);
// One line with its end. Text that is not UTF-8 is replaced, never thrown at.
std::string format_message(const Json& message);

// Typed access to a message's fields; a missing field or a wrong type is an Error(protocol) that names it.
std::string text_field(const Json& message, std::string_view key);
std::uint64_t count_field(const Json& message, std::string_view key);
std::optional<std::string> optional_text(const Json& message, std::string_view key);
std::optional<std::uint64_t> optional_count(const Json& message, std::string_view key);
// A list of texts; empty where the field is missing.
std::vector<std::string> optional_texts(const Json& message, std::string_view key);

}  // namespace ctgan::protocol
