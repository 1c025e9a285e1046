#include "schema/avro/parser.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/avro/java_number.h"
#include "schema/avro/json_comments.h"
#include "schema/avro/schema_path.h"

namespace regent::avro {
namespace {

// As Java: the largest array it can make.
constexpr int64_t kMaxFixedSize = 2147483639;
// A record within a record is three levels of JSON.
constexpr int kJsonLevelsPerType = 4;
// Of full names, which a text need not spell out: every type in a namespace, and every use of one, repeats it.
constexpr size_t kNameBytesMax = 64u << 20;

// For messages: quoted, and cut where somebody sent a book.
std::string Quoted(std::string_view text) {
  constexpr size_t kShown = 100;
  std::string out;
  AppendJsonString(text.size() <= kShown ? std::string(text) : std::string(text.substr(0, kShown)) + "...", &out);
  return out;
}

// What was found instead of what belongs there.
std::string KindOf(const JsonValue& value) {
  switch (value.kind()) {
    case JsonValue::Kind::kNull:
      return "null";
    case JsonValue::Kind::kBool:
      return value.bool_value() ? "true" : "false";
    case JsonValue::Kind::kNumber:
      return absl::StrCat("the number ", value.number_text().substr(0, 40));
    case JsonValue::Kind::kString:
      return absl::StrCat("the text ", Quoted(value.string_value()));
    case JsonValue::Kind::kArray:
      return "an array";
    case JsonValue::Kind::kObject:
      return "an object";
  }
  return "";
}

bool IsReservedForSchemas(std::string_view name, AvroType type) {
  static constexpr std::string_view kReserved[] = {"doc",  "fields",  "items",  "name", "namespace",
                                                   "size", "symbols", "values", "type", "aliases"};
  if (type == AvroType::kEnum && name == "default") return true;
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

bool IsReservedForFields(std::string_view name) {
  static constexpr std::string_view kReserved[] = {"aliases", "default", "doc", "name", "order", "type"};
  return std::find(std::begin(kReserved), std::end(kReserved), name) != std::end(kReserved);
}

// A member's value when it is a text.
const std::string* FindText(const JsonValue& object, std::string_view name) {
  const JsonValue* value = object.Find(name);
  return value != nullptr && value->is_string() ? &value->string_value() : nullptr;
}

std::optional<std::string> OptionalText(const JsonValue& object, std::string_view name) {
  const std::string* text = FindText(object, name);
  return text == nullptr ? std::nullopt : std::optional<std::string>(*text);
}

template <typename Reserved>
AvroProps TakeProps(JsonValue* object, Reserved&& reserved) {
  AvroProps props;
  for (JsonValue::Member& member : object->members()) {
    if (reserved(member.first)) continue;
    NormalizeNumbers(&member.second);
    props.push_back(std::move(member));
  }
  return props;
}

// Reads one text into a document that may already hold the types of others.
class Parser {
 public:
  // `name_bytes` are those of the document so far.
  Parser(AvroDocument* document, size_t* name_bytes, Validation validation, const FormatLimits& limits)
      : document_(document), name_bytes_(name_bytes), validation_(validation), limits_(limits) {}

  absl::Status Parse(JsonValue json) {
    absl::StatusOr<AvroSchema*> root = ParseType(&json, "", 0);
    if (!root.ok()) return root.status();
    root_ = *root;
    if (absl::Status settled = SettleForwardUses(); !settled.ok()) return settled;
    document_->root = root_;
    return absl::OkStatus();
  }

 private:
  using Step = SchemaPath::Step;

  // A name that was used before its definition: where the definition goes, once it was read.
  struct ForwardUse {
    AvroSchema* owner;  // nullptr: the whole schema is this name
    size_t slot;        // in the owner's fields or children
    std::string full_name;
    std::string path;
  };

  absl::Status Invalid(std::string_view what) const { return errors::SchemaInvalid(what, path_.Abbreviated()); }

  absl::Status SpendNameBytes(size_t bytes) {
    *name_bytes_ += bytes;
    if (*name_bytes_ <= kNameBytesMax) return absl::OkStatus();
    return errors::SchemaTooComplex(absl::StrCat("the full names of all types and of their uses take more than ",
                                                 kNameBytesMax, " bytes; shorten the namespaces"),
                                    path_.Abbreviated());
  }

  // The result is nullptr for a forward use: the caller gives its place to NoteSlot.
  absl::StatusOr<AvroSchema*> ParseType(JsonValue* json, const std::string& space, int depth) {
    if (depth > limits_.max_depth) {
      return errors::SchemaTooComplex(
          absl::StrCat("types are nested deeper than the limit of ", limits_.max_depth,
                       " levels; give inner types a name and refer to them, or split the schema"),
          path_.Abbreviated());
    }
    if (json->is_string()) return UseOf(json->string_value(), space);
    if (json->is_array()) return ParseUnion(json, space, depth);
    if (json->is_object()) return ParseObject(json, space, depth);
    return Invalid(absl::StrCat("a schema must be a type name, an object or an array (a union), not ", KindOf(*json)));
  }

  absl::StatusOr<AvroSchema*> ParseObject(JsonValue* json, const std::string& space, int depth) {
    const JsonValue* type_value = json->Find("type");
    if (type_value == nullptr) {
      return Invalid("the attribute \"type\" is missing; add it, e.g. {\"type\": \"record\", ...}");
    }
    if (!type_value->is_string()) {
      return Invalid(absl::StrCat("the attribute \"type\" of a schema must be a type name, not ", KindOf(*type_value),
                                  "; remove the surrounding {\"type\": ...}"));
    }
    const std::string type = type_value->string_value();
    if (type == "record" || type == "error") return ParseRecord(json, space, depth, type == "error");
    if (type == "enum") return ParseEnum(json, space);
    if (type == "fixed") return ParseFixed(json, space);
    if (type == "array") return ParseContainer(json, AvroType::kArray, "items", space, depth);
    if (type == "map") return ParseContainer(json, AvroType::kMap, "values", space, depth);
    if (std::optional<AvroType> primitive = PrimitiveOf(type)) return ParsePrimitive(json, *primitive);
    Step step(&path_, "type");
    return UseOf(type, space);
  }

  absl::StatusOr<AvroSchema*> ParsePrimitive(JsonValue* json, AvroType type) {
    AvroProps props = TakeSchemaProps(json, type);
    if (props.empty()) return Plain(type);
    AvroSchema* schema = NewNode(type);
    schema->props = std::move(props);
    return schema;
  }

  absl::StatusOr<AvroSchema*> ParseContainer(JsonValue* json, AvroType type, const char* attribute,
                                             const std::string& space, int depth) {
    JsonValue* inner = FindMutable(json, attribute);
    if (inner == nullptr) {
      return Invalid(absl::StrCat("the attribute \"", attribute, "\" is missing; add the type of what the ",
                                  type == AvroType::kArray ? "array" : "map", " holds"));
    }
    AvroSchema* schema = NewNode(type);
    schema->children.resize(1);
    {
      Step step(&path_, attribute);
      absl::StatusOr<AvroSchema*> child = ParseType(inner, space, depth + 1);
      if (!child.ok()) return child;
      schema->children[0] = *child;
      NoteSlot(*child, schema, 0);
    }
    schema->props = TakeSchemaProps(json, type);
    return schema;
  }

  absl::StatusOr<AvroSchema*> ParseUnion(JsonValue* json, const std::string& space, int depth) {
    AvroSchema* schema = NewNode(AvroType::kUnion);
    schema->children.resize(json->items().size());
    for (size_t i = 0; i < json->items().size(); ++i) {
      Step step(&path_, i);
      JsonValue& branch = json->items()[i];
      if (branch.is_array()) return Invalid("a union directly within a union; list its branches in the outer one");
      absl::StatusOr<AvroSchema*> child = ParseType(&branch, space, depth + 1);
      if (!child.ok()) return child;
      schema->children[i] = *child;
      NoteSlot(*child, schema, i);
    }
    return schema;
  }

  absl::StatusOr<AvroSchema*> ParseRecord(JsonValue* json, const std::string& space, int depth, bool is_error) {
    absl::StatusOr<AvroSchema*> begun = BeginNamed(json, AvroType::kRecord, space);
    if (!begun.ok()) return begun;
    AvroSchema* schema = *begun;
    schema->is_error = is_error;
    JsonValue* fields = FindMutable(json, "fields");
    if (fields == nullptr || !fields->is_array()) {
      return Invalid(absl::StrCat("record ", Quoted(schema->full_name), " needs \"fields\", an array (it may be empty)",
                                  fields == nullptr ? "" : ", not " + KindOf(*fields)));
    }
    // A redefinition is refused before its fields are read: those would be worthless.
    if (absl::Status known = Define(schema); !known.ok()) return known;
    if (absl::Status read = ParseFields(&fields->items(), schema, depth); !read.ok()) return read;
    schema->Seal();
    schema->props = TakeSchemaProps(json, AvroType::kRecord);
    return schema;
  }

  absl::Status ParseFields(std::vector<JsonValue>* items, AvroSchema* record, int depth) {
    Step step(&path_, "fields");
    record->fields.resize(items->size());
    absl::flat_hash_set<std::string> names;
    for (size_t i = 0; i < items->size(); ++i) {
      Step place(&path_, i);
      if (absl::Status read = ParseField(&(*items)[i], record, i, depth); !read.ok()) return read;
      const std::string& name = record->fields[i].name;
      if (!names.insert(name).second) {
        return Invalid(absl::StrCat("the field name ", Quoted(name), " is used twice in record ",
                                    Quoted(record->full_name), "; rename one of them"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status ParseField(JsonValue* json, AvroSchema* record, size_t index, int depth) {
    AvroField& field = record->fields[index];
    const std::string* name = FindText(*json, "name");
    if (name == nullptr) return Invalid("a field must be an object with a \"name\"; add one");
    field.name = *name;
    {
      Step step(&path_, "name");
      if (absl::Status checked = CheckName(field.name, "field name"); !checked.ok()) return checked;
    }
    JsonValue* type = FindMutable(json, "type");
    if (type == nullptr) return Invalid(absl::StrCat("field ", Quoted(field.name), " has no \"type\"; add one"));
    {
      Step step(&path_, "type");
      absl::StatusOr<AvroSchema*> schema = ParseType(type, record->name.space, depth + 1);
      if (!schema.ok()) return schema.status();
      field.schema = *schema;
      NoteSlot(*schema, record, index);
    }
    field.doc = OptionalText(*json, "doc");
    if (absl::Status read = ParseOrder(*json, &field); !read.ok()) return read;
    if (absl::Status read = ParseFieldAliases(*json, &field); !read.ok()) return read;
    if (absl::Status read = ParseDefault(json, &field); !read.ok()) return read;
    field.props = TakeProps(json, IsReservedForFields);
    return absl::OkStatus();
  }

  absl::Status ParseOrder(const JsonValue& json, AvroField* field) {
    const JsonValue* order = json.Find("order");
    if (order == nullptr) return absl::OkStatus();
    const std::string text = order->is_string() ? absl::AsciiStrToLower(order->string_value()) : std::string();
    if (text == "ascending") {
      field->order = AvroField::Order::kAscending;
    } else if (text == "descending") {
      field->order = AvroField::Order::kDescending;
    } else if (text == "ignore") {
      field->order = AvroField::Order::kIgnore;
    } else {
      Step step(&path_, "order");
      return Invalid(
          absl::StrCat("a field's order is \"ascending\", \"descending\" or \"ignore\", not ", KindOf(*order)));
    }
    return absl::OkStatus();
  }

  absl::Status ParseFieldAliases(const JsonValue& json, AvroField* field) {
    Step step(&path_, "aliases");
    absl::StatusOr<std::vector<std::string>> aliases = ReadAliases(json);
    if (!aliases.ok()) return aliases.status();
    field->aliases = *std::move(aliases);
    return absl::OkStatus();
  }

  absl::Status ParseDefault(JsonValue* json, AvroField* field) {
    JsonValue* value = FindMutable(json, "default");
    if (value == nullptr) return absl::OkStatus();
    NormalizeNumbers(value);
    const bool is_real = field->schema != nullptr &&
                         (field->schema->type == AvroType::kFloat || field->schema->type == AvroType::kDouble);
    if (is_real && value->is_string()) {
      double number = 0;
      if (ParseJavaDouble(value->string_value(), &number)) {
        *value = JavaDoubleValue(number);
      } else if (validation_ == Validation::kStrict) {
        Step step(&path_, "default");
        return Invalid(absl::StrCat("the default ", Quoted(value->string_value()), " of field ", Quoted(field->name),
                                    " is not a number; write one, without quotes"));
      }
    }
    field->default_value = std::move(*value);
    return absl::OkStatus();
  }

  absl::StatusOr<AvroSchema*> ParseEnum(JsonValue* json, const std::string& space) {
    absl::StatusOr<AvroSchema*> begun = BeginNamed(json, AvroType::kEnum, space);
    if (!begun.ok()) return begun;
    AvroSchema* schema = *begun;
    const JsonValue* symbols = json->Find("symbols");
    if (symbols == nullptr || !symbols->is_array()) {
      return Invalid(absl::StrCat("enum ", Quoted(schema->full_name), " needs \"symbols\", an array of names",
                                  symbols == nullptr ? "" : ", not " + KindOf(*symbols)));
    }
    if (absl::Status read = ReadSymbols(symbols->items(), schema); !read.ok()) return read;
    schema->Seal();
    schema->enum_default = OptionalText(*json, "default");
    if (schema->enum_default && schema->FindSymbol(*schema->enum_default) < 0) {
      Step step(&path_, "default");
      return Invalid(absl::StrCat("the default ", Quoted(*schema->enum_default), " of enum ", Quoted(schema->full_name),
                                  " is not one of its symbols; add it to them"));
    }
    schema->props = TakeSchemaProps(json, AvroType::kEnum);
    return DefineOrRepeat(schema);
  }

  absl::Status ReadSymbols(const std::vector<JsonValue>& items, AvroSchema* schema) {
    Step step(&path_, "symbols");
    absl::flat_hash_set<std::string> seen;
    schema->symbols.reserve(items.size());
    for (size_t i = 0; i < items.size(); ++i) {
      Step place(&path_, i);
      if (!items[i].is_string()) return Invalid(absl::StrCat("a symbol must be a text, not ", KindOf(items[i])));
      const std::string& symbol = items[i].string_value();
      if (absl::Status checked = CheckName(symbol, "symbol"); !checked.ok()) return checked;
      if (!seen.insert(symbol).second) {
        return Invalid(absl::StrCat("the symbol ", Quoted(symbol), " is listed twice; remove one"));
      }
      schema->symbols.push_back(symbol);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<AvroSchema*> ParseFixed(JsonValue* json, const std::string& space) {
    absl::StatusOr<AvroSchema*> begun = BeginNamed(json, AvroType::kFixed, space);
    if (!begun.ok()) return begun;
    AvroSchema* schema = *begun;
    const JsonValue* size = json->Find("size");
    if (size == nullptr) {
      return Invalid(absl::StrCat("fixed ", Quoted(schema->full_name), " needs \"size\", a number of bytes"));
    }
    const std::optional<int64_t> bytes = size->ToInt64();
    if (!bytes || *bytes < 0 || *bytes > kMaxFixedSize) {
      Step step(&path_, "size");
      return Invalid(absl::StrCat("the size of a fixed is a whole number of bytes from 0 to ", kMaxFixedSize, ", not ",
                                  KindOf(*size)));
    }
    schema->size = static_cast<int32_t>(*bytes);
    schema->props = TakeSchemaProps(json, AvroType::kFixed);
    return DefineOrRepeat(schema);
  }

  // Name, doc and aliases of a record, enum or fixed. Not known by its name yet.
  absl::StatusOr<AvroSchema*> BeginNamed(JsonValue* json, AvroType type, const std::string& space) {
    const std::string* name = FindText(*json, "name");
    if (name == nullptr) {
      return Invalid(
          absl::StrCat("the attribute \"name\" is missing; give the ", std::string(AvroTypeName(type)), " a name"));
    }
    const std::string* own_space = FindText(*json, "namespace");
    AvroSchema* schema = NewNode(type);
    schema->name = AvroName::Of(*name, own_space != nullptr ? *own_space : space);
    schema->full_name = schema->name.Full();
    if (absl::Status spent = SpendNameBytes(2 * schema->full_name.size()); !spent.ok()) return spent;
    schema->doc = OptionalText(*json, "doc");
    if (absl::Status checked = CheckTypeName(schema->name, own_space != nullptr && name->find('.') == name->npos);
        !checked.ok()) {
      return checked;
    }
    Step step(&path_, "aliases");
    absl::StatusOr<std::vector<std::string>> aliases = ReadAliases(*json);
    if (!aliases.ok()) return aliases.status();
    absl::flat_hash_set<std::string> seen;
    for (size_t i = 0; i < aliases->size(); ++i) {
      Step place(&path_, i);
      AvroName alias = AvroName::Of((*aliases)[i], schema->name.space);
      if (absl::Status spent = SpendNameBytes(alias.space.size() + alias.name.size()); !spent.ok()) return spent;
      if (absl::Status checked = CheckNameParts(alias, "alias"); !checked.ok()) return checked;
      if (seen.insert(alias.Full()).second) schema->aliases.push_back(std::move(alias));
    }
    return schema;
  }

  absl::Status CheckTypeName(const AvroName& name, bool from_namespace_attribute) {
    {
      Step step(&path_, "name");
      if (absl::Status checked = CheckName(name.name, "name"); !checked.ok()) return checked;
      if (name.space.empty() && PrimitiveOf(name.name)) {
        return Invalid(absl::StrCat("a type cannot be called ", Quoted(name.name),
                                    " like a primitive type; rename it or give it a namespace"));
      }
    }
    Step step(&path_, from_namespace_attribute ? "namespace" : "name");
    return CheckNameParts(name, "name");
  }

  absl::Status CheckNameParts(const AvroName& name, std::string_view what) {
    for (size_t begin = 0; !name.space.empty() && begin <= name.space.size();) {
      const size_t end = std::min(name.space.find('.', begin), name.space.size());
      const std::string_view part = std::string_view(name.space).substr(begin, end - begin);
      if (absl::Status checked = CheckName(part, "namespace part"); !checked.ok()) return checked;
      begin = end + 1;
    }
    return CheckName(name.name, what);
  }

  absl::Status CheckName(std::string_view name, std::string_view what) {
    const std::string described(what);
    if (name.empty()) return Invalid(absl::StrCat("a ", described, " must not be empty"));
    for (size_t i = 0; i < name.size(); ++i) {
      const unsigned char c = name[i];
      const bool letter = absl::ascii_isalpha(c) || c == '_' || (c >= 0x80 && validation_ == Validation::kLenient);
      if (letter || (i > 0 && absl::ascii_isdigit(c))) continue;
      return Invalid(absl::StrCat("the ", described, " ", Quoted(name),
                                  i == 0 ? " begins with a character that names may not begin with"
                                         : " contains a character that names may not contain",
                                  "; use letters A-Z and a-z, digits and _, and begin with a letter or _"));
    }
    return absl::OkStatus();
  }

  // Without repetitions.
  absl::StatusOr<std::vector<std::string>> ReadAliases(const JsonValue& json) {
    std::vector<std::string> aliases;
    const JsonValue* value = json.Find("aliases");
    if (value == nullptr) return aliases;
    if (!value->is_array()) return Invalid(absl::StrCat("aliases are an array of names, not ", KindOf(*value)));
    absl::flat_hash_set<std::string> seen;
    for (const JsonValue& item : value->items()) {
      if (!item.is_string()) return Invalid(absl::StrCat("an alias must be a text, not ", KindOf(item)));
      if (seen.insert(item.string_value()).second) aliases.push_back(item.string_value());
    }
    return aliases;
  }

  // Makes the type known by its name.
  absl::Status Define(AvroSchema* schema) {
    if (document_->named.emplace(schema->full_name, schema).second) return absl::OkStatus();
    return Invalid(absl::StrCat("the name ", Quoted(schema->full_name),
                                " is already defined, here or in a reference; use it by its name or rename this one"));
  }

  // Saying the same enum or fixed again is use of the first one, as in Avro.
  absl::StatusOr<AvroSchema*> DefineOrRepeat(AvroSchema* schema) {
    auto known = document_->named.find(schema->full_name);
    if (known != document_->named.end()) {
      AvroSchema* first = known->second;
      const bool same = first->type == schema->type && first->size == schema->size &&
                        first->symbols == schema->symbols && first->props.empty();
      if (same) return first;
    }
    if (absl::Status defined = Define(schema); !defined.ok()) return defined;
    return schema;
  }

  // What a name stands for: a primitive, a known type, or nullptr for one that may be defined further on.
  absl::StatusOr<AvroSchema*> UseOf(const std::string& name, const std::string& space) {
    if (std::optional<AvroType> primitive = PrimitiveOf(name)) return Plain(*primitive);
    const std::string full_name = name.find('.') == name.npos && !space.empty() ? space + "." + name : name;
    if (absl::Status spent = SpendNameBytes(full_name.size()); !spent.ok()) return spent;
    auto known = document_->named.find(full_name);
    if (known == document_->named.end()) known = document_->named.find(name);
    if (known != document_->named.end()) return known->second;
    pending_ = ForwardUse{nullptr, 0, full_name, path_.Abbreviated()};
    return nullptr;
  }

  void NoteSlot(const AvroSchema* child, AvroSchema* owner, size_t slot) {
    if (child != nullptr) return;
    pending_.owner = owner;
    pending_.slot = slot;
    forward_uses_.push_back(std::move(pending_));
  }

  absl::Status SettleForwardUses() {
    if (root_ == nullptr) forward_uses_.push_back(std::move(pending_));
    for (const ForwardUse& use : forward_uses_) {
      const AvroSchema* found = document_->FindNamed(use.full_name);
      if (found == nullptr) {
        return errors::SchemaInvalid(
            absl::StrCat("unknown type ", Quoted(use.full_name),
                         "; define it in this schema, or add a reference to the schema that defines it"),
            use.path);
      }
      if (use.owner == nullptr) {
        root_ = found;
      } else if (use.owner->type == AvroType::kRecord) {
        use.owner->fields[use.slot].schema = found;
      } else {
        use.owner->children[use.slot] = found;
      }
    }
    return absl::OkStatus();
  }

  AvroSchema* NewNode(AvroType type) {
    document_->nodes.push_back(std::make_unique<AvroSchema>());
    AvroSchema* schema = document_->nodes.back().get();
    schema->type = type;
    schema->index = static_cast<int>(document_->nodes.size()) - 1;
    return schema;
  }

  // A primitive without attributes: one node serves all its uses.
  AvroSchema* Plain(AvroType type) {
    AvroSchema*& schema = plain_[static_cast<size_t>(type)];
    if (schema == nullptr) schema = NewNode(type);
    return schema;
  }

  AvroProps TakeSchemaProps(JsonValue* json, AvroType type) {
    return TakeProps(json, [type](std::string_view name) { return IsReservedForSchemas(name, type); });
  }

  static JsonValue* FindMutable(JsonValue* object, std::string_view name) {
    return const_cast<JsonValue*>(object->Find(name));
  }

  AvroDocument* const document_;
  size_t* const name_bytes_;
  const Validation validation_;
  const FormatLimits& limits_;
  SchemaPath path_;
  const AvroSchema* root_ = nullptr;
  AvroSchema* plain_[8] = {};
  ForwardUse pending_;  // of the last UseOf that gave nullptr
  std::vector<ForwardUse> forward_uses_;
};

absl::Status TooLarge(std::string_view what, size_t bytes, size_t limit) {
  return MakeError(ErrorReason::kSchemaTooLarge,
                   absl::StrCat(std::string(what), " has ", bytes, " bytes; the limit is ", limit,
                                ". Split the schema and use references"));
}

absl::Status ParseInto(AvroDocument* document, size_t* name_bytes, std::string_view text, Validation validation,
                       const FormatLimits& limits) {
  JsonLimits json_limits;
  json_limits.max_bytes = limits.max_text_bytes;
  json_limits.max_depth = limits.max_depth * kJsonLevelsPerType;
  const std::optional<std::string> blanked = BlankComments(text);
  absl::StatusOr<JsonValue> json = JsonValue::Parse(blanked ? std::string_view(*blanked) : text, json_limits);
  if (!json.ok()) return json.status();
  return Parser(document, name_bytes, validation, limits).Parse(*std::move(json));
}

// Says in which reference an error is.
absl::Status InReference(const NamedSchema& reference, const absl::Status& status) {
  return MakeError(ReasonOf(status), absl::StrCat("in reference ", Quoted(reference.name), ": ", status.message()),
                   DetailOf(status));
}

}  // namespace

absl::StatusOr<std::unique_ptr<AvroDocument>> ParseAvro(std::string_view text, absl::Span<const NamedSchema> references,
                                                        Validation validation, const FormatLimits& limits) {
  if (text.size() > limits.max_text_bytes) return TooLarge("the schema", text.size(), limits.max_text_bytes);
  size_t total = text.size();
  for (const NamedSchema& reference : references) total += reference.text.size();
  if (total > limits.max_total_bytes) {
    return TooLarge("the schema with its references", total, limits.max_total_bytes);
  }
  auto document = std::make_unique<AvroDocument>();
  size_t name_bytes = 0;
  for (const NamedSchema& reference : references) {
    absl::Status read = ParseInto(document.get(), &name_bytes, reference.text, Validation::kLenient, limits);
    if (!read.ok()) return InReference(reference, read);
  }
  document->first_own_node = static_cast<int>(document->nodes.size());
  if (absl::Status read = ParseInto(document.get(), &name_bytes, text, validation, limits); !read.ok()) return read;
  return document;
}

}  // namespace regent::avro
