#include "common/table_formats/text_decoder.h"

#include "common/files/file.h"
#include "common/table_formats/csv_reader.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/python.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::table_formats {

using namespace table;

using Catch::Contains;
using errors::Kind;
using tests::MemorySource;
using tests::raised;

namespace {

std::string decoded(const std::string& bytes, const std::string& encoding, std::size_t piece = 7) {
  MemorySource source(bytes, piece);
  DecodedSource text(source, "people.csv", parse_encoding(encoding));
  return tests::read_all(text);
}

// Python's codecs, each with the letters that it has: a file of bytes and one of the same text in UTF-8.
constexpr const char* k_encode = R"(
import random, sys
encodings = sys.argv[2:]
for encoding in encodings:
    letters = []
    for code in list(range(1, 0x250)) + list(range(0x391, 0x3ca)) + list(range(0x410, 0x450)) + [0x20ac, 0x2019, 0x3042, 0x30ab, 0x4e2d, 0x6587, 0xac00, 0x1f496]:
        if 0x80 <= code < 0xa0 or chr(code) in '\r':
            continue
        try:
            if chr(code).encode(encoding).decode(encoding) == chr(code):
                letters.append(chr(code))
        except UnicodeError:
            pass
    chosen = random.Random(encoding)
    text = 'n\u00e4me,x\n' if '\u00e4' in letters else 'name,x\n'
    text += ''.join(letters) + '\n'
    text += ''.join(chosen.choice(letters) for _ in range(200000))
    # What is UTF-8 by accident is another test's matter.
    open(f'{sys.argv[1]}/{encoding}.txt', 'wb').write(text.encode(encoding))
    back = text.encode(encoding).decode(encoding)
    open(f'{sys.argv[1]}/{encoding}.utf8', 'wb').write(back.encode('utf-8'))
print('done')
)";

}  // namespace

TEST_CASE("every letter is what Python's codec makes of it") {
  const std::vector<std::string> encodings{
      "latin-1", "windows-1252", "iso8859-15", "cp1250", "cp1251", "cp437",  "cp850",   "koi8-r", "mac-roman",
      "utf-16",  "utf-16-le",    "utf-16-be",  "utf-32", "cp932",  "euc-jp", "gb18030", "gbk",    "euc-kr"};
  const tests::TemporaryFolder folder;
  std::vector<std::string> arguments{folder.path().string()};
  arguments.insert(arguments.end(), encodings.begin(), encodings.end());
  if (tests::plain_python(k_encode, arguments).empty()) return;
  for (const std::string& encoding : encodings) {
    INFO(encoding);
    const std::string bytes = files::read_file(folder / (encoding + ".txt"));
    std::string expected = files::read_file(folder / (encoding + ".utf8"));
    CHECK((decoded(bytes, encoding, 4097) == expected));
  }
}

TEST_CASE("text is decoded alike in pieces of any size") {
  std::string wide = "\xff\xfe";
  std::string plain;
  for (int i = 0; i < 500; ++i) {
    wide += std::string("a\0\xe4\0\x3d\xd8\x96\xdc", 8);
    plain += "aä💖";
  }
  for (const std::size_t piece : {1, 2, 3, 1000}) CHECK((decoded(wide, "utf-16", piece) == plain));
}

TEST_CASE("an encoding has many names; what nobody knows is refused with examples") {
  for (const char* name : {"latin-1", "Latin1", "ISO-8859-1", "iso_8859-1", "iso8859-1"})
    CHECK(parse_encoding(name) == "ISO-8859-1");
  for (const char* name : {"windows-1252", "cp1252", "CP1252", "ansi"})
    CHECK(parse_encoding(name) == "WINDOWS-1252");
  for (const char* name : {"utf-8", "UTF8", "utf_8", "utf-8-sig"}) CHECK(is_utf8(parse_encoding(name)));
  CHECK(is_utf8(""));
  CHECK(parse_encoding(parse_encoding("shift-jis")) == parse_encoding("shift_jis"));
  for (const char* bad : {"", "latin-77", "UTF-8//IGNORE", "../../x", "a b", "latin\n1"}) {
    const auto error = raised([&] { parse_encoding(bad); });
    CHECK(error.kind() == Kind::usage);
    CHECK_THAT(error.hint(), Contains("windows-1252"));
  }
}

TEST_CASE("bytes that the encoding does not have are refused with line and offset") {
  const auto error = raised([] { decoded("a,b\n1,2\n1,\x81\n", "windows-1252"); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK(error.sentence() == "'people.csv' has invalid WINDOWS-1252 in line 3 (byte offset 10)");
  CHECK_THAT(error.hint(), Contains("--encoding"));
  CHECK_THAT(raised([] { decoded(std::string("a\0,\0\n\0x", 7), "utf-16le"); }).sentence(),
             Contains("invalid UTF-16LE in line 2 (byte offset 6)"));
  const std::string long_text(300'000, '\n');
  CHECK_THAT(raised([&] { decoded(long_text + "\x81", "cp1252", 5000); }).sentence(),
             Contains("line 300001 (byte offset 300000)"));
}

TEST_CASE("a wrong word about the encoding is found out: UTF-8, UTF-16, a spreadsheet, windows-1252") {
  const auto utf8 = raised([] { decoded("name\nM\xc3\xbcller\n", "latin-1"); });
  CHECK(utf8.sentence() == "'people.csv' is UTF-8 text, not ISO-8859-1");
  CHECK_THAT(utf8.hint(), Contains("leave '--encoding' out"));
  CHECK(raised([] { decoded("name\nM\xc3\xbcller\n", "windows-1252", 1); }).kind() == Kind::bad_data);
  CHECK(decoded("name\nM\xc3\xbcller \xe4\n", "latin-1") == "name\nMÃ¼ller ä\n");
  CHECK(decoded("plain", "latin-1") == "plain");
  CHECK_THAT(raised([] { decoded("\xff\xfe" + std::string("a\0", 2), "latin-1"); }).hint(),
             Contains("--encoding utf-16"));
  CHECK_THAT(raised([] { decoded("PK\x03\x04rest", "latin-1"); }).sentence(), Contains("spreadsheet"));
  const auto control = raised([] { decoded("a,b\n1,5 \x80\n", "latin-1"); });
  CHECK(control.sentence() == "'people.csv' has the byte 0x80, no letter of ISO-8859-1, in line 2");
  CHECK_THAT(control.hint(), Contains("windows-1252"));
}

TEST_CASE(
    "a table in another encoding is read as the same table, byte order mark or not, and its lines count") {
  CsvDialect dialect;
  dialect.encoding = parse_encoding("utf-16");
  const std::string wide(
      "\xff\xfen\0,\0m\0\n\0\xe4\0,\0"
      "1\0\n\0",
      18);
  MemorySource source(wide, 3);
  const Table table = read_delimited(source, "t", dialect).table;
  CHECK(table.column_names() == std::vector<std::string>{"n", "m"});
  CHECK(table.columns()[0].categories().dictionary[0] == "ä");
  MemorySource ragged(wide + std::string("x\0\n\0", 4), 3);
  CHECK_THAT(raised([&] { read_delimited(ragged, "t", dialect); }).sentence(), Contains("line 3 has 1 cell"));
}

TEST_CASE("nothing decodes to nothing") {
  CHECK(decoded("", "latin-1").empty());
  CHECK(decoded("", "utf-16").empty());
}

}  // namespace ctgan::table_formats
