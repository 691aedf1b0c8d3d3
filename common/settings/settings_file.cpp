#include "common/settings/settings_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "common/errors/closest.h"
#include "common/errors/error.h"
#include "common/files/descriptor.h"
#include "common/files/file.h"

namespace ctgan::settings {
namespace {

using errors::Error;
using errors::Kind;
using Json = nlohmann::json;

constexpr std::size_t k_file_limit = std::size_t{1} << 20;

[[noreturn]] void refuse(const std::filesystem::path& path, std::string_view why, std::string hint = {}) {
  throw Error(Kind::configuration, fmt::format("the file {} {}", errors::quoted(path.string()), why),
              std::move(hint));
}

void check_privacy(const std::filesystem::path& path, int descriptor, Privacy privacy) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) refuse(path, "is not a regular file");
  const bool ours = status.st_uid == geteuid();
  if (privacy == Privacy::trusted) {
    if (!ours && status.st_uid != 0) refuse(path, "belongs to another user", "use a file of your own");
    if ((status.st_mode & 0002) != 0) {
      refuse(path, "can be written by everyone", fmt::format("chmod o-w {}", errors::quoted(path.string())));
    }
    return;
  }
  if (!ours) refuse(path, "belongs to another user", "use a file of your own");
  if ((status.st_mode & 0077) != 0) {
    refuse(path, fmt::format("can be used by others (mode {:04o})", status.st_mode & 07777),
           fmt::format("chmod 600 {}", errors::quoted(path.string())));
  }
}

std::string read_checked(const std::filesystem::path& path, Privacy privacy) {
  const files::FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) refuse(path, fmt::format("cannot be opened: {}", std::generic_category().message(errno)));
  check_privacy(path, file.get(), privacy);
  files::DescriptorSource source(file.get());
  std::string content(k_file_limit + 1, '\0');
  std::size_t used = 0;
  while (used < content.size()) {
    const std::size_t got = source.read({content.data() + used, content.size() - used});
    if (got == 0) break;
    used += got;
  }
  if (used > k_file_limit) refuse(path, fmt::format("is larger than {} bytes", k_file_limit));
  content.resize(used);
  return content;
}

Json parse(const std::filesystem::path& path, const std::string& content) {
  std::set<std::string> seen;
  const auto check = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > 1) refuse(path, "has a value inside a value", "it is one flat object");
    if (event == Json::parse_event_t::key && !seen.insert(parsed.get<std::string>()).second) {
      refuse(path, fmt::format("has the key {} twice", errors::quoted(parsed.get<std::string>())));
    }
    return true;
  };
  try {
    Json object = Json::parse(content, check);
    if (!object.is_object()) refuse(path, "is not a JSON object", "it starts with '{' and ends with '}'");
    return object;
  } catch (const Json::parse_error& error) {
    const auto end = content.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, content.size()));
    refuse(path, fmt::format("is not valid JSON in line {}", 1 + std::count(content.begin(), end, '\n')),
           "keys and texts stand in double quotes, with a comma between two entries");
  } catch (const Json::out_of_range&) {
    refuse(path, "has a number that is larger than any can be");
  }
}

bool is_plain_text(std::string_view text) {
  return !text.empty() &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string expand(const std::filesystem::path& file, const std::string& text) {
  if (text.starts_with("~/")) return (home_folder() / text.substr(2)).string();
  const std::filesystem::path path(text);
  return path.is_absolute()
             ? text
             : (std::filesystem::absolute(file).parent_path() / path).lexically_normal().string();
}

SettingsFile::Value convert(const std::filesystem::path& path, const KeySpec& spec, Json& value) {
  const auto wrong = [&](std::string_view rule) {
    refuse(path, fmt::format("is wrong: the value of {} must be {}", errors::quoted(spec.name), rule));
  };
  switch (spec.type) {
    case ValueType::count:
      if (!value.is_number_unsigned()) wrong("a whole number of at least 0");
      return value.get<std::uint64_t>();
    case ValueType::boolean:
      if (!value.is_boolean()) wrong("true or false");
      return value.get<bool>();
    default:
      break;
  }
  if (!value.is_string()) wrong("a text in double quotes");
  auto& text = value.get_ref<std::string&>();
  if (!is_plain_text(text)) wrong("a text that is not empty and has no control characters");
  if (spec.type == ValueType::path) return expand(path, text);
  if (spec.type == ValueType::text) return text;
  secrets::Secret secret(text);
  secrets::wipe(text);
  return secret;
}

const KeySpec& find_key(const std::filesystem::path& path, std::span<const KeySpec> keys,
                        const std::string& name) {
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const KeySpec& spec) { return spec.name == name; });
  if (found != keys.end()) return *found;
  std::vector<std::string> known;
  for (const KeySpec& spec : keys) known.emplace_back(spec.name);
  refuse(path, fmt::format("has the unknown key {}", errors::quoted(name)), errors::suggestion(name, known));
}

}  // namespace

SettingsFile::SettingsFile(std::filesystem::path path, std::map<std::string, Value, std::less<>> values)
    : path_(std::move(path)), values_(std::move(values)) {}

std::optional<std::string> SettingsFile::text(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return std::get<std::string>(found->second);
}

std::optional<std::uint64_t> SettingsFile::count(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return std::get<std::uint64_t>(found->second);
}

std::optional<bool> SettingsFile::boolean(std::string_view key) const {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  return std::get<bool>(found->second);
}

std::optional<secrets::Secret> SettingsFile::take_secret(std::string_view key) {
  const auto found = values_.find(key);
  if (found == values_.end()) return std::nullopt;
  secrets::Secret secret = std::get<secrets::Secret>(std::move(found->second));
  values_.erase(found);
  return secret;
}

SettingsFile read_settings(const std::filesystem::path& path, std::span<const KeySpec> keys,
                           Privacy privacy) {
  std::string content = read_checked(path, privacy);
  Json object = parse(path, content);
  secrets::wipe(content);
  std::map<std::string, SettingsFile::Value, std::less<>> values;
  for (auto& [name, value] : object.items()) {
    values.emplace(name, convert(path, find_key(path, keys, name), value));
  }
  return {path, std::move(values)};
}

}  // namespace ctgan::settings
