#include "host/parquet_library/storage_type.h"

#include <arrow/c/bridge.h>
#include <arrow/extension/uuid.h>
#include <arrow/extension_type.h>
#include <arrow/type_traits.h>

namespace ctgan::host::parquet {
namespace {

constexpr std::string_view k_required = "required ";
constexpr std::string_view k_categories = "categories ";
constexpr std::string_view k_uuid = "uuid";

std::string format_of(const arrow::DataType& type) {
  ArrowSchema schema{};
  if (!arrow::ExportType(type, &schema).ok()) return {};
  std::string format = schema.format;
  schema.release(&schema);
  return format;
}

std::shared_ptr<arrow::DataType> type_of_format(const std::string& format) {
  ArrowSchema schema{};
  schema.format = format.c_str();
  schema.name = "";
  schema.flags = ARROW_FLAG_NULLABLE;
  // Nothing is given away; Arrow sets it to null when it has read the rest.
  schema.release = [](ArrowSchema* given) { given->release = nullptr; };
  return arrow::ImportType(&schema).ValueOr(nullptr);
}

// The type in its plain words, without what stands before them.
std::string plain_type(const arrow::DataType& type) {
  if (type.id() != arrow::Type::EXTENSION) return format_of(type);
  const auto& extension = static_cast<const arrow::ExtensionType&>(type);
  return extension.extension_name() == "arrow.uuid" ? std::string(k_uuid)
                                                    : format_of(*extension.storage_type());
}

std::shared_ptr<arrow::DataType> type_of(std::string_view words) {
  if (words == k_uuid) return arrow::extension::uuid();
  if (!words.starts_with(k_categories)) return type_of_format(std::string(words));
  words.remove_prefix(k_categories.size());
  const std::size_t space = words.find(' ');
  if (space == std::string_view::npos) return nullptr;
  const auto codes = type_of_format(std::string(words.substr(0, space)));
  const auto values = type_of_format(std::string(words.substr(space + 1)));
  if (codes == nullptr || values == nullptr || !arrow::is_integer(codes->id())) return nullptr;
  return arrow::dictionary(codes, values);
}

}  // namespace

bool has_texts(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::EXTENSION: {
      const auto& extension = static_cast<const arrow::ExtensionType&>(type);
      return extension.extension_name() == "arrow.uuid" || has_texts(*extension.storage_type());
    }
    case arrow::Type::DICTIONARY: {
      const arrow::DataType& values = *static_cast<const arrow::DictionaryType&>(type).value_type();
      return values.id() != arrow::Type::DICTIONARY && has_texts(values);
    }
    case arrow::Type::NA:
    case arrow::Type::BOOL:
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
    case arrow::Type::STRING_VIEW:
    case arrow::Type::DATE32:
    case arrow::Type::DATE64:
    case arrow::Type::TIME32:
    case arrow::Type::TIME64:
    case arrow::Type::TIMESTAMP:
    case arrow::Type::DURATION:
      return true;
    default:
      return arrow::is_integer(type.id()) || arrow::is_floating(type.id()) || arrow::is_decimal(type.id());
  }
}

std::string storage_type(const arrow::Field& field) {
  std::string words = field.nullable() ? std::string() : std::string(k_required);
  if (field.type()->id() != arrow::Type::DICTIONARY) return words + plain_type(*field.type());
  const auto& dictionary = static_cast<const arrow::DictionaryType&>(*field.type());
  words += k_categories;
  return words + format_of(*dictionary.index_type()) + " " + plain_type(*dictionary.value_type());
}

std::shared_ptr<arrow::Field> field_of(std::string_view name, std::string_view storage_type) {
  const bool is_required = storage_type.starts_with(k_required);
  if (is_required) storage_type.remove_prefix(k_required.size());
  const auto type = type_of(storage_type);
  if (type == nullptr || !has_texts(*type)) return nullptr;
  return arrow::field(std::string(name), type, !is_required);
}

}  // namespace ctgan::host::parquet
