#include "schema/protobuf/protobuf_format.h"

#include <google/protobuf/descriptor.pb.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/protobuf/compare.h"
#include "schema/protobuf/descriptor_builder.h"
#include "schema/protobuf/descriptor_cleaner.h"
#include "schema/protobuf/descriptor_input.h"
#include "schema/protobuf/imports.h"
#include "schema/protobuf/printer.h"
#include "schema/protobuf/protobuf_schema.h"
#include "schema/protobuf/text_parser.h"
#include "schema/protobuf/tree_builder.h"
#include "schema/protobuf/type_check.h"

namespace regent {
namespace {

using protobuf::ImportedFiles;
using protobuf::ParsedText;
using protobuf::ProtobufSchema;

absl::Status TooLarge(std::string_view what, size_t bytes, size_t bytes_max) {
  return MakeError(ErrorReason::kSchemaTooLarge,
                   absl::StrCat(std::string(what), " has ", bytes, " bytes; ", bytes_max, " are allowed"));
}

absl::Status CheckSize(std::string_view text, absl::Span<const NamedSchema> references, const FormatLimits& limits) {
  if (text.size() > limits.max_text_bytes) return TooLarge("the schema", text.size(), limits.max_text_bytes);
  size_t total = text.size();
  for (const NamedSchema& reference : references) total += reference.text.size();
  if (total > limits.max_total_bytes) {
    return TooLarge("the schema with all it references", total, limits.max_total_bytes);
  }
  return absl::OkStatus();
}

// Spells the descriptor's options out, those that are extensions too where they are defined in it or in its imports.
absl::StatusOr<std::string> SpellDescriptor(const google::protobuf::FileDescriptorProto& descriptor,
                                            absl::Span<const NamedSchema> references, const FormatLimits& limits) {
  const std::vector<std::string> imports(descriptor.dependency().begin(), descriptor.dependency().end());
  absl::StatusOr<std::string> plain = protobuf::DescriptorText(descriptor, nullptr, limits.max_depth);
  if (!plain.ok()) return plain;
  absl::StatusOr<ImportedFiles> files = protobuf::LoadImports(imports, references, limits);
  if (!files.ok()) return files.status();
  // The same file without its options can always be built if it can be built at all.
  absl::StatusOr<ParsedText> bare = protobuf::ParseText(*plain, limits.max_depth);
  if (!bare.ok()) return plain;
  absl::Status cost = protobuf::CheckPoolCost(protobuf::MeasurePoolCost(bare->proto));
  if (!cost.ok()) return cost;
  protobuf::CleanReference(bare->scan, &bare->proto);
  protobuf::DescriptorSet set;
  if (!set.AddImports(*files).ok() || !set.AddSchema(&bare->proto, nullptr).ok()) return plain;
  return protobuf::DescriptorText(descriptor, &set.pool(), limits.max_depth);
}

// As .proto text or, failing that, as a descriptor.
absl::StatusOr<ParsedText> Read(std::string_view text, absl::Span<const NamedSchema> references,
                                const FormatLimits& limits) {
  absl::StatusOr<ParsedText> parsed = protobuf::ParseText(text, limits.max_depth);
  if (parsed.ok() || ReasonOf(parsed.status()) != ErrorReason::kSchemaInvalid) return parsed;
  std::optional<google::protobuf::FileDescriptorProto> descriptor = protobuf::DecodeDescriptor(text);
  if (!descriptor.has_value()) return protobuf::NotASchema(text, parsed.status());
  absl::StatusOr<std::string> spelt = SpellDescriptor(*descriptor, references, limits);
  if (!spelt.ok()) return spelt.status();
  parsed = protobuf::ParseText(*spelt, limits.max_depth);
  if (parsed.ok() || ReasonOf(parsed.status()) != ErrorReason::kSchemaInvalid) return parsed;
  return errors::SchemaInvalid(
      absl::StrCat("the descriptor cannot be written as .proto text: ", parsed.status().message()));
}

const ProtobufSchema& AsProtobuf(const ParsedSchema& schema) { return static_cast<const ProtobufSchema&>(schema); }

absl::StatusOr<Comparison> CompareSchemas(const ParsedSchema& reader, const ParsedSchema& writer,
                                          protobuf::Wanted wanted, const FormatLimits& limits) {
  const ProtobufSchema& old = AsProtobuf(writer);
  const ProtobufSchema& now = AsProtobuf(reader);
  return protobuf::CompareFiles({old.file(), old.symbols()}, {now.file(), now.symbols()}, wanted, limits);
}

absl::StatusOr<std::string> Serialized(const ProtobufSchema& schema) {
  absl::StatusOr<ParsedText> parsed = protobuf::ParseText(schema.canonical(), FormatLimits().max_depth);
  if (!parsed.ok()) return parsed.status();
  protobuf::CleanSchema(parsed->scan, schema.symbols(), &parsed->proto);
  parsed->proto.clear_source_code_info();
  protobuf::DescriptorSet set;
  google::protobuf::FileDescriptorProto serialized;
  absl::Status imports = set.AddImports(schema.imports());
  if (!imports.ok()) return imports;
  absl::StatusOr<const google::protobuf::FileDescriptor*> file = set.AddSchema(&parsed->proto, nullptr);
  if (file.ok()) {
    (*file)->CopyTo(&serialized);
  } else {
    // One that was stored leniently: what was parsed says all there is to say.
    serialized.Swap(&parsed->proto);
  }
  serialized.set_name("default");
  return absl::Base64Escape(serialized.SerializePartialAsString());
}

bool IsExtensionOption(const protobuf::Option& option) {
  for (const protobuf::Option::NamePart& part : option.name) {
    if (part.is_extension) return true;
  }
  return false;
}

void DropExtensionOptions(std::vector<protobuf::Option>* options) { std::erase_if(*options, IsExtensionOption); }

void DropExtensions(std::vector<protobuf::Field>* fields);

void DropExtensions(protobuf::Enum* enumeration) {
  DropExtensionOptions(&enumeration->options);
  for (protobuf::EnumValue& value : enumeration->values) DropExtensionOptions(&value.options);
}

void DropExtensions(protobuf::Message* message) {
  DropExtensionOptions(&message->options);
  DropExtensions(&message->fields);
  for (protobuf::Oneof& oneof : message->oneofs) {
    DropExtensionOptions(&oneof.options);
    DropExtensions(&oneof.fields);
  }
  message->extensions.clear();
  message->extends.clear();
  for (protobuf::Message& nested : message->messages) DropExtensions(&nested);
  for (protobuf::Enum& enumeration : message->enums) DropExtensions(&enumeration);
}

void DropExtensions(std::vector<protobuf::Field>* fields) {
  for (protobuf::Field& field : *fields) {
    DropExtensionOptions(&field.options);
    if (field.is_group()) DropExtensions(&field.group_body[0]);
  }
}

std::string WithoutExtensions(protobuf::File file) {
  DropExtensionOptions(&file.options);
  file.extends.clear();
  for (protobuf::Message& message : file.messages) DropExtensions(&message);
  for (protobuf::Enum& enumeration : file.enums) DropExtensions(&enumeration);
  for (protobuf::Service& service : file.services) {
    DropExtensionOptions(&service.options);
    for (protobuf::Rpc& rpc : service.rpcs) DropExtensionOptions(&rpc.options);
  }
  return protobuf::PrintFile(file);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ParsedSchema>> ProtobufFormat::Parse(std::string_view text,
                                                                          absl::Span<const NamedSchema> references,
                                                                          Validation validation,
                                                                          const FormatLimits& limits) const {
  absl::Status size = CheckSize(text, references, limits);
  if (!size.ok()) return size;
  absl::StatusOr<ParsedText> parsed = Read(text, references, limits);
  if (!parsed.ok()) return parsed.status();
  absl::Status cost = protobuf::CheckPoolCost(protobuf::MeasurePoolCost(parsed->proto));
  if (!cost.ok()) return cost;
  absl::StatusOr<protobuf::File> tree = protobuf::BuildTree(parsed->proto, parsed->scan, limits.max_depth);
  if (!tree.ok()) return tree.status();
  absl::StatusOr<ImportedFiles> imports = protobuf::LoadImports(protobuf::ImportsOf(*tree), references, limits);
  if (!imports.ok()) return imports.status();

  auto schema = std::make_shared<const ProtobufSchema>(*std::move(tree), *std::move(imports));
  if (validation == Validation::kStrict) {
    // Comments alone, or base64 that begins like one. Nothing would be stored, and to a registry no text means another.
    if (schema->canonical().empty()) {
      return protobuf::NotASchema(
          text, errors::SchemaInvalid("the text has no statement: a syntax line or a definition is needed", "", 1, 1));
    }
    if (schema->canonical().size() > limits.max_text_bytes) {
      return TooLarge("the schema in its stored form", schema->canonical().size(), limits.max_text_bytes);
    }
    protobuf::CleanSchema(parsed->scan, schema->symbols(), &parsed->proto);
    parsed->proto.clear_source_code_info();
    protobuf::DescriptorSet set;
    absl::Status added = set.AddImports(schema->imports());
    if (!added.ok()) return added;
    const auto file = set.AddSchema(&parsed->proto, parsed->locations.get());
    if (!file.ok()) return file.status();
  }
  absl::Status types = protobuf::CheckTypes(schema->file(), schema->symbols());
  if (!types.ok()) return types;
  return schema;
}

bool ProtobufFormat::Equivalent(const ParsedSchema& a, const ParsedSchema& b) const {
  return a.type() == b.type() && a.canonical() == b.canonical();
}

uint64_t ProtobufFormat::EquivalenceKey(const ParsedSchema& schema) const {
  return std::hash<std::string>()(schema.canonical());
}

absl::StatusOr<Comparison> ProtobufFormat::Compare(const ParsedSchema& reader, const ParsedSchema& writer,
                                                   CompatibilityPolicy, const FormatLimits& limits) const {
  return CompareSchemas(reader, writer, protobuf::Wanted::kIncompatible, limits);
}

absl::StatusOr<Comparison> ProtobufFormat::CompareAll(const ParsedSchema& reader, const ParsedSchema& writer,
                                                      const FormatLimits& limits) const {
  return CompareSchemas(reader, writer, protobuf::Wanted::kAll, limits);
}

std::vector<std::string> ProtobufFormat::TopLevelFields(const ParsedSchema& schema) const {
  std::vector<std::string> names;
  const std::vector<protobuf::Message>& messages = AsProtobuf(schema).file().messages;
  if (messages.empty()) return names;
  for (const protobuf::Field& field : messages[0].fields) names.push_back(field.name);
  for (const protobuf::Oneof& oneof : messages[0].oneofs) {
    for (const protobuf::Field& field : oneof.fields) names.push_back(field.name);
  }
  return names;
}

absl::StatusOr<std::string> ProtobufFormat::Render(const ParsedSchema& schema, std::string_view dress) const {
  if (dress == "serialized") return Serialized(AsProtobuf(schema));
  if (dress == "ignore_extensions") return WithoutExtensions(AsProtobuf(schema).file());
  return schema.canonical();
}

}  // namespace regent
