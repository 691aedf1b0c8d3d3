#include "host/session/download.h"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <vector>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "common/files/gzip.h"
#include "common/files/names.h"
#include "common/files/overlapped.h"
#include "common/files/spool.h"
#include "host/session/data_channel.h"
#include "host/session/part_file.h"

namespace ctgan::host::session {
namespace {

using errors::Error;
using errors::Kind;
using IfExists = files::AtomicFile::IfExists;
using protocol::count_field;
using protocol::text_field;

constexpr std::size_t k_piece = std::size_t{256} << 10;

std::filesystem::path folder_of(const std::filesystem::path& target) {
  return target.has_parent_path() ? target.parent_path() : std::filesystem::path(".");
}

// What has come so far, and its hash.
class Arrival : public files::ByteSink {
 public:
  Arrival(const std::filesystem::path& folder, const std::string& name) : part_(folder, name) {
    files::hash_file(*hash_, part_.path());
  }
  void write(std::string_view bytes) override {
    hash_->write(bytes);
    part_.write(bytes);
  }
  void clear() {
    part_.clear();
    hash_ = std::make_unique<files::Sha256>();
  }
  std::string sha256() const { return hash_->hex(); }
  PartFile& part() { return part_; }

 private:
  PartFile part_;
  std::unique_ptr<files::Sha256> hash_ = std::make_unique<files::Sha256>();
};

// Asks for the rest of the file behind what has come; drops that when the server's file begins otherwise.
std::string ask_ticket(Session& session, const StoredFile& file, std::uint64_t bytes, Arrival& arrival) {
  if (arrival.part().size() > bytes) arrival.clear();
  Json fields{{"store", file.store}, {"name", file.name}, {"offset", arrival.part().size()}};
  if (arrival.part().size() > 0) fields["prefix_sha256"] = arrival.sha256();
  const Json granted = session.request("download.ticket", fields);
  const std::uint64_t offset = count_field(granted, "offset");
  if (offset == 0) arrival.clear();
  if (offset != arrival.part().size())
    throw Error(Kind::protocol, "the server goes on at another place than it was asked to");
  return text_field(granted, "ticket");
}

// Hashed and written on another thread while the next bytes come.
void receive(Session& session, const StoredFile& file, std::uint64_t bytes, Arrival& arrival,
             progress::Progress& progress) {
  const std::string ticket = ask_ticket(session, file, bytes, arrival);
  const std::uint64_t offset = arrival.part().size();
  progress::RunningTask task(progress, {"download", fmt::format("Downloading {}", errors::quoted(file.name)),
                                        progress::Unit::bytes, bytes, offset});
  files::WriteBehind behind(arrival);
  receive_content(
      session.transport(), ticket, bytes - offset, behind, [&behind] { behind.finish(); },
      [&](std::uint64_t got) { task.update(offset + got); });
  task.finish();
}

void receive_or_keep(Session& session, const StoredFile& file, std::uint64_t bytes, Arrival& arrival,
                     progress::Progress& progress) {
  try {
    receive(session, file, bytes, arrival, progress);
  } catch (const Error& error) {
    if (error.kind() == Kind::try_again) arrival.part().keep();
    throw;
  }
}

// What differs may have been damaged over there: then the server says so itself.
void compare(Session& session, const Arrival& arrival, const std::string& sha256, const StoredFile& file,
             progress::Progress& progress) {
  if (arrival.sha256() != sha256) {
    session.request("download.open", {{"store", file.store}, {"name", file.name}, {"check", true}});
    throw Error(Kind::bad_data,
                fmt::format("data integrity check FAILED: {} arrived with other bytes than the server has",
                            errors::quoted(file.name)),
                "run the same command again");
  }
  progress.note("integrity", {{"passed", true}, {"sha256", sha256}}, "Data integrity check PASSED");
}

void unpack(const std::filesystem::path& arrived, files::ByteSink& sink) {
  files::FileSource packed(arrived);
  files::GunzipSource source(packed);
  std::vector<char> buffer(k_piece);
  while (const std::size_t got = source.read(buffer)) sink.write({buffer.data(), got});
}

// Keeps the connection in order while something long is written.
class Tending : public files::ByteSink {
 public:
  Tending(transport::Transport& transport, files::ByteSink& sink) : transport_(transport), sink_(sink) {}
  void write(std::string_view bytes) override {
    transport_.tend();
    sink_.write(bytes);
  }

 private:
  transport::Transport& transport_;
  files::ByteSink& sink_;
};

void require_safe(const std::string& name) {
  if (files::is_safe_name(name)) return;
  throw Error(Kind::protocol,
              fmt::format("the server names a file {}, which is no safe name", errors::quoted(name)));
}

// What the server holds under the name.
struct Held {
  std::uint64_t bytes = 0;
  std::string sha256;
};

Held ask(Session& session, const StoredFile& file) {
  const Json opened = session.request("download.open", {{"store", file.store}, {"name", file.name}});
  return {count_field(opened, "bytes"), text_field(opened, "sha256")};
}

// The whole file, compared.
void fetch(Session& session, const StoredFile& file, const Held& held, Arrival& arrival,
           progress::Progress& progress) {
  receive_or_keep(session, file, held.bytes, arrival, progress);
  compare(session, arrival, held.sha256, file, progress);
}

}  // namespace

void check_target(const Target& target) {
  const auto refuse = [&](std::string_view why, std::string hint) {
    throw Error(Kind::cannot_create, fmt::format("{} {}", errors::quoted(target.path.string()), why),
                std::move(hint));
  };
  std::error_code ignored;
  const std::filesystem::path folder = folder_of(target.path);
  const std::filesystem::file_status there = std::filesystem::symlink_status(target.path, ignored);
  if (std::filesystem::exists(there)) {
    if (target.if_exists == IfExists::refuse)
      refuse("exists already", "choose another name with '--output', or replace it with '--force'");
    if (!std::filesystem::is_regular_file(there))
      refuse("is no plain file and is not replaced", "choose another name with '--output'");
  }
  if (!std::filesystem::is_directory(folder, ignored)) {
    refuse("cannot be created: there is no such folder",
           fmt::format("create {} first", errors::quoted(folder.string())));
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    refuse("cannot be created: the folder cannot be written", "choose another folder with '--output'");
  }
}

void download(Session& session, const StoredFile& file, const Target& target, Form form,
              progress::Progress& progress) {
  if (form == Form::unpacked) return download(session, file, target, unpack, progress);
  require_safe(file.name);
  check_target(target);
  const Held held = ask(session, file);
  Arrival arrival(folder_of(target.path), file.name);
  fetch(session, file, held, arrival, progress);
  arrival.part().publish(target.path, target.if_exists);
}

void download(Session& session, const StoredFile& file, const Target& target, const Rewrite& rewrite,
              progress::Progress& progress) {
  require_safe(file.name);
  check_target(target);
  const Held held = ask(session, file);
  Arrival arrival(folder_of(target.path), file.name);
  fetch(session, file, held, arrival, progress);
  files::AtomicFile written(target.path, target.if_exists);
  Tending sink(session.transport(), written);
  rewrite(arrival.part().path(), sink);
  written.commit();
}

void download(Session& session, const StoredFile& file, files::ByteSink& sink, const Rewrite& rewrite,
              progress::Progress& progress) {
  require_safe(file.name);
  const Held held = ask(session, file);
  const files::PrivateFolder folder;
  Arrival arrival(folder.path(), file.name);
  fetch(session, file, held, arrival, progress);
  Tending tending(session.transport(), sink);
  rewrite(arrival.part().path(), tending);
}

}  // namespace ctgan::host::session
