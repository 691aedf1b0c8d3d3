#include "host/table_files/workbook.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "common/errors/error.h"
#include "host/table_files/xml_reader.h"

namespace ctgan::host::table_files {
namespace {

using errors::Error;
using errors::Kind;

constexpr std::uint32_t k_rows = 1'048'576;
constexpr std::uint32_t k_columns = 16'384;

std::string folder_of(std::string_view part) {
  const std::size_t slash = part.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(part.substr(0, slash + 1));
}

// Of "xl/workbook.xml" and "../media/a" it is "media/a"; a name that begins with a slash is whole.
std::string resolved(const std::string& from, std::string_view target) {
  if (target.starts_with('/')) return std::string(target.substr(1));
  return (std::filesystem::path(folder_of(from)) / target).lexically_normal().generic_string();
}

template <typename Number>
Number number_or(std::string_view text, Number otherwise) {
  Number value{};
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  return status == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

bool is_true(std::string_view text) {
  return text == "1" || text == "true";
}

// Texts of XML cannot hold every character: "_x000D_" stands for one that they cannot.
std::string unescaped(std::string text) {
  constexpr std::size_t k_length = 7;  // of "_x000D_"
  constexpr int k_hexadecimal = 16;
  for (std::size_t at = 0; (at = text.find("_x", at)) != std::string::npos; ++at) {
    const char* const digits = text.data() + at + 2;
    unsigned code = 0;
    const bool is_escape = at + k_length <= text.size() && text[at + k_length - 1] == '_' &&
                           std::from_chars(digits, digits + 4, code, k_hexadecimal).ptr == digits + 4;
    constexpr unsigned k_ascii_end = 0x80;
    if (is_escape && code > 0 && code < k_ascii_end)
      text.replace(at, k_length, std::string(1, static_cast<char>(code)));
  }
  return text;
}

// The text of an item or a cell that stands in pieces, of which those in `rPh` say how it is pronounced.
class PiecedText {
 public:
  void start(std::string_view element) {
    if (element == "rPh") ++pronounced_;
    is_open_ = element == "t" && pronounced_ == 0;
  }
  void end(std::string_view element) {
    if (element == "rPh") --pronounced_;
    is_open_ = false;
  }
  void take(std::string_view text) {
    if (is_open_) text_ += text;
  }
  std::string finish() { return unescaped(std::exchange(text_, {})); }

 private:
  std::string text_;
  int pronounced_ = 0;
  bool is_open_ = false;
};

void ignore(std::string_view /*text*/) {}

struct Place {
  std::uint32_t row = 0, column = 0;  // from 0
};

// "C2". Throws Error(bad_data) for what is beyond a sheet.
Place place_of(std::string_view address) {
  constexpr std::uint32_t k_letters = 26, k_ten = 10;
  std::uint32_t row = 0, column = 0;
  for (const char c : address) {
    if (c >= 'A' && c <= 'Z')
      column = std::min(column * k_letters + static_cast<std::uint32_t>(c - 'A' + 1), k_columns + 1);
    if (c >= '0' && c <= '9') row = std::min(row * k_ten + static_cast<std::uint32_t>(c - '0'), k_rows + 1);
  }
  if (row < 1 || column < 1 || row > k_rows || column > k_columns)
    throw Error(Kind::bad_data, fmt::format("a sheet has no cell {}", errors::quoted(address)));
  return {row - 1, column - 1};
}

// "C2"
std::string address_of(const Place& place) {
  constexpr std::uint32_t k_letters = 26;
  std::string letters;
  for (std::uint32_t left = place.column + 1; left > 0; left = (left - 1) / k_letters)
    letters.insert(letters.begin(), static_cast<char>('A' + (left - 1) % k_letters));
  return letters + std::to_string(place.row + 1);
}

}  // namespace

// The cells of one sheet, element by element.
class Workbook::SheetReader {
 public:
  SheetReader(const Workbook& book, SheetCells& cells) : book_(book), cells_(cells) {}

  void start(std::string_view element, const XmlAttributes& attributes) {
    if (element == "row") {
      // Where rows and cells do not say where they are they follow each other.
      const auto named = number_or<std::uint32_t>(attributes.text("r"), row_end_ + 1);
      if (named < 1 || named > k_rows)
        throw Error(Kind::bad_data, fmt::format("a sheet has no row {}", named));
      place_ = {named - 1, 0};
      row_end_ = named;
    } else if (element == "c") {
      if (attributes.has("r")) place_ = place_of(attributes.text("r"));
      type_ = attributes.text("t");
      format_ = number_or<std::size_t>(attributes.text("s"), 0);
    } else if (element == "v") {
      in_value_ = true;
    } else if (element == "f") {
      has_formula_ = true;
    }
    inline_.start(element);
  }
  void text(std::string_view text) {
    if (in_value_) value_ += text;
    inline_.take(text);
  }
  void end(std::string_view element) {
    inline_.end(element);
    if (element == "v") in_value_ = false;
    if (element != "c") return;
    put();
    value_.clear();
    has_formula_ = false;
    ++place_.column;
  }

 private:
  void put() {
    const std::string inlined = inline_.finish();
    if (type_ == "inlineStr") return put_text(inlined);
    if (value_.empty() && has_formula_ && type_.empty())
      throw Error(Kind::bad_data,
                  fmt::format("cell {} holds a formula that was never computed", address_of(place_)),
                  "open the workbook in a spreadsheet program and save it, or the sheet as CSV");
    if (value_.empty() || type_ == "e") return;
    if (type_ == "s") return put_text(shared_text());
    if (type_ == "str") return put_text(unescaped(value_));
    if (type_ == "d") return put_text(value_);  // a date as ISO 8601 writes it
    const double number = number_or(value_, std::numeric_limits<double>::quiet_NaN());
    if (!std::isfinite(number))
      throw Error(Kind::bad_data,
                  fmt::format("cell {} holds no number, but {}", address_of(place_), errors::quoted(value_)));
    if (type_ == "b") return cells_.put_boolean(place_.row, place_.column, number != 0);
    const CellForm form = format_ < book_.forms_.size() ? book_.forms_[format_] : CellForm::number;
    cells_.put_number(place_.row, place_.column, number, form);
  }
  void put_text(std::string_view text) { cells_.put_text(place_.row, place_.column, text); }
  const std::string& shared_text() const {
    const auto number = number_or<std::size_t>(value_, book_.strings_.size());
    if (number >= book_.strings_.size())
      throw Error(Kind::bad_data, "a cell names a text that the workbook has not");
    return book_.strings_[number];
  }

  const Workbook& book_;
  SheetCells& cells_;
  Place place_;
  std::uint32_t row_end_ = 0;
  std::string type_, value_;
  std::size_t format_ = 0;
  PiecedText inline_;
  bool in_value_ = false;
  bool has_formula_ = false;
};

Workbook::Workbook(const std::filesystem::path& file) : archive_(file) {
  const auto is_of = [](const Relation& relation, std::string_view kind) {
    return relation.type.ends_with(kind);
  };
  const std::vector<Relation> roots = relations_of("");
  const auto root = std::find_if(roots.begin(), roots.end(),
                                 [&](const Relation& each) { return is_of(each, "/officeDocument"); });
  if (root == roots.end()) throw Error(Kind::bad_data, "there is no workbook in it");
  for (const Relation& relation : relations_of(root->target)) {
    if (is_of(relation, "/sharedStrings")) read_strings(relation.target);
    if (is_of(relation, "/styles")) read_styles(relation.target);
  }
  read_book(root->target);
}

std::vector<Workbook::Relation> Workbook::relations_of(const std::string& part) const {
  const std::string folder = folder_of(part);
  const std::string name = fmt::format("{}_rels/{}.rels", folder, part.substr(folder.size()));
  std::vector<Relation> found;
  if (!archive_.has(name)) return found;
  const auto start = [&](std::string_view element, const XmlAttributes& attributes) {
    if (element == "Relationship" && attributes.text("TargetMode") != "External")
      found.push_back({std::string(attributes.text("Id")), std::string(attributes.text("Type")),
                       resolved(part, attributes.text("Target"))});
  };
  read_xml({start, ignore, ignore}, [&](const auto& take) { archive_.read(name, take); });
  return found;
}

void Workbook::read_book(const std::string& part) {
  const std::vector<Relation> relations = relations_of(part);
  const auto start = [&](std::string_view element, const XmlAttributes& attributes) {
    if (element == "workbookPr") is_1904_ = is_true(attributes.text("date1904"));
    if (element != "sheet") return;
    const std::string_view id = attributes.text("id");
    const auto relation =
        std::find_if(relations.begin(), relations.end(), [&](const Relation& each) { return each.id == id; });
    // Sheets of charts alone have no cells.
    if (relation == relations.end() || !relation->type.ends_with("/worksheet")) return;
    names_.emplace_back(attributes.text("name"));
    hidden_.push_back(attributes.text("state").ends_with("idden"));  // or veryHidden
    parts_.push_back(relation->target);
  };
  read_xml({start, ignore, ignore}, [&](const auto& take) { archive_.read(part, take); });
}

void Workbook::read_strings(const std::string& part) {
  PiecedText item;
  const auto start = [&](std::string_view element, const XmlAttributes& /*attributes*/) {
    item.start(element);
  };
  const auto end = [&](std::string_view element) {
    item.end(element);
    if (element == "si") strings_.push_back(item.finish());
  };
  const auto text = [&](std::string_view piece) { item.take(piece); };
  read_xml({start, end, text}, [&](const auto& take) { archive_.read(part, take); });
}

void Workbook::read_styles(const std::string& part) {
  std::map<std::size_t, CellForm> own;  // formats of this workbook, by their number
  bool of_cells = false;
  const auto start = [&](std::string_view element, const XmlAttributes& attributes) {
    if (element == "cellXfs") of_cells = true;
    const auto id = number_or<std::size_t>(attributes.text("numFmtId"), 0);
    if (element == "numFmt") own[id] = form_of_code(attributes.text("formatCode"));
    if (element != "xf" || !of_cells) return;
    const auto found = own.find(id);
    forms_.push_back(found != own.end() ? found->second : form_of_builtin(id));
  };
  const auto end = [&](std::string_view element) {
    if (element == "cellXfs") of_cells = false;
  };
  read_xml({start, end, ignore}, [&](const auto& take) { archive_.read(part, take); });
}

SheetCells Workbook::read(std::size_t sheet) const {
  SheetCells cells(is_1904_);
  SheetReader reader(*this, cells);
  read_xml(
      {[&](std::string_view element, const XmlAttributes& attributes) { reader.start(element, attributes); },
       [&](std::string_view element) { reader.end(element); },
       [&](std::string_view text) { reader.text(text); }},
      [&](const auto& take) { archive_.read(parts_[sheet], take); });
  return cells;
}

}  // namespace ctgan::host::table_files
