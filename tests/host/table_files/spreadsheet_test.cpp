// Workbooks that openpyxl writes.
#include "host/table_files/spreadsheet.h"

#include <cstdlib>

#include "common/errors/error.h"
#include "common/files/file.h"
#include "host/table_files/sheet_cells.h"
#include "tests/catch.h"
#include "tests/memory_streams.h"
#include "tests/python.h"
#include "tests/raises.h"
#include "tests/temporary_folder.h"

namespace ctgan::host::table_files {
namespace {

using errors::Error;
using errors::Kind;
using tests::raised;

// A workbook of openpyxl's, which `script` fills; its first sheet is `s`. Empty where there is no openpyxl.
std::string workbook(const tests::TemporaryFolder& folder, const std::string& script) {
  const char* python = std::getenv("CTGAN_PYTHON");
  if (python == nullptr || *python == '\0') {
    WARN("skipped: CTGAN_PYTHON is not set");
    return {};
  }
  std::string file = (folder / "sales of May.xlsx").string();
  tests::plain_python("import sys, datetime as dt, openpyxl\nw = openpyxl.Workbook()\ns = w.active\n" +
                          script + "\nw.save(sys.argv[1])",
                      {file});
  return file;
}

TypedTable read(const std::string& word) {
  const auto source = spreadsheet_source(word);
  REQUIRE(source);
  return source->read({});
}

std::string csv_of(const std::string& word) {
  return files::read_file(read(word).csv->path());
}

}  // namespace

TEST_CASE("a sheet is read as it shows: numbers, texts, truths, dates and times by their formats") {
  const tests::TemporaryFolder folder;
  const std::string file = workbook(
      folder,
      "s.append(['n', 'x', 'text', 'b', 'day', 'moment', 'clock', 'span', 'zip', 'pct'])\n"
      "s.append([1, 0.1 + 0.2, 'a, \"b\"', True, dt.date(2024, 2, 29), dt.datetime(2024, 1, 2, 3, 4, 5), "
      "dt.time(6, 7, 8), dt.timedelta(hours=30), '01234', 0.25])\n"
      "s.append([-2, 1e20, None, False, dt.date(1900, 2, 28), dt.datetime(1999, 12, 31), dt.time(0, 0), "
      "dt.timedelta(0), '99', 1])\n"
      "s['J2'].number_format = s['J3'].number_format = '0.00%'");
  if (file.empty()) return;
  const TypedTable table = read(file);
  CHECK(files::read_file(table.csv->path()) ==
        "n,x,text,b,day,moment,clock,span,zip,pct\n"
        "1,0.3,\"a, \"\"b\"\"\",True,2024-02-29,2024-01-02 03:04:05,06:07:08,30:00:00,01234,0.25\n"
        "-2,1e+20,,False,1900-02-28,1999-12-31 00:00:00,00:00:00,00:00:00,99,1\n");
  CHECK(table.columns.at("zip").kind == table::ColumnKind::categorical);
  CHECK(table.columns.size() == 1);
  CHECK_FALSE(table.columns_left_out);
  CHECK(spreadsheet_source(file)->name() == "sales of May");
}

TEST_CASE("an empty row of a sheet is an empty line, and columns begin where the cells do") {
  const tests::TemporaryFolder folder;
  const std::string file = workbook(folder,
                                    "s['C2'] = 'a'; s['E2'] = 'b'; s['C4'] = 1; s['D4'] = 2; s['E4'] = 3\n"
                                    "s['C5'] = None; s['Z9'].font = openpyxl.styles.Font(bold=True)");
  if (file.empty()) return;
  CHECK(csv_of(file) == "\na,,b\n\n1,2,3\n");
}

TEST_CASE("formulas are what they gave, errors are empty, and 1904 is a first day, too") {
  const tests::TemporaryFolder folder;
  const std::string file =
      workbook(folder,
               "w.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904\n"
               "s.append(['f', 'e', 'day'])\ns.append(['=1+1', '#N/A', dt.date(2024, 2, 29)])");
  if (file.empty()) return;
  const Error never = raised([&] { read(file); });
  CHECK(never.kind() == Kind::bad_data);
  CHECK_THAT(never.sentence(), Catch::Contains("cell A2 holds a formula that was never computed"));
  // openpyxl computes nothing: what a spreadsheet program would have saved is put in.
  tests::plain_python(
      "import sys, zipfile, shutil\n"
      "a = zipfile.ZipFile(sys.argv[1]); b = zipfile.ZipFile(sys.argv[2], 'w')\n"
      "for i in a.infolist():\n"
      "  x = a.read(i)\n"
      "  if i.filename.endswith('sheet1.xml'): x = x.replace(b'<v></v>', b'<v>2</v>').replace(b'<v />', "
      "b'<v>2</v>')\n"
      "  b.writestr(i, x)\n"
      "b.close()",
      {file, (folder / "saved.xlsx").string()});
  CHECK(csv_of((folder / "saved.xlsx").string()) == "f,e,day\n2,,2024-02-29\n");
}

TEST_CASE(
    "what other programs write: texts in cells, in pieces and escaped, places left out, dates as texts") {
  const tests::TemporaryFolder folder;
  const std::string file = (folder / "other.xlsx").string();
  tests::plain_python(
      "import sys, zipfile\n"
      "z = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)\n"
      "rel = '<Relationships "
      "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">%s</Relationships>'\n"
      "t = 'http://purl.oclc.org/ooxml/officeDocument/relationships/'\n"
      "z.writestr('_rels/.rels', rel % f'<Relationship Id=\"a\" Type=\"{t}officeDocument\" "
      "Target=\"/xl/book.xml\"/>')\n"
      "z.writestr('xl/_rels/book.xml.rels', rel % f'<Relationship Id=\"r9\" Type=\"{t}worksheet\" "
      "Target=\"../sheets/one.xml\"/><Relationship Id=\"r1\" Type=\"{t}sharedStrings\" Target=\"s.xml\"/>')\n"
      "z.writestr('xl/book.xml', f'<x:workbook xmlns:x=\"m\" xmlns:r=\"{t}\"><x:sheets><x:sheet name=\"One\" "
      "sheetId=\"7\" r:id=\"r9\"/></x:sheets></x:workbook>')\n"
      "z.writestr('xl/s.xml', '<sst><si><r><t>in </t></r><r><t>pieces</t></r><rPh><t>no</t></rPh></si>"
      "<si><t>a_x000A_b _x005F_x0041_ c_xZZ</t></si></sst>')\n"
      "z.writestr('sheets/one.xml', '<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>a</t></is></c>"
      "<c t=\"inlineStr\"><is><r><t>b</t></r></is></c><c t=\"str\"><f>A1</f><v>c</v></c><c "
      "t=\"s\"><v>0</v></c></row>"
      "<row><c t=\"b\"><f>TRUE()</f><v>1</v></c><c t=\"d\"><v>2024-02-29</v></c><c t=\"e\"><v>#N/A</v></c>"
      "<c t=\"s\"><v>1</v></c></row></sheetData></worksheet>')\n"
      "z.close()",
      {file});
  CHECK(csv_of(file) == "a,b,c,in pieces\nTrue,2024-02-29,,\"a\nb _x0041_ c_xZZ\"\n");
}

TEST_CASE("a workbook with a spoilt byte is read, or refused in words") {
  const tests::TemporaryFolder folder;
  const std::string file = workbook(folder, "s.append(['a', 'b']); s.append([1, 'x']); s.append([2, 'y'])");
  if (file.empty()) return;
  const std::string whole = files::read_file(file);
  const std::string spoilt = (folder / "spoilt.xlsx").string();
  std::size_t refused = 0;
  for (std::size_t at = 4; at < whole.size(); at += 7) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x55);
    files::write_file(spoilt, bytes, files::AtomicFile::IfExists::replace);
    try {
      read(spoilt);
    } catch (const Error& error) {
      ++refused;
      CHECK(error.kind() == Kind::bad_data);
    }
  }
  CHECK(refused > 100);
}

TEST_CASE("of several sheets one is named; of one that has cells that is not needed") {
  const tests::TemporaryFolder folder;
  const std::string file =
      workbook(folder,
               "s.title = 'April'\ns.append(['a']); s.append([1])\n"
               "m = w.create_sheet('May 1'); m.append(['b']); m.append([2])\nw.create_sheet('Notes')\n"
               "h = w.create_sheet('Lists'); h.append(['c']); h.sheet_state = 'hidden'");
  if (file.empty()) return;
  CHECK(csv_of(file + ":May 1") == "b\n2\n");
  CHECK(spreadsheet_source(file + ":May 1")->name() == "May 1");
  const Error several = raised([&] { read(file); });
  CHECK(several.kind() == Kind::usage);
  CHECK_THAT(several.hint(), Catch::EndsWith("sales of May.xlsx:April'; it has: April, May 1"));
  const Error unknown = raised([&] { read(file + ":Mai 1"); });
  CHECK(unknown.kind() == Kind::no_input);
  CHECK(unknown.hint() == "did you mean 'May 1'?");
  CHECK(raised([&] { read(file + ":Notes"); }).kind() == Kind::bad_data);
}

TEST_CASE("what is no workbook is not taken for one, and a damaged one is refused") {
  const tests::TemporaryFolder folder;
  const std::string file = workbook(folder, "s.append(['a']); s.append([1])");
  if (file.empty()) return;
  const std::string whole = files::read_file(file);
  files::write_file(folder / "a.zip", whole, files::AtomicFile::IfExists::replace);
  CHECK_FALSE(spreadsheet_source((folder / "a.zip").string()));
  files::write_file(folder / "a.xlsx", "a,b\n1,2\n", files::AtomicFile::IfExists::replace);
  CHECK_FALSE(spreadsheet_source((folder / "a.xlsx").string()));
  CHECK_FALSE(spreadsheet_source("none.xlsx:May"));
  CHECK_FALSE(spreadsheet_source("inbox:people.csv"));
  files::write_file(folder / "cut.xlsx", whole.substr(0, whole.size() / 2),
                    files::AtomicFile::IfExists::replace);
  const Error error = raised([&] { read((folder / "cut.xlsx").string()); });
  CHECK(error.kind() == Kind::bad_data);
  CHECK_THAT(error.sentence(), Catch::Contains("cut.xlsx"));
}

TEST_CASE("codes of formats say which numbers are dates and times") {
  for (const char* code : {"yyyy-mm-dd", "dd/mm/yyyy hh:mm", "[$-409]d-mmm-yy;@", "mmm", "D. MMMM YYYY"})
    CHECK(form_of_code(code) == CellForm::date);
  for (const char* code : {"hh:mm:ss", "h \"hours\"", "mm:ss.0", "[$-409]h:mm AM/PM"})
    CHECK(form_of_code(code) == CellForm::time);
  for (const char* code : {"[h]:mm", "[ss]"}) CHECK(form_of_code(code) == CellForm::span);
  for (const char* code :
       {"General", "0.00", "#,##0.00 \"days\"", "[Red]0", "0\\d", "[<100]0;[>5]hh", "@", "0.00E+00"})
    CHECK(form_of_code(code) == CellForm::number);
}

TEST_CASE("cells of a row come in any order, and the last one of a place counts") {
  SheetCells cells(false);
  cells.put_text(0, 4, "b");
  cells.put_text(0, 3, "a");
  cells.put_number(2, 3, 1, CellForm::number);
  cells.put_number(2, 3, 2, CellForm::number);
  cells.put_text(3, 9, "");
  tests::MemorySink csv;
  CHECK(std::move(cells).write_csv(csv).empty());
  CHECK(csv.content == "a,b\n\n2,\n");
}

TEST_CASE(
    "a point in time of which the format shows the hour alone keeps its day, and hours alone have none") {
  SheetCells cells(false);
  cells.put_text(0, 0, "t");
  cells.put_number(1, 0, 43'831.5, CellForm::time);
  cells.put_number(2, 0, 0.25, CellForm::time);
  cells.put_number(3, 0, 1, CellForm::time);
  cells.put_number(4, 0, 1.25, CellForm::span);
  tests::MemorySink csv;
  std::move(cells).write_csv(csv);
  CHECK(csv.content == "t\n2020-01-01 12:00:00\n06:00:00\n00:00:00\n30:00:00\n");
}

TEST_CASE("dates are names of columns as dates, and whole numbers keep all their digits") {
  SheetCells cells(false);
  cells.put_text(0, 0, "id");
  cells.put_number(0, 1, 43'831, CellForm::date);
  cells.put_number(1, 0, 4'000'123'412'341'007, CellForm::number);
  cells.put_number(1, 1, 7, CellForm::number);
  tests::MemorySink csv;
  std::move(cells).write_csv(csv);
  CHECK(csv.content == "id,2020-01-01\n4000123412341007,7\n");
}

TEST_CASE("days count from 1900 with a 29 February, as Excel has it, and stay numbers where calendars end") {
  const auto text_of = [](double days) {
    SheetCells cells(false);
    cells.put_text(0, 0, "d");
    cells.put_number(1, 0, days, CellForm::date);
    tests::MemorySink csv;
    std::move(cells).write_csv(csv);
    return csv.content.substr(2);
  };
  CHECK(text_of(1) == "1900-01-01\n");
  CHECK(text_of(59) == "1900-02-28\n");
  CHECK(text_of(61) == "1900-03-01\n");
  CHECK(text_of(45'351.75) == "2024-02-29 18:00:00\n");
  CHECK(text_of(2'958'465) == "9999-12-31\n");
  CHECK(text_of(2'958'466) == "2958466\n");
  CHECK(text_of(-1) == "-1\n");
}

}  // namespace ctgan::host::table_files
