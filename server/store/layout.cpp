#include "server/store/layout.h"

namespace ctgan::server::store {

std::string_view shelf_name(Shelf shelf) {
  constexpr std::array<std::string_view, k_all_shelves.size()> k_names{"models", "sidecars", "data",
                                                                       "reports", "evaluations"};
  return k_names[static_cast<std::size_t>(shelf)];
}

std::optional<Shelf> shelf_from_name(std::string_view name) {
  for (const Shelf shelf : k_all_shelves) {
    if (shelf_name(shelf) == name) return shelf;
  }
  return std::nullopt;
}

std::filesystem::path Layout::shelf(Shelf shelf, const std::string& user) const {
  switch (shelf) {
    case Shelf::models:
    case Shelf::sidecars:
      return root_ / "model_database" / user;
    case Shelf::data:
      return root_ / "synthetic_csv_database" / user;
    default:
      return root_ / "report_database" / user;
  }
}

}  // namespace ctgan::server::store
