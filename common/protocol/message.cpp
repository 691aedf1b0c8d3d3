#include "common/protocol/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "common/errors/error.h"

namespace ctgan::protocol {
namespace {

using errors::Error;
using errors::Kind;

Error broken(std::string_view what) {
  return {Kind::protocol, fmt::format("the other end sent a line that is not a message: {}", what),
          "make sure that both ends run the same version"};
}

// Sees every token before the document exists.
class Checker : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*elements*/) override { return enter(); }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t /*elements*/) override { return enter(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    problem_ = fmt::format("the key {} stands twice", errors::quoted(name));
    return false;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) override {
    problem_ = fmt::format("no valid JSON at byte {}", position);
    return false;
  }
  const std::string& problem() const { return problem_; }

 private:
  bool enter() {
    if (keys_.size() < k_depth_limit) {
      keys_.emplace_back();
      return true;
    }
    problem_ = fmt::format("deeper than {}", k_depth_limit);
    return false;
  }
  bool leave() {
    keys_.pop_back();
    return true;
  }

  std::vector<std::set<std::string>> keys_;
  std::string problem_;
};

const Json* find(const Json& message, std::string_view key) {
  const auto found = message.find(key);
  return found == message.end() || found->is_null() ? nullptr : &*found;
}

Error bad_field(std::string_view key, std::string_view rule) {
  return {Kind::protocol, fmt::format("the field {} {}", errors::quoted(key), rule),
          "make sure that both ends run the same version"};
}

}  // namespace

std::optional<std::string> LineBuffer::next() {
  const std::size_t end = buffer_.find('\n', searched_);
  if ((end == std::string::npos ? buffer_.size() : end) > k_line_limit) {
    throw broken(fmt::format("longer than {} bytes", k_line_limit));
  }
  if (end == std::string::npos) {
    searched_ = buffer_.size();
    return std::nullopt;
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  searched_ = 0;
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

Json parse_message(std::string_view line) {
  if (line.size() > k_line_limit) throw broken(fmt::format("longer than {} bytes", k_line_limit));
  Checker checker;
  if (!Json::sax_parse(line, &checker)) throw broken(checker.problem());
  Json message = Json::parse(line);
  if (!message.is_object()) throw broken("not an object");
  return message;
}

std::string format_message(const Json& message) {
  return message.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<std::string> optional_text(const Json& message, std::string_view key) {
  const Json* value = find(message, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) throw bad_field(key, "must be a text");
  return value->get<std::string>();
}

std::optional<std::uint64_t> optional_count(const Json& message, std::string_view key) {
  const Json* value = find(message, key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_unsigned()) throw bad_field(key, "must be a whole number of at least 0");
  return value->get<std::uint64_t>();
}

std::string text_field(const Json& message, std::string_view key) {
  auto value = optional_text(message, key);
  if (!value) throw bad_field(key, "is missing");
  return *std::move(value);
}

std::uint64_t count_field(const Json& message, std::string_view key) {
  const auto value = optional_count(message, key);
  if (!value) throw bad_field(key, "is missing");
  return *value;
}

std::vector<std::string> optional_texts(const Json& message, std::string_view key) {
  const Json* value = find(message, key);
  if (value == nullptr) return {};
  const bool texts = value->is_array() &&
                     std::all_of(value->begin(), value->end(), [](const Json& e) { return e.is_string(); });
  if (!texts) throw bad_field(key, "must be a list of texts");
  return value->get<std::vector<std::string>>();
}

}  // namespace ctgan::protocol
