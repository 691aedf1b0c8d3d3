// Where everything stands below the data root (DESIGN 5). Pure: builds paths, touches nothing. User names
// must be valid (files::is_user_name) and ids are ours: no path is ever built from what a client says.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ctgan::server::store {

// A user's collections. Models and sidecars share a folder, and so do the two forms of a model's report.
enum class Shelf : std::uint8_t { models, sidecars, data, reports, evaluations };
inline constexpr std::array k_all_shelves{Shelf::models, Shelf::sidecars, Shelf::data, Shelf::reports,
                                          Shelf::evaluations};

// As the protocol names them: "models", "evaluations".
std::string_view shelf_name(Shelf shelf);
std::optional<Shelf> shelf_from_name(std::string_view name);

class Layout {
 public:
  explicit Layout(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path database() const { return root_ / "ctgan.sqlite"; }
  std::filesystem::path settings() const { return root_ / "settings.json"; }
  // Who did what; what was put aside is audit.jsonl.1 and so on (server/audit).
  std::filesystem::path audit() const { return root_ / "audit.jsonl"; }
  // What was spent of privacy, once more outside of the database (server/budgets).
  std::filesystem::path privacy_ledger() const { return root_ / "privacy_ledger.jsonl"; }
  std::filesystem::path jobs() const { return root_ / "jobs"; }
  std::filesystem::path job(const std::string& id) const { return jobs() / id; }
  // When the store was last looked through as a whole; touched, never read.
  std::filesystem::path last_reaped() const { return root_ / ".reaped"; }
  // When the runner's queue could not be read last; touched, never read.
  std::filesystem::path runner_unreachable() const { return root_ / ".runner_unreachable"; }
  // When the results of all users were last looked through for what is too old; touched, never read.
  std::filesystem::path last_expired() const { return root_ / ".expired"; }
  // A locked file for each connection, which says who is there (presence.h).
  std::filesystem::path connections() const { return root_ / "connections"; }
  // What is being deleted (discard.h).
  std::filesystem::path discarded() const { return root_ / "discarded"; }
  std::filesystem::path inboxes() const { return root_ / "inbox"; }
  std::filesystem::path inbox(const std::string& user) const { return inboxes() / user; }
  // An upload's folder; it becomes the job's folder when the upload is submitted.
  std::filesystem::path upload(const std::string& user, const std::string& id) const {
    return inbox(user) / id;
  }
  std::filesystem::path shelf(Shelf shelf, const std::string& user) const;

 private:
  std::filesystem::path root_;
};

// The file inside an upload's and a fit's folder that holds the table.
inline constexpr std::string_view k_table_file = "table";
// The file inside a fit's folder that holds what was learnt so far, where that was asked for.
inline constexpr std::string_view k_checkpoint_file = "checkpoint";

}  // namespace ctgan::server::store
