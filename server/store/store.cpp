#include "server/store/store.h"

#include "common/files/file.h"
#include "server/store/root.h"
#include "server/store/schema.h"

namespace ctgan::server::store {
namespace {

Layout checked(const std::filesystem::path& root) {
  Layout layout(root);
  check_root(layout);
  return layout;
}

}  // namespace

Store::Store(const std::filesystem::path& root, Clock clock)
    : layout_(checked(root)),
      clock_(std::move(clock)),
      database_(layout_.database()),
      presence_(layout_),
      users_(database_),
      key_uses_(database_),
      logins_(database_, clock_, layout_.root()),
      tickets_(database_, clock_),
      uploads_(database_, layout_, clock_, presence_),
      jobs_(database_),
      parties_(database_),
      shelves_(database_, layout_) {
  migrate(database_);
}

void Store::make_user_folders(const std::string& user) const {
  for (const Shelf shelf : k_all_shelves) files::make_private_folder(layout_.shelf(shelf, user));
  files::make_private_folder(layout_.inbox(user));
}

}  // namespace ctgan::server::store
