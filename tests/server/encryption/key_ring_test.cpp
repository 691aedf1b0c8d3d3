#include "server/encryption/key_ring.h"

#include <sys/stat.h>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "tests/catch.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::encryption {

using errors::Kind;
using tests::raised;

namespace {

struct Place {
  tests::TemporaryFolder folder;
  std::filesystem::path root = folder / "store";
  std::filesystem::path file = folder / "keys";
  Place() { std::filesystem::create_directory(root); }
  void write(const std::string& text) const {
    files::write_file(file, text, files::AtomicFile::IfExists::replace);
  }
};

const std::string k_hex = std::string(62, '0') + "7f";

}  // namespace

TEST_CASE("a new key comes in front, and those before it stay") {
  const Place place;
  const KeyId first = add_key(place.file, place.root);
  const KeyId second = add_key(place.file, place.root);
  CHECK(first != second);
  const KeyRing ring = KeyRing::read(place.file, place.root);
  REQUIRE(ring.all().size() == 2);
  CHECK(ring.newest()->id == second);
  CHECK(ring.newest()->bytes.view().size() == 32);
  CHECK(ring.find(first)->bytes.view() != ring.find(second)->bytes.view());
  struct stat status {};
  REQUIRE(stat(place.file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("dropping the older keys leaves the newest") {
  const Place place;
  const KeyId first = add_key(place.file, place.root);
  const KeyId second = add_key(place.file, place.root);
  drop_older_keys(place.file, place.root);
  const KeyRing ring = KeyRing::read(place.file, place.root);
  CHECK(ring.newest()->id == second);
  CHECK(ring.find(first) == nullptr);
}

TEST_CASE("a key file may hold comments, empty lines and lines of another system") {
  const Place place;
  place.write("# mine\n\n" + k_hex + " \r\n#" + std::string(64, '1') + "\n" + std::string(64, 'A'));
  const KeyRing ring = KeyRing::read(place.file, place.root);
  REQUIRE(ring.all().size() == 2);
  CHECK(ring.newest()->bytes.view() == std::string(31, '\0') + "\x7f");
  CHECK(to_hex(ring.newest()->id).size() == 16);
}

TEST_CASE("the name of a key does not change between versions") {
  const Place place;
  place.write(std::string(64, '0') + "\n");
  // The first eight bytes of BLAKE2b-256 of 32 zero bytes, by Python's hashlib.
  CHECK(to_hex(KeyRing::read(place.file, place.root).newest()->id) == "89eb0d6a8a691dae");
}

TEST_CASE("without a file nothing is encrypted") {
  CHECK(KeyRing().newest() == nullptr);
  CHECK(KeyRing().find({}) == nullptr);
  CHECK(KeyRing::read("", "/").newest() == nullptr);
}

TEST_CASE("a key file that cannot be used is refused with what is wrong with it, never with what is in it") {
  const Place place;
  const auto refused = [&](const std::filesystem::path& file) {
    return raised([&] { KeyRing::read(file, place.root); });
  };
  SECTION("none there") {
    CHECK_THAT(refused(place.file).sentence(), Catch::EndsWith("does not exist"));
  }
  SECTION("a folder") {
    std::filesystem::create_directory(place.file);
    CHECK_THAT(refused(place.file).sentence(), Catch::EndsWith("is no plain file"));
  }
  SECTION("no key") {
    place.write("# nothing\n");
    CHECK_THAT(refused(place.file).sentence(), Catch::EndsWith("holds no key"));
  }
  for (const std::string& line :
       {std::string(63, '0'), std::string(66, '0'), std::string(63, '0') + "g", "passwort " + k_hex}) {
    SECTION("a line that is no key: " + line) {
      place.write(k_hex + "\n" + line + "\n");
      const auto error = refused(place.file);
      CHECK_THAT(error.sentence(), Catch::EndsWith("has a line that is no key: 64 hex digits"));
      CHECK(error.sentence().find(line) == std::string::npos);
    }
  }
  for (const mode_t mode : {0640, 0604, 0620, 0611}) {
    SECTION("open to others: " + std::to_string(mode)) {
      place.write(k_hex + "\n");
      REQUIRE(chmod(place.file.c_str(), mode) == 0);
      CHECK_THAT(refused(place.file).sentence(), Catch::EndsWith("is open to others"));
      CHECK_THAT(raised([&] { add_key(place.file, place.root); }).sentence(),
                 Catch::EndsWith("is open to others"));
    }
  }
  SECTION("a relative name") {
    CHECK_THAT(refused("keys").sentence(), Catch::EndsWith("must be named by its whole path"));
  }
  CHECK(refused(place.file).kind() == Kind::configuration);
}

TEST_CASE("a key is never kept in the store that it opens, by whatever name") {
  const Place place;
  std::filesystem::create_directory_symlink(place.root, place.folder / "link");
  for (const auto& file : {place.root / "keys", place.root / "a/b/keys", place.folder / "link/keys",
                           place.folder / "store/../store/keys"}) {
    INFO(file);
    const auto error = raised([&] { add_key(file, place.root); });
    CHECK(error.kind() == Kind::configuration);
    CHECK_THAT(error.sentence(), Catch::EndsWith("stands in the store whose files it opens"));
    CHECK_FALSE(std::filesystem::exists(file));
  }
  add_key(place.folder / "store-keys", place.root);
}

}  // namespace ctgan::server::encryption
