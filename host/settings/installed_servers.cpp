#include "host/settings/installed_servers.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "common/settings/settings_file.h"

namespace ctgan::host::settings {
namespace {

using Json = nlohmann::json;

std::filesystem::path list_file() {
  return ctgan::settings::state_folder() / "servers.json";
}

Json read_list() {
  std::error_code ignored;
  if (!std::filesystem::exists(list_file(), ignored)) return Json::object();
  Json list = Json::parse(files::read_file(list_file()), nullptr, false);
  return list.is_object() ? list : Json::object();
}

void write_list(const Json& list) {
  files::make_private_folder(list_file().parent_path());
  files::write_file(list_file(), list.dump(2) + "\n", files::AtomicFile::IfExists::replace);
}

}  // namespace

std::optional<std::string> installed_program(const std::string& account) {
  try {
    const Json list = read_list();
    const auto found = list.find(account);
    if (found == list.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
  } catch (const errors::Error&) {
    return std::nullopt;
  }
}

void remember_program(const std::string& account, const std::string& program) {
  Json list = read_list();
  list[account] = program;
  write_list(list);
}

void forget_program(const std::string& account) {
  Json list = read_list();
  if (list.erase(account) > 0) write_list(list);
}

}  // namespace ctgan::host::settings
