#include "server/worker/job_checkpoints.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "common/errors/error.h"
#include "common/files/checksum.h"
#include "common/files/file.h"
#include "server/store/layout.h"

namespace ctgan::server::worker {

using synth::archive::Archive;

std::filesystem::path JobCheckpoints::path() const {
  return folder_.work_file(store::k_checkpoint_file);
}

std::optional<Archive> JobCheckpoints::latest() {
  if (!std::filesystem::exists(path())) return std::nullopt;
  try {
    Archive kept = synth::archive::read(path());
    if (kept.entry("fit") == fit_) {
      story_ = story_in(kept);
      return kept;
    }
    monitor_.warn(
        "the checkpoint is of another table, other options or another version; training starts anew");
  } catch (const errors::Error& error) {
    monitor_.warn(fmt::format("the checkpoint cannot be read: {}; training starts anew", error.sentence()));
  }
  return std::nullopt;
}

void JobCheckpoints::resumed(const synth::model::Progress& after) {
  monitor_.go_on(after, std::move(story_));
}

void JobCheckpoints::keep(Archive checkpoint) {
  checkpoint.metadata["fit"] = fit_;
  add_story(monitor_.story(), checkpoint);
  try {
    files::AtomicFile file(path(), files::AtomicFile::IfExists::replace);
    synth::archive::write(checkpoint, file, synth::archive::Packing::none);
    file.commit();
  } catch (const errors::Error& error) {
    monitor_.warn(fmt::format("no checkpoint was kept: {}", error.sentence()));
  }
  last_ = Clock::now();
}

std::string fit_text(const jobs::JobRequest& request, const jobs::JobFolder& folder) {
  const nlohmann::json fit{{"version", CTGAN_VERSION},
                           {"table_sha256", files::sha256_of_file(folder.work_file(store::k_table_file))},
                           {"method", request.method},
                           {"options", request.options},
                           {"table", request.table},
                           {"held_out", request.held_out},
                           {"report", request.report},
                           {"keep_combinations", request.keep_combinations}};
  return fit.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace ctgan::server::worker
