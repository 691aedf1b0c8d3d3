#include "server/synth/catalog/catalog.h"

#include <set>

#include "common/files/file.h"
#include "common/options/methods.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace {

using namespace ctgan;
using tests::raised;

std::filesystem::path stored(const tests::TemporaryFolder& folder, const synth::archive::Archive& archive) {
  tests::MemorySink sink;
  synth::archive::write(archive, sink);
  files::write_file(folder / "model.gz", sink.content, files::AtomicFile::IfExists::refuse);
  return folder / "model.gz";
}

}  // namespace

TEST_CASE("every model has a name of its own, a help text, options and both ways in") {
  std::set<std::string_view> names;
  for (const auto& row : synth::catalog::models()) {
    CAPTURE(row.method.name);
    CHECK(names.insert(row.method.name).second);
    CHECK_FALSE(row.method.help.empty());
    CHECK_FALSE(row.method.options.empty());
    CHECK(row.make_trainer != nullptr);
    CHECK(row.load != nullptr);
  }
  CHECK(synth::catalog::find("ctgan").method.name == "ctgan");
}

TEST_CASE("the catalog has a model for each method that a fit can name, and no other") {
  std::vector<std::string_view> known, named;
  for (const auto& row : synth::catalog::models()) known.push_back(row.method.name);
  for (const auto& method : options::methods()) named.push_back(method.name);
  CHECK(known == named);
}

TEST_CASE("an unknown model type is a usage error that says what exists") {
  const errors::Error near = raised([] { synth::catalog::find("ctgam"); });
  CHECK(near.kind() == errors::Kind::usage);
  CHECK(near.sentence() == "there is no model type 'ctgam'");
  CHECK(near.hint() == "did you mean 'ctgan'?");
  CHECK(raised([] { synth::catalog::find("markov"); }).hint() == "known are: ctgan, tvae, trees, mst, aim, swift, mwem, privsyn, dpctgan, patectgan, auto");
}

TEST_CASE("a model file of an unknown type is refused by that type") {
  const tests::TemporaryFolder folder;
  const errors::Error error = raised([&] {
    synth::catalog::load(stored(folder, {{}, {{"model", "markov"}}}));
  });
  CHECK(error.kind() == errors::Kind::bad_data);
  CHECK(error.sentence() == "the model file holds a model of an unknown type 'markov'");
}

TEST_CASE("a model file that does not say its type is refused") {
  const tests::TemporaryFolder folder;
  CHECK(raised([&] { synth::catalog::load(stored(folder, {})); }).kind() == errors::Kind::bad_data);
}

TEST_CASE("a model file that does not exist is no input") {
  CHECK(raised([] { synth::catalog::load("/nowhere/model.gz"); }).kind() == errors::Kind::no_input);
}

TEST_CASE("a later format is refused with both versions") {
  const tests::TemporaryFolder folder;
  const errors::Error error = raised([&] {
    synth::catalog::load(stored(folder, {{}, {{"model", "ctgan"}, {"format_version", "3"}}}));
  });
  CHECK(error.kind() == errors::Kind::bad_data);
  CHECK(error.sentence() == "the model file has format version '3', but this program reads '2'");
}
