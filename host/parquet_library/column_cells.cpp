#include "host/parquet_library/column_cells.h"

#include <arrow/extension_type.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>
#include <arrow/util/formatting.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/errors/error.h"
#include "common/table_formats/csv_writer.h"
#include "host/table_files/numeric_texts.h"

namespace ctgan::host::parquet {
namespace {

void append_quoted(std::string_view text, std::string& line) {
  table_formats::append_csv_cell(text, ',', line);
}

// Arrow's words for a day without a calendar are "<value out of range: 9223372036854775807>".
std::string_view checked(std::string_view text) {
  if (text.starts_with('<'))
    throw errors::Error(errors::Kind::bad_data, "a cell is beyond the years that calendars have");
  return text;
}

// Whole numbers of a type with a point have one, as pandas writes them.
const char* missing_point(std::string_view text) {
  return text.find_first_not_of("-0123456789") == std::string_view::npos ? ".0" : "";
}

class NullCells : public ColumnCells {
 public:
  void append(const arrow::Array& /*cells*/, std::int64_t /*row*/, std::string& /*line*/) override {}
};

template <typename Array>
class TextCells : public ColumnCells {
 public:
  void append(const arrow::Array& cells, std::int64_t row, std::string& line) override {
    if (cells.IsNull(row)) return;
    const std::string_view text = static_cast<const Array&>(cells).GetView(row);
    seen_.see(text);
    append_quoted(text, line);
  }
  bool are_categories() const override { return seen_.all(); }

 private:
  table_files::NumericTexts seen_;
};

class BooleanCells : public ColumnCells {
 public:
  void append(const arrow::Array& cells, std::int64_t row, std::string& line) override {
    if (cells.IsValid(row))
      line += static_cast<const arrow::BooleanArray&>(cells).Value(row) ? "True" : "False";
  }
};

// Of numbers and times, as Arrow writes them.
template <typename Type>
class FormattedCells : public ColumnCells {
 public:
  explicit FormattedCells(const arrow::DataType& type) : format_(&type) {}

  void append(const arrow::Array& cells, std::int64_t row, std::string& line) override {
    if (cells.IsNull(row)) return;
    const auto value = static_cast<const typename arrow::TypeTraits<Type>::ArrayType&>(cells).Value(row);
    constexpr bool is_floating = std::is_floating_point_v<std::remove_cvref_t<decltype(value)>>;
    if constexpr (is_floating) {
      if (std::isnan(value)) return;
    }
    format_(value, [&](std::string_view text) {
      line += checked(text);
      if (is_floating) line += missing_point(text);
    });
  }

 private:
  arrow::internal::StringFormatter<Type> format_;
};

// Their shortest digits as numbers of twice their size.
class HalfFloatCells : public ColumnCells {
 public:
  void append(const arrow::Array& cells, std::int64_t row, std::string& line) override {
    if (cells.IsNull(row)) return;
    const std::uint16_t bits = static_cast<const arrow::HalfFloatArray&>(cells).Value(row);
    const float value = arrow::util::Float16::FromBits(bits).ToFloat();
    if (std::isnan(value)) return;
    arrow::internal::StringFormatter<arrow::FloatType> format(nullptr);
    format(value, [&](std::string_view text) { line += std::string(text) + missing_point(text); });
  }
};

template <typename Array>
class DecimalCells : public ColumnCells {
 public:
  void append(const arrow::Array& cells, std::int64_t row, std::string& line) override {
    if (cells.IsValid(row)) line += static_cast<const Array&>(cells).FormatValue(row);
  }
};

// Digits of a fraction of a second in this unit.
int digits_of(arrow::TimeUnit::type unit) {
  constexpr int k_each = 3;
  return k_each * static_cast<int>(unit);
}

std::int64_t units_in_second(arrow::TimeUnit::type unit) {
  constexpr std::int64_t k_thousand = 1000;
  std::int64_t units = 1;
  for (int i = 0; i < static_cast<int>(unit); ++i) units *= k_thousand;
  return units;
}

// Times of day and points in time, with as many digits as the finest cell needs: a column of whole seconds in a type of
// nanoseconds has none, as the CSV file of such a column would not. Points that are all midnights are written as days.
template <typename Type>
class TimeCells : public ColumnCells {
 public:
  explicit TimeCells(const arrow::DataType& type)
      : format_(&type), unit_(static_cast<const Type&>(type).unit()) {
    if constexpr (k_is_moment)
      zone_ = static_cast<const arrow::TimestampType&>(type).timezone().empty() ? "" : "+00:00";
  }

  bool looks_first() const override { return true; }
  void look(const arrow::Array& cells) override {
    for (std::int64_t row = 0; row < cells.length(); ++row)
      if (cells.IsValid(row)) look_at(static_cast<std::int64_t>(values(cells).Value(row)));
  }

  void append(const arrow::Array& cells, std::int64_t row, std::string& line) override {
    if (cells.IsNull(row)) return;
    format_(values(cells).Value(row), [&](std::string_view text) {
      // Arrow ends a point in time with a zone with "Z".
      if (checked(text).ends_with('Z')) text.remove_suffix(1);
      line += text.substr(0, text.size() - cut());
    });
    if (!is_day()) line += zone_;
  }

 private:
  static constexpr bool k_is_moment = std::is_same_v<Type, arrow::TimestampType>;

  static const auto& values(const arrow::Array& cells) {
    return static_cast<const typename arrow::TypeTraits<Type>::ArrayType&>(cells);
  }

  void look_at(std::int64_t value) {
    constexpr std::int64_t k_ten = 10, k_seconds_of_day = 86'400;
    std::int64_t rest = value % units_in_second(unit_);
    has_hours_ = has_hours_ || value % (units_in_second(unit_) * k_seconds_of_day) != 0;
    int digits = rest == 0 ? 0 : digits_of(unit_);
    for (; rest != 0 && rest % k_ten == 0; rest /= k_ten) --digits;
    digits_ = std::max(digits_, digits);
  }

  bool is_day() const { return k_is_moment && !has_hours_ && zone_.empty(); }
  // How much of Arrow's text is left out at its end.
  std::size_t cut() const {
    constexpr std::string_view k_midnight = " 00:00:00";
    const int digits = digits_of(unit_);
    const int point = digits > 0 ? 1 : 0;
    if (is_day()) return k_midnight.size() + static_cast<std::size_t>(digits + point);
    return static_cast<std::size_t>(digits - digits_ + (digits_ == 0 ? point : 0));
  }

  arrow::internal::StringFormatter<Type> format_;
  arrow::TimeUnit::type unit_;
  std::string zone_;
  int digits_ = 0;
  bool has_hours_ = false;
};

class UuidCells : public ColumnCells {
 public:
  void append(const arrow::Array& cells, std::int64_t row, std::string& line) override {
    if (cells.IsNull(row)) return;
    const auto& storage = *static_cast<const arrow::ExtensionArray&>(cells).storage();
    const std::string_view bytes = static_cast<const arrow::FixedSizeBinaryArray&>(storage).GetView(row);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      fmt::format_to(std::back_inserter(line), "{}{:02x}", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
                     static_cast<unsigned char>(bytes[i]));
  }
};

class ExtensionCells : public ColumnCells {
 public:
  explicit ExtensionCells(std::unique_ptr<ColumnCells> storage) : storage_(std::move(storage)) {}
  bool looks_first() const override { return storage_->looks_first(); }
  bool are_categories() const override { return storage_->are_categories(); }
  void look(const arrow::Array& cells) override { storage_->look(inner(cells)); }
  void append(const arrow::Array& cells, std::int64_t row, std::string& line) override {
    storage_->append(inner(cells), row, line);
  }

 private:
  static const arrow::Array& inner(const arrow::Array& cells) {
    return *static_cast<const arrow::ExtensionArray&>(cells).storage();
  }
  std::unique_ptr<ColumnCells> storage_;
};

class DictionaryCells : public ColumnCells {
 public:
  explicit DictionaryCells(std::unique_ptr<ColumnCells> values) : values_(std::move(values)) {}
  bool are_categories() const override { return true; }
  bool looks_first() const override { return values_->looks_first(); }
  void look(const arrow::Array& cells) override {
    values_->look(*static_cast<const arrow::DictionaryArray&>(cells).dictionary());
  }
  void append(const arrow::Array& cells, std::int64_t row, std::string& line) override {
    const auto& codes = static_cast<const arrow::DictionaryArray&>(cells);
    if (codes.IsValid(row)) values_->append(*codes.dictionary(), codes.GetValueIndex(row), line);
  }

 private:
  std::unique_ptr<ColumnCells> values_;
};

template <typename Type>
std::unique_ptr<ColumnCells> formatted(const arrow::DataType& type) {
  return std::make_unique<FormattedCells<Type>>(type);
}

std::unique_ptr<ColumnCells> extension(const arrow::ExtensionType& type) {
  if (type.extension_name() == "arrow.uuid") return std::make_unique<UuidCells>();
  return std::make_unique<ExtensionCells>(ColumnCells::of(*type.storage_type()));
}

}  // namespace

std::unique_ptr<ColumnCells> ColumnCells::of(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::BOOL:
      return std::make_unique<BooleanCells>();
    case arrow::Type::INT8:
      return formatted<arrow::Int8Type>(type);
    case arrow::Type::INT16:
      return formatted<arrow::Int16Type>(type);
    case arrow::Type::INT32:
      return formatted<arrow::Int32Type>(type);
    case arrow::Type::INT64:
      return formatted<arrow::Int64Type>(type);
    case arrow::Type::UINT8:
      return formatted<arrow::UInt8Type>(type);
    case arrow::Type::UINT16:
      return formatted<arrow::UInt16Type>(type);
    case arrow::Type::UINT32:
      return formatted<arrow::UInt32Type>(type);
    case arrow::Type::UINT64:
      return formatted<arrow::UInt64Type>(type);
    case arrow::Type::HALF_FLOAT:
      return std::make_unique<HalfFloatCells>();
    case arrow::Type::FLOAT:
      return formatted<arrow::FloatType>(type);
    case arrow::Type::DOUBLE:
      return formatted<arrow::DoubleType>(type);
    case arrow::Type::DECIMAL32:
      return std::make_unique<DecimalCells<arrow::Decimal32Array>>();
    case arrow::Type::DECIMAL64:
      return std::make_unique<DecimalCells<arrow::Decimal64Array>>();
    case arrow::Type::DECIMAL128:
      return std::make_unique<DecimalCells<arrow::Decimal128Array>>();
    case arrow::Type::DECIMAL256:
      return std::make_unique<DecimalCells<arrow::Decimal256Array>>();
    case arrow::Type::STRING:
      return std::make_unique<TextCells<arrow::StringArray>>();
    case arrow::Type::LARGE_STRING:
      return std::make_unique<TextCells<arrow::LargeStringArray>>();
    case arrow::Type::STRING_VIEW:
      return std::make_unique<TextCells<arrow::StringViewArray>>();
    case arrow::Type::DATE32:
      return formatted<arrow::Date32Type>(type);
    case arrow::Type::DATE64:
      return formatted<arrow::Date64Type>(type);
    case arrow::Type::DURATION:
      return formatted<arrow::DurationType>(type);
    case arrow::Type::TIME32:
      return std::make_unique<TimeCells<arrow::Time32Type>>(type);
    case arrow::Type::TIME64:
      return std::make_unique<TimeCells<arrow::Time64Type>>(type);
    case arrow::Type::TIMESTAMP:
      return std::make_unique<TimeCells<arrow::TimestampType>>(type);
    case arrow::Type::DICTIONARY:
      return std::make_unique<DictionaryCells>(
          of(*static_cast<const arrow::DictionaryType&>(type).value_type()));
    case arrow::Type::EXTENSION:
      return extension(static_cast<const arrow::ExtensionType&>(type));
    default:
      return std::make_unique<NullCells>();
  }
}

}  // namespace ctgan::host::parquet
