#include "schema/avro/advice.h"

#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

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

std::string Article(const AvroSchema& schema) {
  const std::string name(AvroTypeName(schema.type));
  const bool vowel = std::string_view("aeiou").find(name[0]) != std::string_view::npos && name != "union";
  return (vowel ? "an " : "a ") + name;
}

// "record a.b.R", "int".
std::string Described(const AvroSchema& schema) {
  const std::string type(AvroTypeName(schema.type));
  return IsNamed(schema.type) ? absl::StrCat(type, " ", schema.full_name) : type;
}

bool IsNumber(AvroType type) { return type >= AvroType::kInt && type <= AvroType::kDouble; }

void ExplainNewField(const Finding& finding, Difference* out) {
  const std::string& name = finding.new_field->name;
  out->message = absl::StrCat("field \"", name, "\" is not in data written with ", Described(*finding.writer),
                              " and has no default, so the reader has no value for it");
  if (finding.problem == Problem::kTypeMismatch) {
    out->message += "; the default of its enum stands in for unknown symbols only";
  }
  out->fix = absl::StrCat("give field \"", name,
                          "\" a default (make it a union with null first and default null if there is no natural one), "
                          "or list its former name in its aliases");
}

void ExplainTypeMismatch(const AvroSchema& reader, const AvroSchema& writer, Difference* out) {
  out->message = absl::StrCat("the reader expects ", Article(reader), " where ", Article(writer), " is written");
  if (writer.type == AvroType::kNull) {
    out->fix = absl::StrCat("keep it optional: make the reader's type a union of null and ", Described(reader));
  } else if (IsNumber(reader.type) && IsNumber(writer.type)) {
    out->message += ", which may not fit";
    out->fix = absl::StrCat("keep ", Described(writer), "; numbers may become wider only (int, long, float, double)");
  } else {
    out->fix =
        absl::StrCat("keep ", Described(writer), ", or add a field of another name with the new type and a default");
  }
}

void ExplainMissingBranch(const AvroSchema& writer, Difference* out) {
  out->message = absl::StrCat("data may hold ", Described(writer), ", which no type of the reader's union can read");
  out->fix = absl::StrCat("add ", Described(writer), " to the union");
  if (IsNamed(writer.type)) out->fix += ", in a form that can read what was written";
}

}  // namespace

Difference Explain(const Finding& finding) {
  const AvroSchema& reader = *finding.reader;
  const AvroSchema& writer = *finding.writer;
  Difference out;
  out.type = std::string(ProblemName(finding.problem));
  out.path = finding.path;
  out.detail = finding.detail;
  if (finding.new_field != nullptr) {
    ExplainNewField(finding, &out);
    return out;
  }
  switch (finding.problem) {
    case Problem::kNameMismatch:
      out.message = absl::StrCat("the reader calls ", Described(writer), " \"", reader.full_name,
                                 "\" and has no alias for the former name, so they are different types to it");
      out.fix = absl::StrCat("keep the name \"", writer.name.name, "\", or add \"", writer.full_name,
                             "\" to the aliases of \"", reader.full_name, "\"");
      break;
    case Problem::kFixedSizeMismatch:
      out.message = absl::StrCat("fixed ", reader.full_name, " has ", reader.size, " bytes for the reader and ",
                                 writer.size, " as written");
      out.fix = absl::StrCat("keep the size ", writer.size, ", or add a field with a fixed of another name");
      break;
    case Problem::kMissingEnumSymbols:
      out.message = absl::StrCat("data may hold the symbols ", finding.detail, ", which enum ", reader.full_name,
                                 " of the reader lacks without having a default to take instead");
      out.fix = absl::StrCat("keep the symbols, or give enum ", reader.full_name, " a \"default\" symbol");
      break;
    case Problem::kTypeMismatch:
      ExplainTypeMismatch(reader, writer, &out);
      break;
    case Problem::kMissingUnionBranch:
      ExplainMissingBranch(writer, &out);
      break;
    case Problem::kReaderFieldMissingDefaultValue:
      break;
  }
  return out;
}

}  // namespace regent::avro
