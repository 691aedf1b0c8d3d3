#include "server/store/layout.h"

namespace ctgan::server::store {

std::string_view shelf_name(Shelf shelf) {
  switch (shelf) {
    case Shelf::models:
      return "models";
    case Shelf::sidecars:
      return "sidecars";
    case Shelf::data:
      break;
  }
  return "data";
}

std::filesystem::path Layout::shelf(Shelf shelf, const std::string& user) const {
  return root_ / (shelf == Shelf::data ? "synthetic_csv_database" : "model_database") / user;
}

}  // namespace ctgan::server::store
