#include "store/record_codec.h"

#include <charconv>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "store/content_json.h"
#include "store/record_json.h"

namespace regent {
namespace {

constexpr int64_t kMaxNumber = std::numeric_limits<int32_t>::max();
constexpr int64_t kMaxEpoch = std::numeric_limits<int64_t>::max() - 1;  // one more must still be a number
constexpr char kTenant[] = "default";

struct KeyTypeName {
  KeyType type;
  std::string_view name;
};
constexpr KeyTypeName kKeyTypeNames[] = {
    {KeyType::kSchema, "SCHEMA"},
    {KeyType::kConfig, "CONFIG"},
    {KeyType::kMode, "MODE"},
    {KeyType::kNoop, "NOOP"},
    {KeyType::kClaim, "NOOP"},
    {KeyType::kDeleteSubject, "DELETE_SUBJECT"},
    {KeyType::kClearSubject, "CLEAR_SUBJECT"},
    {KeyType::kContext, "CONTEXT"},
    {KeyType::kAssociation, "ASSOC"},
};

std::string_view NameOf(KeyType type) {
  for (const KeyTypeName& row : kKeyTypeNames) {
    if (row.type == type) return row.name;
  }
  return "";
}

// A claim's name is that of a NOOP: kNoop is found first.
std::optional<KeyType> KeyTypeOf(std::string_view name) {
  for (const KeyTypeName& row : kKeyTypeNames) {
    if (row.name == name) return row.type;
  }
  return std::nullopt;
}

// Every field that some key has.
struct KeyFields {
  std::string keytype;
  std::optional<std::string> subject;
  int64_t version = 0;
  int64_t magic = 0;
  int64_t epoch = 0;
  std::string claim;
  std::string context;
  std::string tenant;
  std::string resource_name;
  std::string resource_namespace;
  std::string resource_type;
  std::string association_type;
};

void ReadKeyField(std::string_view name, const JsonValue& node, FieldReader* reader, KeyFields* out) {
  if (name == "keytype") return reader->Text(name, node, &out->keytype);
  if (name == "subject") return reader->Text(name, node, &out->subject);
  if (name == "version") return reader->Number(name, node, 1, kMaxNumber, &out->version);
  if (name == "magic") return reader->Number(name, node, 0, kMaxNumber, &out->magic);
  if (name == "epoch") return reader->Number(name, node, 1, kMaxEpoch, &out->epoch);
  if (name == "claim") return reader->Text(name, node, &out->claim);
  if (name == "context") return reader->Text(name, node, &out->context);
  if (name == "tenant") return reader->Text(name, node, &out->tenant);
  if (name == "resourceName") return reader->Text(name, node, &out->resource_name);
  if (name == "resourceNamespace") return reader->Text(name, node, &out->resource_namespace);
  if (name == "resourceType") return reader->Text(name, node, &out->resource_type);
  if (name == "associationType") return reader->Text(name, node, &out->association_type);
}

std::string EncodeAssociationKey(const KeyFields& fields) {
  std::string out;
  ObjectWriter object(&out);
  object.Text("keytype", NameOf(KeyType::kAssociation));
  object.TextUnlessEmpty("tenant", fields.tenant);
  object.TextUnlessEmpty("resourceName", fields.resource_name);
  object.TextUnlessEmpty("resourceNamespace", fields.resource_namespace);
  object.TextUnlessEmpty("resourceType", fields.resource_type);
  object.TextUnlessEmpty("associationType", fields.association_type);
  object.TextIfAny("subject", fields.subject);
  object.Number("magic", fields.magic);
  object.Close();
  return out;
}

absl::StatusOr<RecordKey> ToSchemaKey(const KeyFields& fields) {
  if (fields.magic > 1) return errors::SchemaInvalid(absl::StrCat("record key: SCHEMA with magic ", fields.magic));
  if (fields.version == 0) return errors::SchemaInvalid("record key: SCHEMA without `version`");
  RecordKey key;
  key.type = KeyType::kSchema;
  // Records omit what is empty: no subject is the one with the empty name.
  key.subject = Subject::Parse(fields.subject.value_or(""));
  key.version = Version(static_cast<int32_t>(fields.version));
  return key;
}

absl::StatusOr<RecordKey> ToNoopOrClaimKey(const KeyFields& fields) {
  RecordKey key;
  if (fields.claim.empty()) return key;
  if (fields.epoch == 0) return errors::SchemaInvalid("record key: claim without `epoch`");
  key.type = KeyType::kClaim;
  key.text = fields.claim;
  key.epoch = Epoch(fields.epoch);
  return key;
}

absl::StatusOr<RecordKey> ToRecordKey(const KeyFields& fields) {
  const std::optional<KeyType> type = KeyTypeOf(fields.keytype);
  if (!type) return errors::SchemaInvalid(absl::StrCat("record key: unknown keytype \"", fields.keytype, "\""));
  RecordKey key;
  key.type = *type;
  switch (*type) {
    case KeyType::kSchema:
      return ToSchemaKey(fields);
    case KeyType::kNoop:
    case KeyType::kClaim:
      return ToNoopOrClaimKey(fields);
    case KeyType::kConfig:
    case KeyType::kMode:
      // The default context's own settings are the global ones.
      if (fields.subject && Subject::Parse(*fields.subject) != Subject()) key.subject = Subject::Parse(*fields.subject);
      return key;
    case KeyType::kClearSubject:
      // Not so here: ":.:" clears the default context, and nothing clears them all.
      if (fields.subject) key.subject = Subject::Parse(*fields.subject);
      return key;
    case KeyType::kDeleteSubject:
      key.subject = Subject::Parse(fields.subject.value_or(""));
      return key;
    case KeyType::kContext:
      if (fields.context.empty()) return errors::SchemaInvalid("record key: CONTEXT without `context`");
      key.text = fields.context;
      return key;
    case KeyType::kAssociation:
      key.text = EncodeAssociationKey(fields);
      return key;
  }
  return errors::SchemaInvalid("record key: unknown keytype");
}

bool TakePrefix(std::string_view prefix, std::string_view* text) {
  if (text->substr(0, prefix.size()) != prefix) return false;
  text->remove_prefix(prefix.size());
  return true;
}

// A SCHEMA key as everybody writes it today, which is nearly every key of a replay, without the detour through JSON.
// Nothing for any other spelling, and for whatever needs a second look.
std::optional<RecordKey> DecodePlainSchemaKey(std::string_view text) {
  if (!TakePrefix(R"({"keytype":"SCHEMA","subject":")", &text)) return std::nullopt;
  size_t size = 0;
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
  while (size < text.size() && is_plain(text[size])) ++size;
  const std::string_view subject = text.substr(0, size);
  text.remove_prefix(size);
  if (!TakePrefix(R"(","version":)", &text)) return std::nullopt;
  int32_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || version < 1 || text.front() == '0') return std::nullopt;
  text.remove_prefix(end - text.data());
  if (text != R"(,"magic":1})") return std::nullopt;
  RecordKey key;
  key.type = KeyType::kSchema;
  key.subject = Subject::Parse(subject);
  key.version = Version(version);
  return key;
}

struct ReferenceFields {
  Reference reference;
  std::string subject_as_spelled;
};

ReferenceFields ReadReference(const JsonValue& node, std::string_view context, FieldReader* reader) {
  ReferenceFields out;
  int64_t version = 0;
  reader->Object("reference", node, [&](std::string_view name, const JsonValue& value) {
    if (name == "name") return reader->Text(name, value, &out.reference.name);
    if (name == "subject") return reader->Text(name, value, &out.subject_as_spelled);
    if (name == "version") {
      return reader->Number(name, value, std::numeric_limits<int32_t>::min(), kMaxNumber, &version);
    }
  });
  out.reference.subject = Subject::Parse(out.subject_as_spelled, context);
  out.reference.version = Version(static_cast<int32_t>(version));
  return out;
}

// The hash as others computed it, where the record spells a reference's subject other than we would: the id and GUID of
// the content hang on that spelling. Nothing when the spelling is ours.
std::optional<ContentHash> HashOfForeignSpelling(const SchemaContent& content, std::string_view context,
                                                 const std::vector<std::string>& spellings) {
  bool ours = true;
  for (size_t i = 0; i < spellings.size(); ++i) {
    ours = ours && spellings[i] == SpellReferenceSubject(content.references[i].subject, context);
  }
  if (ours) return std::nullopt;
  SchemaContent as_spelled = content;
  for (size_t i = 0; i < spellings.size(); ++i) {
    as_spelled.references[i].subject = Subject(std::string(kDefaultContext), spellings[i]);
  }
  return HashOf(as_spelled, kDefaultContext);
}

void ReadSchemaType(std::string_view name, const JsonValue& node, FieldReader* reader, SchemaContent* out) {
  std::string spelled;
  reader->Text(name, node, &spelled);
  const std::optional<SchemaType> known = ParseSchemaType(spelled);
  out->type = known.value_or(SchemaType::kOther);
  out->other_type = known ? "" : spelled;
}

absl::StatusOr<RecordValue> ReadSchema(const JsonValue& json, const RecordKey& key) {
  SchemaRecord out;
  FieldReader reader("SCHEMA value");
  int64_t id = 0;
  std::string md5;
  std::vector<std::string> spellings;
  for (const auto& [name, node] : json.members()) {
    if (name == "id") {
      reader.Number(name, node, 1, kMaxNumber, &id);
    } else if (name == "schema") {
      reader.Text(name, node, &out.content.text);
    } else if (name == "schemaType") {
      ReadSchemaType(name, node, &reader, &out.content);
    } else if (name == "deleted") {
      reader.Bool(name, node, &out.deleted);
    } else if (name == "references") {
      spellings.clear();
      out.content.references.clear();
      reader.Array(name, node, [&](const JsonValue& item) {
        ReferenceFields fields = ReadReference(item, key.subject->context, &reader);
        out.content.references.push_back(std::move(fields.reference));
        spellings.push_back(std::move(fields.subject_as_spelled));
      });
    } else if (name == "metadata") {
      ReadMetadata(name, node, &reader, &out.content.metadata);
    } else if (name == "ruleSet") {
      ReadRuleSet(name, node, &reader, &out.content.rule_set);
    } else if (name == "md5") {
      reader.Text(name, node, &md5);
    }
  }
  if (!reader.ok()) return reader.status();
  if (id == 0) return errors::SchemaInvalid("SCHEMA value: no `id`");
  out.id = SchemaId(static_cast<int32_t>(id));
  // One that cannot be read is as good as none: the record counts without it.
  if (!md5.empty()) out.md5 = ContentHash::ParseBase64(md5);
  if (!out.md5 && !spellings.empty()) {
    out.md5 = HashOfForeignSpelling(out.content, key.subject->context, spellings);
  }
  return out;
}

template <typename Enum>
void ReadName(std::string_view name, const JsonValue& node, std::optional<Enum> (*parse)(std::string_view),
              FieldReader* reader, std::optional<Enum>* out) {
  std::string text;
  reader->Text(name, node, &text);
  *out = text.empty() ? std::nullopt : parse(text);
  if (!text.empty() && !*out) reader->Complain(name, "has an unknown value");
}

absl::StatusOr<RecordValue> ReadConfig(const JsonValue& json) {
  SubjectConfig out;
  FieldReader reader("CONFIG value");
  const auto read = [&](std::string_view name, const JsonValue& node) {
    if (name == "alias") return reader.Text(name, node, &out.alias);
    if (name == "aliasForDeks") return reader.Text(name, node, &out.alias_for_deks);
    if (name == "normalize") return reader.Bool(name, node, &out.normalize);
    if (name == "validateFields") return reader.Bool(name, node, &out.validate_fields);
    if (name == "validateNewSchemas") return reader.Bool(name, node, &out.validate_new_schemas);
    if (name == "validateRules") return reader.Bool(name, node, &out.validate_rules);
    if (name == "compatibilityLevel") return ReadName(name, node, ParseCompatibilityLevel, &reader, &out.level);
    if (name == "compatibilityPolicy") return ReadName(name, node, ParseCompatibilityPolicy, &reader, &out.policy);
    if (name == "compatibilityGroup") return reader.Text(name, node, &out.compatibility_group);
    if (name == "defaultMetadata") return ReadMetadata(name, node, &reader, &out.default_metadata);
    if (name == "overrideMetadata") return ReadMetadata(name, node, &reader, &out.override_metadata);
    if (name == "defaultRuleSet") return ReadRuleSet(name, node, &reader, &out.default_rule_set);
    if (name == "overrideRuleSet") return ReadRuleSet(name, node, &reader, &out.override_rule_set);
  };
  for (const auto& [name, node] : json.members()) read(name, node);
  if (!reader.ok()) return reader.status();
  return out;
}

absl::StatusOr<RecordValue> ReadMode(const JsonValue& json) {
  std::optional<Mode> mode;
  FieldReader reader("MODE value");
  for (const auto& [name, node] : json.members()) {
    if (name == "mode") ReadName(name, node, ParseMode, &reader, &mode);
  }
  if (!reader.ok()) return reader.status();
  if (!mode) return Tombstone{};  // a mode of null says what a tombstone says
  return *mode;
}

absl::StatusOr<RecordValue> ReadDeleteSubject(const JsonValue& json) {
  int64_t up_to = -1;
  FieldReader reader("DELETE_SUBJECT value");
  for (const auto& [name, node] : json.members()) {
    if (name == "version") reader.Number("version", node, 0, kMaxNumber, &up_to);
  }
  if (up_to < 0) reader.Complain("version", "is missing");
  if (!reader.ok()) return reader.status();
  return DeleteSubjectRecord{Version(static_cast<int32_t>(up_to))};
}

absl::StatusOr<RecordValue> ReadClaim(const JsonValue& json) {
  ClaimRecord out;
  FieldReader reader("claim value");
  int64_t format = 0;
  const auto read = [&](std::string_view name, const JsonValue& node) {
    if (name == "claimFormat") return;
    if (name == "node") return reader.Text(name, node, &out.node);
    if (name == "grpcAddress") return reader.Text(name, node, &out.grpc_address);
    if (name == "restAddress") return reader.Text(name, node, &out.rest_address);
    if (name == "logId") return reader.Text(name, node, &out.log_id);
    if (name == "acceptedForeign") {
      int64_t offset = kBeforeFirst.value();
      reader.Number(name, node, kBeforeFirst.value(), std::numeric_limits<int64_t>::max(), &offset);
      out.accepted_foreign = Offset(offset);
      return;
    }
    if (name != "highIds") return;
    out.high_ids.clear();
    reader.Object(name, node, [&](std::string_view context, const JsonValue& value) {
      int64_t id = 0;
      reader.Number(context, value, 0, kMaxNumber, &id);
      out.high_ids[std::string(context)] = SchemaId(static_cast<int32_t>(id));
    });
  };
  FieldReader format_reader("claim value");
  for (const auto& [name, node] : json.members()) {
    if (name == "claimFormat") format_reader.Number("claimFormat", node, 1, kMaxNumber, &format);
    read(name, node);
  }
  if (format == 0) format_reader.Complain("claimFormat", "is missing");
  if (!format_reader.ok()) return format_reader.status();
  // A later format may have changed every other field: the reader must see at least that it is there.
  if (!reader.ok() && format <= ClaimRecord::kFormatVersion) return reader.status();
  out.format_version = static_cast<int>(format);
  return out;
}

absl::StatusOr<RecordValue> DecodeValue(const RecordKey& key, const std::string& bytes) {
  if (key.type == KeyType::kNoop) return NoopRecord{};  // says nothing, whatever its value
  const absl::StatusOr<JsonValue> json = ParseRecordJson(bytes, "value");
  if (!json.ok()) return json.status();
  switch (key.type) {
    case KeyType::kSchema:
      return ReadSchema(*json, key);
    case KeyType::kConfig:
      return ReadConfig(*json);
    case KeyType::kMode:
      return ReadMode(*json);
    case KeyType::kClaim:
      return ReadClaim(*json);
    case KeyType::kDeleteSubject:
      return ReadDeleteSubject(*json);
    case KeyType::kClearSubject:
      return ClearSubjectRecord{};
    case KeyType::kContext:
      return ContextRecord{};
    case KeyType::kAssociation:
      return AssociationRecord{bytes};
    case KeyType::kNoop:
      break;
  }
  return NoopRecord{};
}

void WriteSubject(const RecordKey& key, ObjectWriter* object) {
  if (!key.subject) return;
  if (key.type == KeyType::kClearSubject && *key.subject == Subject()) return object->Text("subject", ":.:");
  object->TextUnlessEmpty("subject", key.subject->Qualified());
}

std::string Encode(const RecordKey& key, const SchemaRecord& record) {
  std::string out;
  out.reserve(record.content.text.size() * 9 / 8 + 128);
  const SchemaContent& content = record.content;
  ObjectWriter object(&out);
  WriteSubject(key, &object);
  object.Number("version", key.version.value());
  object.Number("id", record.id.value());
  if (record.md5) object.Text("md5", record.md5->ToBase64());
  object.Text("schemaType", content.type == SchemaType::kOther ? content.other_type : SchemaTypeName(content.type));
  if (!content.references.empty()) {
    WriteArray(content.references, object.Begin("references"), [&](const Reference& reference) {
      ObjectWriter item(&out);
      item.TextUnlessEmpty("name", reference.name);
      item.TextUnlessEmpty("subject", SpellReferenceSubject(reference.subject, key.subject->context));
      item.Number("version", reference.version.value());
      item.Close();
    });
  }
  if (content.metadata) WriteMetadata(*content.metadata, object.Begin("metadata"));
  if (content.rule_set) WriteRuleSet(*content.rule_set, object.Begin("ruleSet"));
  object.TextUnlessEmpty("schema", content.text);
  object.Bool("deleted", record.deleted);
  object.Close();
  return out;
}

std::string Encode(const RecordKey& key, const SubjectConfig& config) {
  std::string out;
  ObjectWriter object(&out);
  WriteSubject(key, &object);
  object.TextIfAny("alias", config.alias);
  object.TextIfAny("aliasForDeks", config.alias_for_deks);
  object.BoolIfAny("normalize", config.normalize);
  object.BoolIfAny("validateFields", config.validate_fields);
  object.BoolIfAny("validateNewSchemas", config.validate_new_schemas);
  object.BoolIfAny("validateRules", config.validate_rules);
  if (config.level) object.Text("compatibilityLevel", CompatibilityLevelName(*config.level));
  if (config.policy) object.Text("compatibilityPolicy", CompatibilityPolicyName(*config.policy));
  object.TextIfAny("compatibilityGroup", config.compatibility_group);
  if (config.default_metadata) WriteMetadata(*config.default_metadata, object.Begin("defaultMetadata"));
  if (config.override_metadata) WriteMetadata(*config.override_metadata, object.Begin("overrideMetadata"));
  if (config.default_rule_set) WriteRuleSet(*config.default_rule_set, object.Begin("defaultRuleSet"));
  if (config.override_rule_set) WriteRuleSet(*config.override_rule_set, object.Begin("overrideRuleSet"));
  object.Close();
  return out;
}

std::string Encode(const RecordKey& key, Mode mode) {
  std::string out;
  ObjectWriter object(&out);
  WriteSubject(key, &object);
  object.Text("mode", ModeName(mode));
  object.Close();
  return out;
}

std::string Encode(const RecordKey&, const ClaimRecord& claim) {
  std::string out;
  ObjectWriter object(&out);
  object.Number("claimFormat", claim.format_version);
  object.TextUnlessEmpty("node", claim.node);
  object.TextUnlessEmpty("grpcAddress", claim.grpc_address);
  object.TextUnlessEmpty("restAddress", claim.rest_address);
  object.TextUnlessEmpty("logId", claim.log_id);
  std::string* const ids = object.Begin("highIds");
  ObjectWriter contexts(ids);
  // A context's name is checked before it gets here, but a record that named it may be anybody's: escape it.
  for (const auto& [context, id] : claim.high_ids) contexts.EscapedNumber(context, id.value());
  contexts.Close();
  if (claim.accepted_foreign != kBeforeFirst) object.Number("acceptedForeign", claim.accepted_foreign.value());
  object.Close();
  return out;
}

std::string Encode(const RecordKey& key, const DeleteSubjectRecord& record) {
  std::string out;
  ObjectWriter object(&out);
  WriteSubject(key, &object);
  object.Number("version", record.up_to.value());
  object.Close();
  return out;
}

std::string Encode(const RecordKey& key, const ClearSubjectRecord&) {
  std::string out;
  ObjectWriter object(&out);
  WriteSubject(key, &object);
  object.Close();
  return out;
}

std::string Encode(const RecordKey& key, const ContextRecord&) {
  std::string out;
  ObjectWriter object(&out);
  object.Text("tenant", kTenant);
  object.Text("context", key.text);
  object.Close();
  return out;
}

std::string Encode(const RecordKey&, const AssociationRecord& record) { return record.json; }

}  // namespace

std::string EncodeKey(const RecordKey& key) {
  if (key.type == KeyType::kAssociation) return key.text;
  std::string out;
  ObjectWriter object(&out);
  object.Text("keytype", NameOf(key.type));
  if (key.type == KeyType::kContext) {
    object.Text("tenant", kTenant);
    object.Text("context", key.text);
  }
  WriteSubject(key, &object);
  if (key.type == KeyType::kSchema) object.Number("version", key.version.value());
  object.Number("magic", key.type == KeyType::kSchema ? 1 : 0);
  if (key.type == KeyType::kClaim) {
    object.Number("epoch", key.epoch.value());
    object.Text("claim", key.text);
  }
  object.Close();
  return out;
}

absl::StatusOr<RecordKey> DecodeKey(const std::string& bytes) {
  if (std::optional<RecordKey> key = DecodePlainSchemaKey(bytes)) return *std::move(key);
  const absl::StatusOr<JsonValue> json = ParseRecordJson(bytes, "key");
  if (!json.ok()) return json.status();
  KeyFields fields;
  FieldReader reader("record key");
  for (const auto& [name, node] : json->members()) ReadKeyField(name, node, &reader, &fields);
  if (!reader.ok()) return reader.status();
  return ToRecordKey(fields);
}

absl::StatusOr<DecodedRecord> DecodeRecord(const Record& record) {
  absl::StatusOr<RecordKey> key = DecodeKey(record.key);
  if (!key.ok()) return key.status();
  DecodedRecord out{std::move(*key), Tombstone{}, "", ""};
  if (record.value) {
    absl::StatusOr<RecordValue> value = DecodeValue(out.key, *record.value);
    if (!value.ok()) return value.status();
    out.value = std::move(*value);
  } else if (out.key.type == KeyType::kNoop) {
    out.value = NoopRecord{};
  }
  for (const Header& header : record.headers) {
    if (header.name == kClaimHeader) out.claim_token = header.value;
    if (header.name == kRequestHeader) out.request_id = header.value;
  }
  return out;
}

Record EncodeRecord(const RecordKey& key, const RecordValue& value) {
  Record out;
  out.key = EncodeKey(key);
  const auto encode = [&](const auto& held) -> std::optional<std::string> {
    using Held = std::decay_t<decltype(held)>;
    if constexpr (std::is_same_v<Held, Tombstone> || std::is_same_v<Held, NoopRecord>) {
      return std::nullopt;
    } else {
      return Encode(key, held);
    }
  };
  out.value = std::visit(encode, value);
  return out;
}

}  // namespace regent
