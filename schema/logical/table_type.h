// What a schema becomes as the type of a table, as stream processors and table formats see it: the common ground of
// Flink's logical types and of Iceberg's version 2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/format.h"

namespace regent::logical {

struct TableField;

// Plain data; as deep and large as TableBudget let it become.
struct TableType {
  enum class Kind {
    kBoolean,
    kInt,
    kLong,
    kFloat,
    kDouble,
    kDecimal,  // precision, scale
    kDate,
    kTime,         // precision: digits of the fraction of a second
    kTimestamp,    // the same; without a time zone
    kTimestampTz,  // the same; an instant
    kString,
    kBinary,
    kFixed,  // length
    kList,   // elements[0]
    kMap,    // elements[0] is the key, elements[1] the value
    kRow,
  };
  Kind kind = Kind::kRow;
  bool nullable = false;
  int precision = 0;
  int scale = 0;
  int64_t length = 0;
  std::vector<TableType> elements;
  std::vector<TableField> fields;  // of a row
};

struct TableField {
  std::string name;
  TableType type;
};

// "decimal(9, 2)", "timestamp(3)", "row".
std::string DescribeType(const TableType& type);

// What keeps a table that was filled with `writer`'s rows from going on with `reader`'s. Types may widen as both
// worlds let them (int to long, float to double, more digits of a decimal before the point, a finer fraction of a
// second), a column may become optional, optional ones may come and any may go; nothing else. Types are
// LOGICAL_TYPE_CHANGED, LOGICAL_FIELD_MADE_REQUIRED and LOGICAL_REQUIRED_FIELD_ADDED; paths are names: `/a/b`.
Comparison CompareTables(const TableType& writer, const TableType& reader, const FormatLimits& limits);

// Bounds what a schema is unfolded to: a type that is used in several places becomes several.
class TableBudget {
 public:
  // SCHEMA_TOO_COMPLEX for more types, or types deeper within each other, than a table can have; the name of a field
  // counts by its length as well.
  absl::Status Enter(std::string_view name, const std::string& path);
  void Leave() { --depth_; }

 private:
  size_t types_ = 0;
  int depth_ = 0;
};

}  // namespace regent::logical
