#include "host/parquet_library/column_writer.h"

#include <arrow/builder.h>
#include <arrow/extension_type.h>
#include <arrow/util/decimal.h>
#include <arrow/util/float16.h>
#include <arrow/util/value_parsing.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "common/errors/error.h"

namespace ctgan::host::parquet {
namespace {

using Type = std::shared_ptr<arrow::DataType>;

template <typename Builder>
class BuiltColumn : public ColumnWriter {
 public:
  explicit BuiltColumn(const Type& type) : builder_(type, arrow::default_memory_pool()) {}
  void append_null() override { require(builder_.AppendNull()); }
  std::shared_ptr<arrow::Array> finish() override {
    std::shared_ptr<arrow::Array> made;
    require(builder_.Finish(&made));
    return made;
  }

 protected:
  Builder& builder() { return builder_; }

 private:
  Builder builder_;
};

class NullColumn : public ColumnWriter {
 public:
  bool fits(std::string_view /*cell*/) override { return false; }
  void append(std::string_view /*cell*/) override {}
  void append_null() override { ++count_; }
  std::shared_ptr<arrow::Array> finish() override {
    return std::make_shared<arrow::NullArray>(std::exchange(count_, 0));
  }

 private:
  std::int64_t count_ = 0;
};

template <typename Builder>
class TextColumn : public BuiltColumn<Builder> {
 public:
  using BuiltColumn<Builder>::BuiltColumn;
  bool fits(std::string_view /*cell*/) override { return true; }
  void append(std::string_view cell) override { require(this->builder().Append(cell)); }
};

// What Arrow itself reads from a text.
template <typename ArrowType>
class ParsedColumn : public BuiltColumn<typename arrow::TypeTraits<ArrowType>::BuilderType> {
 public:
  explicit ParsedColumn(const Type& type)
      : BuiltColumn<typename arrow::TypeTraits<ArrowType>::BuilderType>(type), type_(type) {}

  bool fits(std::string_view cell) override { return value(cell).has_value(); }
  void append(std::string_view cell) override {
    const auto parsed = value(cell).value();
    if constexpr (std::is_same_v<ArrowType, arrow::HalfFloatType>)
      require(this->builder().Append(parsed.bits()));
    else
      require(this->builder().Append(parsed));
  }

 private:
  using Value = typename arrow::internal::StringConverter<ArrowType>::value_type;

  std::optional<Value> value(std::string_view cell) const {
    const auto& type = static_cast<const ArrowType&>(*type_);
    Value parsed{};
    if constexpr (std::is_same_v<ArrowType, arrow::TimestampType>) {
      // A zone where the type has none, or none where it has one, would be another point in time.
      bool has_zone = false;
      const bool read =
          arrow::internal::ParseTimestampISO8601(cell.data(), cell.size(), type.unit(), &parsed, &has_zone);
      if (!read || has_zone == type.timezone().empty()) return std::nullopt;
      return parsed;
    } else {
      if (!arrow::internal::ParseValue<ArrowType>(type, cell.data(), cell.size(), &parsed))
        return std::nullopt;
      return parsed;
    }
  }

  Type type_;
};

class BooleanColumn : public BuiltColumn<arrow::BooleanBuilder> {
 public:
  using BuiltColumn::BuiltColumn;
  bool fits(std::string_view cell) override { return value(cell).has_value(); }
  void append(std::string_view cell) override { require(builder().Append(value(cell).value())); }

 private:
  static std::optional<bool> value(std::string_view cell) {
    bool read = false;
    // Digits are numbers.
    if (cell.size() < 2 || !arrow::internal::ParseValue<arrow::BooleanType>(arrow::BooleanType(), cell.data(),
                                                                            cell.size(), &read))
      return std::nullopt;
    return read;
  }
};

template <typename ArrowType, typename Value>
class DecimalColumn : public BuiltColumn<typename arrow::TypeTraits<ArrowType>::BuilderType> {
 public:
  explicit DecimalColumn(const Type& type)
      : BuiltColumn<typename arrow::TypeTraits<ArrowType>::BuilderType>(type),
        precision_(static_cast<const ArrowType&>(*type).precision()),
        scale_(static_cast<const ArrowType&>(*type).scale()) {}

  bool fits(std::string_view cell) override { return value(cell).has_value(); }
  void append(std::string_view cell) override { require(this->builder().Append(value(cell).value())); }

 private:
  // A model draws digits that the scale has no place for: they are rounded.
  std::optional<Value> value(std::string_view cell) const {
    Value read;
    std::int32_t precision = 0, scale = 0;
    if (!Value::FromString(cell, &read, &precision, &scale).ok()) return std::nullopt;
    if (scale > scale_) {
      read = Value(read.ReduceScaleBy(scale - scale_, true));
      scale = scale_;
    }
    const auto scaled = read.Rescale(scale, scale_);
    if (!scaled.ok() || !scaled->FitsInPrecision(precision_)) return std::nullopt;
    return *scaled;
  }

  std::int32_t precision_, scale_;
};

class UuidColumn : public ColumnWriter {
 public:
  explicit UuidColumn(Type type)
      : type_(std::move(type)),
        bytes_(static_cast<const arrow::ExtensionType&>(*type_).storage_type(),
               arrow::default_memory_pool()) {}
  bool fits(std::string_view cell) override { return value(cell).has_value(); }
  void append(std::string_view cell) override { require(bytes_.Append(value(cell)->data())); }
  void append_null() override { require(bytes_.AppendNull()); }
  std::shared_ptr<arrow::Array> finish() override {
    std::shared_ptr<arrow::Array> made;
    require(bytes_.Finish(&made));
    return arrow::ExtensionType::WrapArray(type_, made);
  }

 private:
  using Bytes = std::array<std::uint8_t, 16>;

  static std::optional<Bytes> value(std::string_view cell) {
    Bytes bytes{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const bool has_dash = i == 4 || i == 6 || i == 8 || i == 10;
      if (has_dash && (at >= cell.size() || cell[at++] != '-')) return std::nullopt;
      const char* const first = cell.data() + at;
      if (at + 2 > cell.size() || std::from_chars(first, first + 2, bytes[i], 16).ptr != first + 2)
        return std::nullopt;
      at += 2;
    }
    return at == cell.size() ? std::optional(bytes) : std::nullopt;
  }

  Type type_;
  arrow::FixedSizeBinaryBuilder bytes_;
};

template <typename IndexType>
void append_codes(arrow::ArrayBuilder& builder, const std::vector<std::int64_t>& codes) {
  auto& numbers = static_cast<arrow::NumericBuilder<IndexType>&>(builder);
  for (const std::int64_t code : codes)
    require(code < 0 ? numbers.AppendNull() : numbers.Append(static_cast<typename IndexType::c_type>(code)));
}

std::int64_t most_codes(arrow::Type::type id) {
  switch (id) {
    case arrow::Type::INT8:
      return std::numeric_limits<std::int8_t>::max();
    case arrow::Type::UINT8:
      return std::numeric_limits<std::uint8_t>::max();
    case arrow::Type::INT16:
      return std::numeric_limits<std::int16_t>::max();
    case arrow::Type::UINT16:
      return std::numeric_limits<std::uint16_t>::max();
    default:
      return std::numeric_limits<std::int32_t>::max();
  }
}

class DictionaryColumn : public ColumnWriter {
 public:
  explicit DictionaryColumn(const Type& type)
      : type_(type),
        index_(static_cast<const arrow::DictionaryType&>(*type).index_type()),
        most_(most_codes(index_->id())),
        values_(of(static_cast<const arrow::DictionaryType&>(*type).value_type())) {}

  bool fits(std::string_view cell) override {
    if (!values_->fits(cell)) return false;
    if (static_cast<std::int64_t>(known_.size()) <= most_) known_.emplace(cell);
    return static_cast<std::int64_t>(known_.size()) <= most_;
  }
  void append(std::string_view cell) override {
    const auto [place, is_new] = codes_of_.try_emplace(std::string(cell), codes_of_.size());
    if (is_new) values_->append(cell);
    codes_.push_back(static_cast<std::int64_t>(place->second));
  }
  void append_null() override { codes_.push_back(-1); }

  std::shared_ptr<arrow::Array> finish() override {
    std::unique_ptr<arrow::ArrayBuilder> builder;
    require(arrow::MakeBuilder(arrow::default_memory_pool(), index_, &builder));
    append_to(*builder);
    codes_.clear();
    codes_of_.clear();
    std::shared_ptr<arrow::Array> codes;
    require(builder->Finish(&codes));
    return std::make_shared<arrow::DictionaryArray>(type_, codes, values_->finish());
  }

 private:
  void append_to(arrow::ArrayBuilder& builder) const {
    switch (index_->id()) {
      case arrow::Type::INT8:
        return append_codes<arrow::Int8Type>(builder, codes_);
      case arrow::Type::UINT8:
        return append_codes<arrow::UInt8Type>(builder, codes_);
      case arrow::Type::INT16:
        return append_codes<arrow::Int16Type>(builder, codes_);
      case arrow::Type::UINT16:
        return append_codes<arrow::UInt16Type>(builder, codes_);
      case arrow::Type::INT32:
        return append_codes<arrow::Int32Type>(builder, codes_);
      case arrow::Type::UINT32:
        return append_codes<arrow::UInt32Type>(builder, codes_);
      case arrow::Type::INT64:
        return append_codes<arrow::Int64Type>(builder, codes_);
      default:
        return append_codes<arrow::UInt64Type>(builder, codes_);
    }
  }

  Type type_, index_;
  std::int64_t most_;
  std::unique_ptr<ColumnWriter> values_;
  std::set<std::string, std::less<>> known_;
  std::map<std::string, std::size_t, std::less<>> codes_of_;
  std::vector<std::int64_t> codes_;  // of the rows; negative: null
};

// Cells of an extension type are those of its storage, of which field_of makes the column.
template <typename ArrowType>
std::unique_ptr<ColumnWriter> parsed(const Type& type) {
  return std::make_unique<ParsedColumn<ArrowType>>(type);
}

}  // namespace

void require(const arrow::Status& status) {
  if (!status.ok()) throw errors::Error(errors::Kind::io, "cannot write Parquet: " + status.message());
}

std::unique_ptr<ColumnWriter> ColumnWriter::of(const std::shared_ptr<arrow::DataType>& type) {
  switch (type->id()) {
    case arrow::Type::BOOL:
      return std::make_unique<BooleanColumn>(type);
    case arrow::Type::INT8:
      return parsed<arrow::Int8Type>(type);
    case arrow::Type::INT16:
      return parsed<arrow::Int16Type>(type);
    case arrow::Type::INT32:
      return parsed<arrow::Int32Type>(type);
    case arrow::Type::INT64:
      return parsed<arrow::Int64Type>(type);
    case arrow::Type::UINT8:
      return parsed<arrow::UInt8Type>(type);
    case arrow::Type::UINT16:
      return parsed<arrow::UInt16Type>(type);
    case arrow::Type::UINT32:
      return parsed<arrow::UInt32Type>(type);
    case arrow::Type::UINT64:
      return parsed<arrow::UInt64Type>(type);
    case arrow::Type::HALF_FLOAT:
      return parsed<arrow::HalfFloatType>(type);
    case arrow::Type::FLOAT:
      return parsed<arrow::FloatType>(type);
    case arrow::Type::DOUBLE:
      return parsed<arrow::DoubleType>(type);
    case arrow::Type::DECIMAL32:
      return std::make_unique<DecimalColumn<arrow::Decimal32Type, arrow::Decimal32>>(type);
    case arrow::Type::DECIMAL64:
      return std::make_unique<DecimalColumn<arrow::Decimal64Type, arrow::Decimal64>>(type);
    case arrow::Type::DECIMAL128:
      return std::make_unique<DecimalColumn<arrow::Decimal128Type, arrow::Decimal128>>(type);
    case arrow::Type::DECIMAL256:
      return std::make_unique<DecimalColumn<arrow::Decimal256Type, arrow::Decimal256>>(type);
    case arrow::Type::LARGE_STRING:
      return std::make_unique<TextColumn<arrow::LargeStringBuilder>>(type);
    case arrow::Type::STRING_VIEW:
      return std::make_unique<TextColumn<arrow::StringViewBuilder>>(type);
    case arrow::Type::DATE32:
      return parsed<arrow::Date32Type>(type);
    case arrow::Type::DATE64:
      return parsed<arrow::Date64Type>(type);
    case arrow::Type::TIME32:
      return parsed<arrow::Time32Type>(type);
    case arrow::Type::TIME64:
      return parsed<arrow::Time64Type>(type);
    case arrow::Type::TIMESTAMP:
      return parsed<arrow::TimestampType>(type);
    case arrow::Type::DURATION:
      return parsed<arrow::DurationType>(type);
    case arrow::Type::DICTIONARY:
      return std::make_unique<DictionaryColumn>(type);
    case arrow::Type::EXTENSION:
      return std::make_unique<UuidColumn>(type);
    case arrow::Type::NA:
      return std::make_unique<NullColumn>();
    default:
      return std::make_unique<TextColumn<arrow::StringBuilder>>(type);
  }
}

}  // namespace ctgan::host::parquet
