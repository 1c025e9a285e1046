#include "schema/logical/test_support.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "schema/all_formats.h"
#include "schema/logical/table_of.h"

namespace regent::logical {
namespace {

std::string Text(const TableType& type) {
  std::string text = DescribeType(type);
  for (size_t i = 0; i < type.elements.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "<" : ", ", Text(type.elements[i]), i + 1 == type.elements.size() ? ">" : "");
  }
  if (type.kind != TableType::Kind::kRow) return text;
  text += "{";
  for (size_t i = 0; i < type.fields.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ", ", type.fields[i].name, ": ", Text(type.fields[i].type));
  }
  return text + "}";
}

absl::StatusOr<TableType> Convert(SchemaType type, std::string_view schema) {
  const auto parsed = FindFormat(type)->Parse(schema, {}, Validation::kStrict, FormatLimits());
  EXPECT_TRUE(parsed.ok()) << parsed.status() << "\n" << schema;
  if (!parsed.ok()) return parsed.status();
  return TableOf(**parsed);
}

}  // namespace

std::string TableText(SchemaType type, std::string_view schema) {
  const absl::StatusOr<TableType> table = Convert(type, schema);
  if (table.ok()) return Text(*table);
  return absl::StrCat("! ", table.status().message());
}

TableType MustConvert(SchemaType type, std::string_view schema) {
  const absl::StatusOr<TableType> table = Convert(type, schema);
  EXPECT_TRUE(table.ok()) << table.status();
  return table.value_or(TableType());
}

}  // namespace regent::logical
