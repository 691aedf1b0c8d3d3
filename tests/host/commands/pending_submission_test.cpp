#include "host/commands/pending_submission.h"

#include <optional>

#include "tests/catch.h"
#include "tests/temporary_folder.h"

namespace ctgan::host::commands {

using nlohmann::json;
using tests::TemporaryFolder;

TEST_CASE("a command that died before its answer leaves its id and seed to the same command, once",
          "[fault:6]") {
  const TemporaryFolder folder;
  const json what{{"fit", "people.csv"}, {"sha256", "12"}};
  std::string id;
  {
    const PendingSubmission died(folder / "submissions", what, 7);
    CHECK_FALSE(died.repeated());
    id = died.request_id();
    CHECK(id.size() == 32);
  }
  {
    const PendingSubmission other(folder / "submissions", {{"fit", "people.csv"}, {"sha256", "13"}}, 8);
    CHECK(other.request_id() != id);
  }
  PendingSubmission again(folder / "submissions", what, 8);
  CHECK(again.repeated());
  CHECK(again.request_id() == id);
  CHECK(again.seed() == 7);
  again.answered();
  const PendingSubmission next(folder / "submissions", what, 9);
  CHECK_FALSE(next.repeated());
  CHECK(next.request_id() != id);
  CHECK(next.seed() == 9);
}

TEST_CASE("the same command at the same moment is a submission of its own") {
  const TemporaryFolder folder;
  const json what{{"fit", "people.csv"}};
  std::optional<PendingSubmission> first(std::in_place, folder.path(), what, 1);
  const PendingSubmission second(folder.path(), what, 2);
  CHECK_FALSE(second.repeated());
  CHECK(second.request_id() != first->request_id());
  const std::string id = first->request_id();
  first.reset();
  CHECK(PendingSubmission(folder.path(), what, 3).request_id() == id);
}

TEST_CASE("what is damaged, old or cannot be written is no reason to refuse") {
  const TemporaryFolder folder;
  const json what{{"fit", "people.csv"}};
  { const PendingSubmission first(folder.path(), what, 1); }
  std::filesystem::path file = std::filesystem::directory_iterator(folder.path())->path();
  for (const char* text : {"", "{", "[]", R"({"request_id":5,"seed":1,"created":1})",
                           R"({"request_id":"0123456789abcdef0123456789abcdef","seed":1,"created":1000})"}) {
    files::write_file(file, text, files::AtomicFile::IfExists::replace);
    CHECK_FALSE(PendingSubmission(folder.path(), what, 1).repeated());
  }
  CHECK(PendingSubmission("/proc/nowhere", what, 1).request_id().size() == 32);
  CHECK(PendingSubmission("", what, 1).request_id().size() == 32);
}

}  // namespace ctgan::host::commands
