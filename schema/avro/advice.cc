#include "schema/avro/advice.h"

#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "schema/snippet.h"

namespace regent::avro {
namespace {

std::string_view ProblemName(Problem problem) {
  switch (problem) {
    case Problem::kNameMismatch:
      return "NAME_MISMATCH";
    case Problem::kFixedSizeMismatch:
      return "FIXED_SIZE_MISMATCH";
    case Problem::kMissingEnumSymbols:
      return "MISSING_ENUM_SYMBOLS";
    case Problem::kReaderFieldMissingDefaultValue:
      return "READER_FIELD_MISSING_DEFAULT_VALUE";
    case Problem::kTypeMismatch:
      return "TYPE_MISMATCH";
    case Problem::kMissingUnionBranch:
      return "MISSING_UNION_BRANCH";
  }
  return "";
}

// "record a.b.R", "int".
std::string Described(const AvroSchema& schema) {
  const std::string type(AvroTypeName(schema.type));
  return IsNamed(schema.type) ? absl::StrCat(type, " ", schema.full_name) : type;
}

bool IsNumber(AvroType type) { return type >= AvroType::kInt && type <= AvroType::kDouble; }

// Either side may be the new schema, so the advice names both ways out.
struct Advice {
  std::string message;
  std::string fix;
};

Advice OnNewField(const Finding& finding) {
  const std::string& name = finding.new_field->name;
  Advice advice;
  advice.message = absl::StrCat("field \"", name, "\" is not in data written as ", Described(*finding.writer),
                                " and has no default, so the reader would have no value for it");
  if (finding.problem == Problem::kTypeMismatch) {
    advice.message += "; the default of its enum stands in for unknown symbols only";
  }
  advice.fix = absl::StrCat("give field \"", name,
                            "\" of the reader a default (where there is no natural one: a union with null first, and "
                            "null), list its former name in its aliases, or keep writing it");
  return advice;
}

Advice OnTypeMismatch(const AvroSchema& reader, const AvroSchema& writer) {
  Advice advice;
  advice.message = absl::StrCat("the reader expects ", Described(reader), " where data may hold ", Described(writer));
  if (writer.type == AvroType::kNull) {
    advice.fix =
        absl::StrCat("make the reader's type a union of null and ", Described(reader), ", or stop writing null");
  } else if (IsNumber(reader.type) && IsNumber(writer.type)) {
    advice.message += ", which may not fit";
    advice.fix =
        absl::StrCat("use ", Described(writer),
                     " on both sides; only the reader's number may be the wider one (int, long, float, double)");
  } else {
    advice.fix = "use one type on both sides, or put the new one into a field of another name with a default";
  }
  return advice;
}

Advice OnMissingBranch(const AvroSchema& writer) {
  return {absl::StrCat("data may hold ", Described(writer), ", which no type of the reader's union can read"),
          absl::StrCat("add ", Described(writer), " to the reader's union",
                       IsNamed(writer.type) ? " in a form that can read it" : "", ", or stop writing it")};
}

Advice AdviceOn(const Finding& finding) {
  const AvroSchema& reader = *finding.reader;
  const AvroSchema& writer = *finding.writer;
  if (finding.new_field != nullptr) return OnNewField(finding);
  switch (finding.problem) {
    case Problem::kNameMismatch:
      return {absl::StrCat("the reader's type is called \"", reader.full_name, "\" and the written one \"",
                           writer.full_name, "\"; without an alias they are different types"),
              absl::StrCat("use one name on both sides, or add \"", writer.full_name,
                           "\" to the aliases of the reader's \"", reader.full_name, "\"")};
    case Problem::kFixedSizeMismatch:
      return {absl::StrCat("fixed ", reader.full_name, " has ", reader.size, " bytes for the reader and ", writer.size,
                           " as written"),
              "use one size on both sides, or put the new one into a field of another name with a default"};
    case Problem::kMissingEnumSymbols:
      return {absl::StrCat("data may hold the symbols ", finding.detail, ", which the reader's enum ", reader.full_name,
                           " does not have, and it has no default to take instead"),
              absl::StrCat("add the symbols to the reader's enum, or give it a \"default\", or stop writing them")};
    case Problem::kMissingUnionBranch:
      return OnMissingBranch(writer);
    default:
      return OnTypeMismatch(reader, writer);
  }
}

// As a field of a record or a type of a union would spell it; types within that have a name are named.
void Write(const AvroSchema& schema, bool by_name, std::string* out) {
  if (out->size() > kSnippetBytesMax) return;  // cut anyway, so types within cost nothing more
  if (IsPrimitive(schema.type) || (by_name && IsNamed(schema.type))) {
    absl::StrAppend(out, "\"", IsNamed(schema.type) ? schema.full_name : std::string(AvroTypeName(schema.type)), "\"");
    return;
  }
  if (schema.type == AvroType::kUnion) {
    *out += '[';
    for (size_t i = 0; i < schema.children.size(); ++i) {
      if (i > 0) *out += ',';
      Write(*schema.children[i], /*by_name=*/true, out);
    }
    *out += ']';
    return;
  }
  absl::StrAppend(out, "{\"type\":\"", std::string(AvroTypeName(schema.type)), "\"");
  if (IsNamed(schema.type)) absl::StrAppend(out, ",\"name\":\"", schema.full_name, "\"");
  if (schema.type == AvroType::kFixed) absl::StrAppend(out, ",\"size\":", schema.size);
  if (schema.type == AvroType::kEnum) {
    absl::StrAppend(out, ",\"symbols\":[\"", absl::StrJoin(schema.symbols, "\",\""), "\"]");
  }
  if ((schema.type == AvroType::kArray || schema.type == AvroType::kMap) && !schema.children.empty()) {
    *out += schema.type == AvroType::kArray ? ",\"items\":" : ",\"values\":";
    Write(*schema.children[0], /*by_name=*/true, out);
  }
  if (schema.type == AvroType::kRecord) {
    *out += ",\"fields\":[";
    for (size_t i = 0; i < schema.fields.size() && out->size() <= kSnippetBytesMax; ++i) {
      absl::StrAppend(out, i > 0 ? "," : "", "{\"name\":\"", schema.fields[i].name, "\",\"type\":");
      Write(*schema.fields[i].schema, /*by_name=*/true, out);
      *out += '}';
    }
    *out += ']';
  }
  *out += '}';
}

std::string SnippetOf(const AvroSchema& schema) {
  std::string text;
  Write(schema, /*by_name=*/false, &text);
  return Snippet(text);
}

std::string SnippetOf(const AvroField& field) {
  std::string text = absl::StrCat("{\"name\":\"", field.name, "\",\"type\":");
  Write(*field.schema, /*by_name=*/true, &text);
  return Snippet(text + "}");
}

}  // namespace

Difference Explain(const Finding& finding) {
  Advice advice = AdviceOn(finding);
  Difference difference;
  difference.type = std::string(ProblemName(finding.problem));
  difference.path = finding.path;
  difference.detail = finding.detail;
  difference.message = std::move(advice.message);
  difference.fix = std::move(advice.fix);
  difference.new_snippet = finding.new_field != nullptr ? SnippetOf(*finding.new_field) : SnippetOf(*finding.reader);
  if (finding.new_field == nullptr) difference.old_snippet = SnippetOf(*finding.writer);
  return difference;
}

}  // namespace regent::avro
