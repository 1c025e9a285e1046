#include "schema/logical/table_type.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/snippet.h"

namespace regent::logical {
namespace {

using Kind = TableType::Kind;

constexpr size_t kMaxTypes = 100000;
constexpr size_t kNameBytesPerType = 100;
constexpr int kMaxDepth = 100;

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kBoolean:
      return "boolean";
    case Kind::kInt:
      return "int";
    case Kind::kLong:
      return "long";
    case Kind::kFloat:
      return "float";
    case Kind::kDouble:
      return "double";
    case Kind::kDecimal:
      return "decimal";
    case Kind::kDate:
      return "date";
    case Kind::kTime:
      return "time";
    case Kind::kTimestamp:
      return "timestamp without time zone";
    case Kind::kTimestampTz:
      return "timestamp";
    case Kind::kString:
      return "string";
    case Kind::kBinary:
      return "binary";
    case Kind::kFixed:
      return "fixed";
    case Kind::kList:
      return "list";
    case Kind::kMap:
      return "map";
    case Kind::kRow:
      return "row";
  }
  return "";
}

// Whether a column of the writer's type may go on as one of the reader's, apart from what they hold.
bool Widens(const TableType& writer, const TableType& reader) {
  if (writer.kind != reader.kind) {
    return (writer.kind == Kind::kInt && reader.kind == Kind::kLong) ||
           (writer.kind == Kind::kFloat && reader.kind == Kind::kDouble);
  }
  if (writer.kind == Kind::kDecimal) return reader.scale == writer.scale && reader.precision >= writer.precision;
  return reader.precision >= writer.precision && reader.length == writer.length;
}

class Comparer {
 public:
  explicit Comparer(const FormatLimits& limits) : most_(static_cast<size_t>(std::max(limits.max_differences, 1))) {}

  Comparison Run(const TableType& writer, const TableType& reader) {
    Compare(writer, reader);
    return std::move(comparison_);
  }

 private:
  // As deep as TableBudget lets types become.
  void Compare(const TableType& writer, const TableType& reader) {
    if (comparison_.truncated) return;
    if (!Widens(writer, reader)) {
      return Add("LOGICAL_TYPE_CHANGED", writer, reader,
                 absl::StrCat("as a column, ", DescribeType(writer), " cannot become ", DescribeType(reader)),
                 absl::StrCat("keep ", DescribeType(writer), ", or add a field of the new type"));
    }
    if (writer.nullable && !reader.nullable) {
      Add("LOGICAL_FIELD_MADE_REQUIRED", writer, reader,
          "rows that are there may hold null, which the reader's column does not take", "let the field stay optional");
    }
    if (writer.kind == Kind::kRow) return CompareRows(writer, reader);
    for (size_t i = 0; i < writer.elements.size() && i < reader.elements.size(); ++i) {
      const bool is_key = writer.kind == Kind::kMap && i == 0;
      const Within within(this, writer.kind == Kind::kList ? "element" : is_key ? "key" : "value");
      Compare(writer.elements[i], reader.elements[i]);
    }
  }

  void CompareRows(const TableType& writer, const TableType& reader) {
    std::unordered_map<std::string_view, const TableType*> before;
    for (const TableField& field : writer.fields) before.emplace(field.name, &field.type);
    std::unordered_set<std::string_view> seen;
    for (const TableField& field : reader.fields) {
      if (!seen.insert(field.name).second) continue;  // the parts of an allOf may both name it: the first stands
      const Within within(this, field.name);
      const auto found = before.find(field.name);
      if (found != before.end()) {
        Compare(*found->second, field.type);
      } else if (!field.type.nullable) {
        Add("LOGICAL_REQUIRED_FIELD_ADDED", TableType(), field.type,
            "rows that are there have no value for the new column, and tables keep no defaults",
            "make the new field optional");
      }
    }
  }

  void Add(const char* type, const TableType& writer, const TableType& reader, std::string message, std::string fix) {
    if (comparison_.differences.size() >= most_) {
      comparison_.truncated = true;
      return;
    }
    Difference& difference = comparison_.differences.emplace_back();
    difference.type = type;
    difference.path = path_.empty() ? "/" : path_;
    const bool is_new = difference.type == "LOGICAL_REQUIRED_FIELD_ADDED";
    if (!is_new) difference.old_snippet = Snippet(DescribeType(writer));
    difference.new_snippet = Snippet(DescribeType(reader));
    difference.detail =
        is_new ? difference.new_snippet : absl::StrCat(difference.old_snippet, " -> ", difference.new_snippet);
    difference.message = std::move(message);
    difference.fix = std::move(fix);
  }

  // The path is one name longer while this lives.
  class Within {
   public:
    Within(Comparer* comparer, std::string_view name) : comparer_(comparer), length_(comparer->path_.size()) {
      absl::StrAppend(&comparer->path_, "/", std::string(name));
    }
    ~Within() { comparer_->path_.resize(length_); }

   private:
    Comparer* const comparer_;
    const size_t length_;
  };

  const size_t most_;
  std::string path_;
  Comparison comparison_;
};

}  // namespace

std::string DescribeType(const TableType& type) {
  std::string text(KindName(type.kind));
  if (type.kind == Kind::kDecimal) absl::StrAppend(&text, "(", type.precision, ", ", type.scale, ")");
  if (type.kind == Kind::kTime || type.kind == Kind::kTimestamp || type.kind == Kind::kTimestampTz) {
    absl::StrAppend(&text, "(", type.precision, ")");
  }
  if (type.kind == Kind::kFixed) absl::StrAppend(&text, "(", type.length, ")");
  return type.nullable ? "optional " + text : text;
}

Comparison CompareTables(const TableType& writer, const TableType& reader, const FormatLimits& limits) {
  return Comparer(limits).Run(writer, reader);
}

absl::Status TableBudget::Enter(std::string_view name, const std::string& path) {
  ++depth_;
  types_ += 1 + name.size() / kNameBytesPerType;
  if (types_ > kMaxTypes || depth_ > kMaxDepth) {
    return errors::SchemaTooComplex(absl::StrCat("written out as a table it has more than ", kMaxTypes,
                                                 " types, or types more than ", kMaxDepth, " levels deep"),
                                    path.substr(0, 400));
  }
  return absl::OkStatus();
}

}  // namespace regent::logical
