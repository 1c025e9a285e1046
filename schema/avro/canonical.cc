#include "schema/avro/canonical.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/avro/default_value.h"
#include "schema/avro/unicode_order.h"

namespace regent::avro {
namespace {

// JSON goes no deeper than the parser's limit, so neither does this.
void SortMembers(JsonValue* value) {
  if (value->is_array()) {
    for (JsonValue& item : value->items()) SortMembers(&item);
  } else if (value->is_object()) {
    for (JsonValue::Member& member : value->members()) SortMembers(&member.second);
    std::sort(value->members().begin(), value->members().end(),
              [](const auto& a, const auto& b) { return JavaLess(a.first, b.first); });
  }
}

class Writer {
 public:
  Writer(const AvroDocument& document, Dress dress, int max_depth)
      : document_(document), dress_(dress), max_depth_(max_depth), written_(document.nodes.size()) {}

  absl::StatusOr<std::string> Write() {
    if (absl::Status written = WriteType(*document_.root, "", 0); !written.ok()) return written;
    return std::move(out_);
  }

 private:
  // Writes commas where they belong.
  class Object {
   public:
    explicit Object(std::string* out) : out_(out) { out_->push_back('{'); }
    void Close() { out_->push_back('}'); }
    void Name(std::string_view name) {
      if (!first_) out_->push_back(',');
      first_ = false;
      AppendJsonString(name, out_);
      out_->push_back(':');
    }
    void Text(std::string_view name, std::string_view value) {
      Name(name);
      AppendJsonString(value, out_);
    }

   private:
    std::string* const out_;
    bool first_ = true;
  };

  absl::Status WriteType(const AvroSchema& schema, const std::string& space, int depth) {
    if (depth > max_depth_) {
      return errors::SchemaTooComplex(absl::StrCat(
          "written out where they are used first, the types are nested deeper than the limit of ", max_depth_,
          " levels; define inner types before the ones that use them, or move them into references"));
    }
    if (IsNamed(schema.type)) return WriteNamed(schema, space, depth);
    if (schema.type == AvroType::kUnion) return WriteUnion(schema, space, depth);
    if (IsPrimitive(schema.type) && schema.props.empty()) {
      AppendJsonString(AvroTypeName(schema.type), &out_);
      return absl::OkStatus();
    }
    Object object(&out_);
    object.Text("type", AvroTypeName(schema.type));
    if (!IsPrimitive(schema.type)) {
      object.Name(schema.type == AvroType::kArray ? "items" : "values");
      if (absl::Status written = WriteType(*schema.children[0], space, depth + 1); !written.ok()) return written;
    }
    WriteProps(schema.props, &object);
    object.Close();
    return absl::OkStatus();
  }

  absl::Status WriteUnion(const AvroSchema& schema, const std::string& space, int depth) {
    out_.push_back('[');
    for (size_t i = 0; i < schema.children.size(); ++i) {
      if (i > 0) out_.push_back(',');
      if (absl::Status written = WriteType(*schema.children[i], space, depth + 1); !written.ok()) return written;
    }
    out_.push_back(']');
    return absl::OkStatus();
  }

  absl::Status WriteNamed(const AvroSchema& schema, const std::string& space, int depth) {
    if (IsKnown(schema)) return WriteUse(schema, space);
    written_[schema.index] = true;
    Object object(&out_);
    object.Text("type", schema.is_error ? "error" : AvroTypeName(schema.type));
    object.Text("name", schema.name.name);
    if (schema.name.space != space) object.Text("namespace", schema.name.space);
    if (schema.doc) object.Text("doc", *schema.doc);
    if (schema.type == AvroType::kRecord) {
      object.Name("fields");
      if (absl::Status written = WriteFields(schema, depth); !written.ok()) return written;
    } else if (schema.type == AvroType::kEnum) {
      object.Name("symbols");
      WriteTexts(schema.symbols);
      if (schema.enum_default) object.Text("default", *schema.enum_default);
    } else {
      object.Name("size");
      absl::StrAppend(&out_, schema.size);
    }
    WriteProps(schema.props, &object);
    WriteAliases(schema, &object);
    object.Close();
    return absl::OkStatus();
  }

  bool IsKnown(const AvroSchema& schema) const {
    return written_[schema.index] || (dress_ != Dress::kResolved && document_.IsReferenced(schema));
  }

  absl::Status WriteUse(const AvroSchema& schema, const std::string& space) {
    // A type without a namespace is written without one, and a reader looks in its own namespace first.
    if (schema.name.space.empty() && !space.empty()) {
      const AvroSchema* other = document_.FindNamed(space + "." + schema.name.name);
      if (other != nullptr && IsKnown(*other)) {
        return errors::SchemaInvalid(absl::StrCat("the type \"", schema.name.name,
                                                  "\", which has no namespace, is used ", "where \"", other->full_name,
                                                  "\" would be meant; rename one of the two"));
      }
    }
    AppendJsonString(schema.name.WithinNamespace(space), &out_);
    return absl::OkStatus();
  }

  absl::Status WriteFields(const AvroSchema& schema, int depth) {
    out_.push_back('[');
    for (size_t i = 0; i < schema.fields.size(); ++i) {
      if (i > 0) out_.push_back(',');
      const AvroField& field = schema.fields[i];
      Object object(&out_);
      object.Text("name", field.name);
      object.Name("type");
      if (absl::Status written = WriteType(*field.schema, schema.name.space, depth + 1); !written.ok()) return written;
      WriteRestOfField(field, &object);
      object.Close();
    }
    out_.push_back(']');
    return absl::OkStatus();
  }

  void WriteRestOfField(const AvroField& field, Object* object) {
    if (field.doc) object->Text("doc", *field.doc);
    if (field.default_value) {
      object->Name("default");
      if (dress_ == Dress::kNormalized) {
        RetypeDefault(*field.default_value, *field.schema).AppendTo(&out_);
      } else {
        field.default_value->AppendTo(&out_);
      }
    }
    if (field.order == AvroField::Order::kDescending) object->Text("order", "descending");
    if (field.order == AvroField::Order::kIgnore) object->Text("order", "ignore");
    if (!field.aliases.empty()) {
      object->Name("aliases");
      WriteTexts(InOrder(field.aliases));
    }
    WriteProps(field.props, object);
  }

  void WriteAliases(const AvroSchema& schema, Object* object) {
    if (schema.aliases.empty()) return;
    std::vector<std::string> names;
    for (const AvroName& alias : schema.aliases) names.push_back(alias.WithinNamespace(schema.name.space));
    object->Name("aliases");
    WriteTexts(InOrder(std::move(names)));
  }

  std::vector<std::string> InOrder(std::vector<std::string> aliases) const {
    if (dress_ == Dress::kNormalized) std::sort(aliases.begin(), aliases.end(), JavaLess);
    return aliases;
  }

  void WriteTexts(const std::vector<std::string>& texts) {
    out_.push_back('[');
    for (size_t i = 0; i < texts.size(); ++i) {
      if (i > 0) out_.push_back(',');
      AppendJsonString(texts[i], &out_);
    }
    out_.push_back(']');
  }

  void WriteProps(const AvroProps& props, Object* object) {
    if (dress_ == Dress::kNormalized) {
      JsonValue sorted = JsonValue::Object(props);
      SortMembers(&sorted);
      for (const JsonValue::Member& prop : sorted.members()) WriteProp(prop, object);
    } else {
      for (const JsonValue::Member& prop : props) WriteProp(prop, object);
    }
  }

  void WriteProp(const JsonValue::Member& prop, Object* object) {
    object->Name(prop.first);
    prop.second.AppendTo(&out_);
  }

  const AvroDocument& document_;
  const Dress dress_;
  const int max_depth_;
  std::vector<bool> written_;  // by index
  std::string out_;
};

}  // namespace

absl::StatusOr<std::string> WriteSchema(const AvroDocument& document, Dress dress, int max_depth) {
  return Writer(document, dress, max_depth).Write();
}

}  // namespace regent::avro
