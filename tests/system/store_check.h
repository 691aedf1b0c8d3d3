// What holds of a server's store after any bad day, whatever it was.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ctgan::tests {

// What must be nowhere: cells that no model may hold, passwords.
using Confidential = std::vector<std::string>;

// An upload that broke off waits a day for its user to come back.
enum class When { now, days_later };

// Waits until nothing works on the store any more, then lets `ctgan-server reap` mend what a crash left, and CHECKs:
//   nothing unfinished is on a shelf, and nothing half-written anywhere
//   each model has its sidecar, and unpacks; so does each table
//   the database is sound, and each of its rows agrees with its file: size and SHA-256
//   every job has ended in a state that says how, with its folder; no folder is without a row
//   no upload, no table, no worker is left
//   nothing of `confidential` is in any file, packed or not
// REQUIRES: nobody uses the store meanwhile.
void check_store(const std::filesystem::path& root, const Confidential& confidential = {},
                 When when = When::now);

// The processes of this machine that work on a job of the store, by their command lines.
std::vector<int> workers_of(const std::filesystem::path& root);
// Those that answer a connection to it.
std::vector<int> servers_of(const std::filesystem::path& root);

}  // namespace ctgan::tests
