#include "server/encryption/encrypted_file.h"

#include <sodium.h>

#include <random>

#include "common/errors/error.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::server::encryption {

using errors::Kind;
using tests::raised;

namespace {

constexpr std::size_t k_chunk = 65536;
constexpr std::size_t k_header = 41;
constexpr std::size_t k_more = 17;

std::string some_bytes(std::size_t count) {
  std::mt19937 random(7);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

struct Place {
  tests::TemporaryFolder folder;
  std::filesystem::path key_file = folder / "keys";
  KeyRing keys;
  Place() { renew(); }
  void renew() {
    add_key(key_file, folder / "store");
    keys = KeyRing::read(key_file, folder / "store");
  }
  std::string encrypted(const std::string& content, std::size_t piece = 1000) const {
    tests::MemorySink out;
    EncryptingSink sink(*keys.newest(), out);
    for (std::size_t i = 0; i < content.size(); i += piece)
      sink.write(std::string_view(content).substr(i, piece));
    sink.finish();
    return out.content;
  }
  StoredFile stored(const std::string& bytes) const { return stored(bytes, keys); }
  StoredFile stored(const std::string& bytes, const KeyRing& ring) const {
    files::write_file(folder / "file", bytes, files::AtomicFile::IfExists::replace);
    return open_stored(folder / "file", &ring);
  }
  std::string read(const std::string& bytes, std::uint64_t offset = 0) const {
    const StoredFile file = stored(bytes);
    return tests::read_all(*file.content(offset));
  }
};

}  // namespace

TEST_CASE("what was encrypted is read back, in whatever pieces it came") {
  const Place place;
  for (const std::size_t bytes :
       {std::size_t{0}, std::size_t{1}, k_chunk - 1, k_chunk, k_chunk + 1, 3 * k_chunk, 5 * k_chunk + 77}) {
    const std::string content = some_bytes(bytes);
    for (const std::size_t piece : {std::size_t{999}, k_chunk, std::size_t{1} << 20}) {
      INFO(bytes << " in pieces of " << piece);
      const std::string sealed = place.encrypted(content, piece);
      CHECK(place.read(sealed) == content);
      const StoredFile file = place.stored(sealed);
      CHECK(file.bytes() == bytes);
      CHECK(file.key() == place.keys.newest()->id);
    }
  }
}

TEST_CASE("a transfer goes on in the middle of an encrypted file") {
  const Place place;
  const std::string content = some_bytes(2 * k_chunk + 10);
  const std::string sealed = place.encrypted(content);
  for (const std::size_t offset :
       {std::size_t{1}, k_chunk - 1, k_chunk, k_chunk + 1, content.size() - 1, content.size()})
    CHECK(place.read(sealed, offset) == content.substr(offset));
  const StoredFile file = place.stored(sealed);
  CHECK_THROWS_AS(file.content(content.size() + 1), errors::Error);
  // The same file may be read again.
  CHECK(tests::read_all(*file.content(5)) == content.substr(5));
  CHECK(tests::read_all(*file.content()) == content);
}

TEST_CASE("nothing of the content is seen on the disk, and no two encryptions are alike") {
  const Place place;
  const std::string content(3 * k_chunk, 'a');
  const std::string sealed = place.encrypted(content);
  CHECK(sealed.find("aaaa") == std::string::npos);
  CHECK(sealed.substr(k_header, k_chunk) != place.encrypted(content).substr(k_header, k_chunk));
  CHECK(sealed.size() == k_header + content.size() + 3 * k_more);
}

TEST_CASE("a file that is not encrypted is read as it is, without any key") {
  const Place place;
  for (const std::string content : {"", "C", "CTGANEN", "a,b\n1,2\n", "\x1f\x8b\x08"}) {
    const StoredFile file = place.stored(content, KeyRing());
    CHECK_FALSE(file.key());
    CHECK(file.bytes() == content.size());
    CHECK(tests::read_all(*file.content(content.size() / 2)) == content.substr(content.size() / 2));
  }
}

TEST_CASE("what an older key encrypted is read, what a lost one did is named by it") {
  Place place;
  const std::string sealed = place.encrypted("rows");
  const std::string id = to_hex(place.keys.newest()->id);
  place.renew();
  CHECK(place.read(sealed) == "rows");
  drop_older_keys(place.key_file, place.folder / "store");
  place.keys = KeyRing::read(place.key_file, place.folder / "store");
  const StoredFile file = place.stored(sealed);
  CHECK(file.bytes() == 4);
  const auto error = raised([&] { file.content(); });
  CHECK(error.kind() == Kind::configuration);
  CHECK(error.sentence() == "'file' is encrypted, and its key " + id + " is not known here");
}

TEST_CASE("every bit that was changed is found before anything of its chunk is handed out") {
  const Place place;
  const std::string content = some_bytes(k_chunk + 50);
  const std::string sealed = place.encrypted(content);
  std::mt19937 random(11);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < k_header + 40; ++i) places.push_back(i);
  for (int i = 0; i < 60; ++i) places.push_back(random() % sealed.size());
  places.push_back(sealed.size() - 1);
  for (const std::size_t at : places) {
    std::string spoilt = sealed;
    spoilt[at] = static_cast<char>(spoilt[at] ^ (1 << (random() % 8)));
    INFO("byte " << at);
    // The magic words lost: it is no encrypted file any more, and hash and format tell.
    if (at < 8) {
      CHECK_FALSE(place.stored(spoilt).key());
      continue;
    }
    tests::MemorySink seen;
    const auto error = raised([&] {
      const StoredFile file = place.stored(spoilt);
      const auto source = file.content();
      char buffer[5000];
      while (const std::size_t got = source->read(buffer)) seen.write({buffer, got});
    });
    CHECK((error.kind() == Kind::bad_data || error.kind() == Kind::configuration));
    CHECK(content.starts_with(seen.content));
  }
}

TEST_CASE("a file that was cut, grew, or had its chunks moved is damaged") {
  const Place place;
  const std::string content = some_bytes(3 * k_chunk);
  const std::string sealed = place.encrypted(content);
  const std::size_t chunk = k_chunk + k_more;
  std::vector<std::pair<std::string, std::string>> spoilt{
      {"a byte more", sealed + "x"},
      {"a chunk more", sealed + sealed.substr(k_header, chunk)},
      {"the last chunk twice", sealed + sealed.substr(sealed.size() - chunk)},
      {"no last chunk", sealed.substr(0, sealed.size() - chunk)},
      {"no chunk at all", sealed.substr(0, k_header)},
      {"half a header", sealed.substr(0, 20)},
      {"chunks exchanged", sealed.substr(0, k_header) + sealed.substr(k_header + chunk, chunk) +
                               sealed.substr(k_header, chunk) + sealed.substr(k_header + 2 * chunk)},
      {"a chunk left out", sealed.substr(0, k_header) + sealed.substr(k_header + chunk)},
      {"another file's end",
       sealed.substr(0, k_header + chunk) + place.encrypted(content).substr(k_header + chunk)}};
  for (std::size_t left = 8; left < 17; ++left)
    spoilt.emplace_back("cut to " + std::to_string(left), sealed.substr(0, left));
  for (std::size_t cut = 1; cut < 20; ++cut)
    spoilt.emplace_back("cut by " + std::to_string(cut), sealed.substr(0, sealed.size() - cut));
  for (const auto& [what, bytes] : spoilt) {
    INFO(what);
    const auto error = raised([&, &all = bytes] { place.read(all); });
    CHECK(error.kind() == Kind::bad_data);
    CHECK_THAT(error.sentence(), Catch::StartsWith("'file' is damaged"));
  }
}

TEST_CASE("a file of a newer version is refused, not guessed at") {
  const Place place;
  std::string sealed = place.encrypted("rows");
  sealed[8] = 2;
  CHECK_THAT(raised([&] { place.stored(sealed); }).sentence(),
             Catch::Contains("in a way that is unknown here"));
}

// Written down in the header of encrypted_file.h: another program may read it by that.
TEST_CASE("libsodium's secret stream alone reads what was written") {
  const Place place;
  const std::string content = some_bytes(k_chunk + 3);
  const std::string sealed = place.encrypted(content);
  const auto* bytes = reinterpret_cast<const unsigned char*>(sealed.data());
  crypto_secretstream_xchacha20poly1305_state state;
  REQUIRE(crypto_secretstream_xchacha20poly1305_init_pull(
              &state, bytes + 17,
              reinterpret_cast<const unsigned char*>(place.keys.newest()->bytes.view().data())) == 0);
  std::string out(k_chunk, '\0');
  unsigned char tag = 99;
  REQUIRE(crypto_secretstream_xchacha20poly1305_pull(&state, reinterpret_cast<unsigned char*>(out.data()),
                                                     nullptr, &tag, bytes + k_header, k_chunk + k_more, bytes,
                                                     17) == 0);
  CHECK(tag == 0);
  CHECK(out == content.substr(0, k_chunk));
  REQUIRE(crypto_secretstream_xchacha20poly1305_pull(&state, reinterpret_cast<unsigned char*>(out.data()),
                                                     nullptr, &tag, bytes + k_header + k_chunk + k_more,
                                                     3 + k_more, bytes, 17) == 0);
  CHECK(tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL);
  CHECK(out.substr(0, 3) == content.substr(k_chunk));
}

}  // namespace ctgan::server::encryption
