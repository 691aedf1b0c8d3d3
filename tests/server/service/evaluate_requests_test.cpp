#include <fstream>

#include "common/files/checksum.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/files_under.h"
#include "tests/server/service/talk.h"

namespace ctgan::server::service {

using tests::FreshStore;
using tests::Talk;

namespace {

struct WithUsers : FreshStore {
  WithUsers() {
    add_user("alice");
    add_user("bob");
  }
};

// As `upload.open`, `transfer` and `upload.close` leave it.
std::string upload(FreshStore& fresh, Talk& talk, const std::string& name, const std::string& content) {
  const std::string id =
      talk.ask("upload.open",
               {{"name", name}, {"bytes", content.size()}, {"sha256", files::sha256_of(content)}})
          .at("upload");
  files::write_file(store::Layout(fresh.root()).upload("alice", id) / "table", content,
                    files::AtomicFile::IfExists::replace);
  REQUIRE(talk.ask("upload.close", {{"upload", id}}).at("type") == "result");
  return id;
}

std::size_t files_in_inbox(const FreshStore& fresh) {
  return tests::files_under(store::Layout(fresh.root()).inbox("alice")).size();
}

// Says what it was given, and deletes nothing.
Engine recorder(std::vector<std::string>& seen) {
  Engine engine;
  engine.evaluate = [&seen](const Json& request, const FilesToCompare& files, const TellEvent& tell) {
    const auto note = [&seen](const TableFile& file) {
      seen.push_back(file.name + ": " + files::read_file(file.path));
    };
    note(files.original);
    note(files.synthetic);
    if (files.held_out) note(*files.held_out);
    seen.push_back(request.value("target", ""));
    tell({{"event", "section"}, {"section", "quality"}});
    return Json{{"verdict", {{"summary", "good"}}}};
  };
  return engine;
}

}  // namespace

TEST_CASE("evaluate reads its uploads, tells what happens, and leaves none of them behind") {
  WithUsers fresh;
  std::vector<std::string> seen;
  Talk talk(fresh, "alice", recorder(seen));
  const Json part = {{"upload", upload(fresh, talk, "people.csv", "a\n1\n")},
                     {"dialect", {{"delimiter", ";"}}}};
  const Json made = {{"upload", upload(fresh, talk, "made.csv", "a\n2\n")}};
  const Json others = {{"upload", upload(fresh, talk, "others.csv", "a\n3\n")}};
  CHECK(files_in_inbox(fresh) == 3);
  talk.send(Json{{"type", "request"},
                 {"id", 77},
                 {"command", "evaluate"},
                 {"original", part},
                 {"synthetic", made},
                 {"held_out", others},
                 {"target", "a"}}
                .dump() +
            "\n");
  const Json event = talk.read();
  CHECK(event.at("type") == "event");
  CHECK(event.at("id") == 77);
  CHECK(event.at("seq") == 1);
  CHECK(talk.read().at("verdict").at("summary") == "good");
  CHECK(seen ==
        std::vector<std::string>{"people.csv: a\n1\n", "made.csv: a\n2\n", "others.csv: a\n3\n", "a"});
  CHECK(files_in_inbox(fresh) == 0);
}

TEST_CASE("the same table twice is one upload, and no obstacle") {
  WithUsers fresh;
  std::vector<std::string> seen;
  Talk talk(fresh, "alice", recorder(seen));
  const Json part = {{"upload", upload(fresh, talk, "people.csv", "a\n1\n")}};
  CHECK(talk.ask("evaluate", {{"original", part}, {"synthetic", part}}).at("type") == "result");
  CHECK(seen.size() == 3);
  CHECK(files_in_inbox(fresh) == 0);
}

TEST_CASE("an evaluation that fails, or cannot begin, leaves no table behind either") {
  WithUsers fresh;
  Engine engine;
  engine.evaluate = [](const Json&, const FilesToCompare&, const TellEvent&) -> Json {
    throw errors::Error(errors::Kind::bad_data, "no column is named 'x'");
  };
  Talk talk(fresh, "alice", engine);
  const Json part = {{"upload", upload(fresh, talk, "people.csv", "a\n1\n")}};
  const Json made = {{"upload", upload(fresh, talk, "made.csv", "a\n2\n")}};
  CHECK(talk.ask("evaluate", {{"original", part}, {"synthetic", made}}).at("sentence") ==
        "no column is named 'x'");
  CHECK(files_in_inbox(fresh) == 0);
  const Json again = {{"upload", upload(fresh, talk, "people.csv", "a\n1\n")}};
  CHECK(talk.ask("evaluate", {{"original", again}}).at("kind") == "protocol");
  CHECK(talk.ask("evaluate", {{"original", again}, {"synthetic", made}}).at("kind") == "try_again");
  CHECK(files_in_inbox(fresh) == 0);
}

TEST_CASE("tables of others, unfinished ones and a server without an engine are refused") {
  WithUsers fresh;
  std::vector<std::string> seen;
  Talk alice(fresh, "alice", recorder(seen));
  Talk bob(fresh, "bob", recorder(seen));
  const Json part = {{"upload", upload(fresh, alice, "people.csv", "a\n1\n")}};
  CHECK(bob.ask("evaluate", {{"original", part}, {"synthetic", part}}).at("kind") == "try_again");
  CHECK(files_in_inbox(fresh) == 1);
  const Json opened = alice.ask("upload.open", {{"name", "b.csv"}, {"bytes", 4}});
  const Json unfinished = {{"upload", opened.at("upload")}};
  CHECK(alice.ask("evaluate", {{"original", unfinished}, {"synthetic", part}}).at("kind") == "bad_data");
  CHECK(seen.empty());
  Talk bare(fresh, "alice");
  CHECK(bare.ask("evaluate", {{"original", part}, {"synthetic", part}}).at("kind") == "unavailable");
}

TEST_CASE("an upload for this connection only goes with it, others stay") {
  WithUsers fresh;
  for (const bool fleeting : {true, false}) {
    Talk talk(fresh, "alice");
    const Json opened =
        talk.ask("upload.open", {{"name", "people.csv"}, {"bytes", 4}, {"fleeting", fleeting}});
    files::write_file(store::Layout(fresh.root()).upload("alice", opened.at("upload")) / "table", "a\n1\n",
                      files::AtomicFile::IfExists::replace);
    CHECK(files_in_inbox(fresh) == 1);
    talk.end();
    CHECK(files_in_inbox(fresh) == (fleeting ? 0 : 1));
  }
}

}  // namespace ctgan::server::service
