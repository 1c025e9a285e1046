#include "schema/avro/validator.h"

#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/avro/default_value.h"
#include "schema/avro/schema_path.h"

namespace regent::avro {
namespace {

// What a default of the type looks like, for messages.
std::string Expected(const AvroSchema& schema) {
  switch (schema.type) {
    case AvroType::kNull:
      return "null";
    case AvroType::kBoolean:
      return "true or false";
    case AvroType::kInt:
      return "a whole number of 32 bits";
    case AvroType::kLong:
      return "a whole number of 64 bits";
    case AvroType::kFloat:
    case AvroType::kDouble:
      return "a number";
    case AvroType::kBytes:
      return "a text of the characters U+0000 to U+00FF, one for each byte";
    case AvroType::kString:
      return "a text";
    case AvroType::kArray:
      return "an array of items of its type";
    case AvroType::kMap:
      return "an object with values of its type";
    case AvroType::kUnion:
      if (schema.children.empty()) return "nothing at all, for its union is empty";
      return absl::StrCat("a value of the first type of its union, ", Expected(*schema.children[0]),
                          " (or put the type of the default first)");
    case AvroType::kFixed:
      return absl::StrCat("a text of ", schema.size, " characters from U+0000 to U+00FF");
    case AvroType::kEnum:
      return absl::StrCat("a text, a symbol of enum ", schema.full_name);
    case AvroType::kRecord:
      return absl::StrCat("an object with a value for each field of record ", schema.full_name, " that has no default");
  }
  return "";
}

class Validator {
 public:
  Validator(const AvroDocument& document, Validation validation)
      : document_(document), validation_(validation), visited_(document.nodes.size()) {}

  absl::Status Check(const AvroSchema& schema) {
    if (IsPrimitive(schema.type)) return absl::OkStatus();
    if (IsNamed(schema.type)) {
      if (document_.IsReferenced(schema) || visited_[schema.index]) return absl::OkStatus();
      visited_[schema.index] = true;
    }
    switch (schema.type) {
      case AvroType::kArray:
        return CheckAt("items", *schema.children[0]);
      case AvroType::kMap:
        return CheckAt("values", *schema.children[0]);
      case AvroType::kUnion:
        return CheckUnion(schema);
      case AvroType::kRecord:
        return CheckRecord(schema);
      default:
        return absl::OkStatus();
    }
  }

 private:
  using Step = SchemaPath::Step;

  template <typename Key>
  absl::Status CheckAt(Key key, const AvroSchema& schema) {
    Step step(&path_, key);
    return Check(schema);
  }

  absl::Status CheckUnion(const AvroSchema& schema) {
    absl::flat_hash_set<std::string> seen;
    for (size_t i = 0; i < schema.children.size(); ++i) {
      const AvroSchema& branch = *schema.children[i];
      std::string name = IsNamed(branch.type) ? branch.full_name : std::string(AvroTypeName(branch.type));
      if (!seen.insert(name).second) {
        Step step(&path_, i);
        return errors::SchemaInvalid(
            absl::StrCat("the union holds ", name, " twice, so that a reader could not tell the two apart",
                         IsNamed(branch.type) ? "; remove one" : "; remove one, or wrap it in a record"),
            path_.Abbreviated());
      }
      if (absl::Status checked = CheckAt(i, branch); !checked.ok()) return checked;
    }
    return absl::OkStatus();
  }

  absl::Status CheckRecord(const AvroSchema& schema) {
    Step step(&path_, "fields");
    for (size_t i = 0; i < schema.fields.size(); ++i) {
      const AvroField& field = schema.fields[i];
      Step place(&path_, i);
      if (absl::Status checked = CheckAt("type", *field.schema); !checked.ok()) return checked;
      if (validation_ == Validation::kLenient || !field.default_value) continue;
      if (DefaultFits(*field.default_value, *field.schema)) continue;
      Step at_default(&path_, "default");
      return errors::SchemaInvalid(absl::StrCat("the default ", Shown(*field.default_value), " of field \"", field.name,
                                                "\" does not fit its type; it must be ", Expected(*field.schema)),
                                   path_.Abbreviated());
    }
    return absl::OkStatus();
  }

  static std::string Shown(const JsonValue& value) {
    constexpr size_t kShown = 100;
    std::string text = value.ToString();
    if (text.size() <= kShown) return text;
    size_t end = kShown;
    while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
    return text.substr(0, end) + "...";
  }

  const AvroDocument& document_;
  const Validation validation_;
  std::vector<bool> visited_;
  SchemaPath path_;
};

}  // namespace

absl::Status ValidateSchema(const AvroDocument& document, Validation validation) {
  return Validator(document, validation).Check(*document.root);
}

}  // namespace regent::avro
