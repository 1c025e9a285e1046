#include "schema/protobuf/descriptor_input.h"

#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/protobuf/printer.h"
#include "schema/protobuf/tree_builder.h"

namespace regent::protobuf {
namespace {

namespace gp = google::protobuf;
using FieldProto = gp::FieldDescriptorProto;

bool IsIdentifier(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && is_letter(name[0]) &&
         std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// `a.b.C`, with or without a dot in front.
bool IsDottedName(std::string_view name) {
  if (!name.empty() && name[0] == '.') name.remove_prefix(1);
  while (true) {
    const size_t dot = name.find('.');
    if (!IsIdentifier(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

// A default that is no string: a number, true, inf or the name of an enum value.
bool IsWord(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' || c == '+';
  });
}

std::string DefaultJsonName(std::string_view name) {
  std::string json;
  bool upper = false;
  for (const char c : name) {
    if (c == '_') {
      upper = true;
      continue;
    }
    json += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return json;
}

// The number that the shortest spelling of `value` means: 0.1 and not 0.100000001490116.
double Widened(float value) {
  for (int digits = 6; digits < 9; ++digits) {
    char text[40];
    std::snprintf(text, sizeof(text), "%.*g", digits, value);
    if (std::strtof(text, nullptr) == value) return std::strtod(text, nullptr);
  }
  return value;
}

// The value of `field` of `options`, or its element `index` when it is repeated, as the parser would have left it.
// False when no text says it.
bool SpellValue(const gp::Message& options, const gp::FieldDescriptor* field, int index, gp::UninterpretedOption* to) {
  const gp::Reflection& reflection = *options.GetReflection();
  const auto get = [&](auto single, auto repeated) {
    return index < 0 ? (reflection.*single)(options, field) : (reflection.*repeated)(options, field, index);
  };
  const auto set_signed = [&](int64_t value) {
    if (value < 0) {
      to->set_negative_int_value(value);
    } else {
      to->set_positive_int_value(static_cast<uint64_t>(value));
    }
  };
  using R = gp::Reflection;
  switch (field->cpp_type()) {
    case gp::FieldDescriptor::CPPTYPE_INT32:
      set_signed(get(&R::GetInt32, &R::GetRepeatedInt32));
      break;
    case gp::FieldDescriptor::CPPTYPE_INT64:
      set_signed(get(&R::GetInt64, &R::GetRepeatedInt64));
      break;
    case gp::FieldDescriptor::CPPTYPE_UINT32:
      to->set_positive_int_value(get(&R::GetUInt32, &R::GetRepeatedUInt32));
      break;
    case gp::FieldDescriptor::CPPTYPE_UINT64:
      to->set_positive_int_value(get(&R::GetUInt64, &R::GetRepeatedUInt64));
      break;
    case gp::FieldDescriptor::CPPTYPE_FLOAT:
      to->set_double_value(Widened(get(&R::GetFloat, &R::GetRepeatedFloat)));
      break;
    case gp::FieldDescriptor::CPPTYPE_DOUBLE:
      to->set_double_value(get(&R::GetDouble, &R::GetRepeatedDouble));
      break;
    case gp::FieldDescriptor::CPPTYPE_BOOL:
      to->set_identifier_value(get(&R::GetBool, &R::GetRepeatedBool) ? "true" : "false");
      break;
    case gp::FieldDescriptor::CPPTYPE_STRING:
      to->set_string_value(get(&R::GetString, &R::GetRepeatedString));
      break;
    case gp::FieldDescriptor::CPPTYPE_ENUM: {
      const int number = get(&R::GetEnumValue, &R::GetRepeatedEnumValue);
      const gp::EnumValueDescriptor* value = field->enum_type()->FindValueByNumber(number);
      if (value == nullptr) return false;
      to->set_identifier_value(value->name());
      break;
    }
    case gp::FieldDescriptor::CPPTYPE_MESSAGE: {
      const gp::Message& value =
          index < 0 ? reflection.GetMessage(options, field) : reflection.GetRepeatedMessage(options, field, index);
      gp::TextFormat::Printer printer;
      printer.SetSingleLineMode(true);
      printer.SetUseUtf8StringEscaping(true);
      printer.SetHideUnknownFields(true);  // a literal has no way to say them
      return printer.PrintToString(value, to->mutable_aggregate_value());
    }
  }
  return true;
}

class OptionSpeller {
 public:
  explicit OptionSpeller(const gp::DescriptorPool* pool) : pool_(pool), factory_(pool) {}

  absl::Status Run(gp::FileDescriptorProto* file) {
    file->clear_source_code_info();
    if (!file->package().empty() && !IsDottedName(file->package())) Bad("package", file->package());
    for (const std::string& import : file->dependency()) {
      if (!file->name().empty() && import == file->name())
        Fail(absl::StrCat("the descriptor \"", import, "\" imports itself"));
    }
    if (file->has_options()) Spell(file->mutable_options());
    for (gp::DescriptorProto& message : *file->mutable_message_type()) RunMessage(&message);
    for (gp::EnumDescriptorProto& from : *file->mutable_enum_type()) RunEnum(&from);
    for (FieldProto& field : *file->mutable_extension()) RunField(&field);
    for (gp::ServiceDescriptorProto& service : *file->mutable_service()) RunService(&service);
    return status_;
  }

 private:
  void RunMessage(gp::DescriptorProto* message) {
    Name("message", message->name());
    for (FieldProto& field : *message->mutable_field()) RunField(&field);
    for (FieldProto& field : *message->mutable_extension()) RunField(&field);
    for (gp::OneofDescriptorProto& oneof : *message->mutable_oneof_decl()) {
      Name("oneof", oneof.name());
      if (oneof.has_options()) Spell(oneof.mutable_options());
    }
    for (auto& range : *message->mutable_extension_range()) {
      if (range.has_options()) Spell(range.mutable_options());
    }
    for (gp::DescriptorProto& nested : *message->mutable_nested_type()) RunMessage(&nested);
    for (gp::EnumDescriptorProto& from : *message->mutable_enum_type()) RunEnum(&from);
    if (message->has_options() && !message->options().map_entry()) Spell(message->mutable_options());
  }

  void RunEnum(gp::EnumDescriptorProto* from) {
    Name("enum", from->name());
    if (from->has_options()) Spell(from->mutable_options());
    for (gp::EnumValueDescriptorProto& value : *from->mutable_value()) {
      Name("enum value", value.name());
      if (value.has_options()) Spell(value.mutable_options());
    }
  }

  void RunField(FieldProto* field) {
    Name("field", field->name());
    const bool scalar = field->has_type() && field->type() != FieldProto::TYPE_MESSAGE &&
                        field->type() != FieldProto::TYPE_ENUM && field->type() != FieldProto::TYPE_GROUP;
    if (!scalar) TypeName(field->type_name());
    if (field->has_extendee()) TypeName(field->extendee());
    const bool quoted = scalar && (field->type() == FieldProto::TYPE_STRING || field->type() == FieldProto::TYPE_BYTES);
    if (field->has_default_value() && !quoted && !IsWord(field->default_value())) {
      Bad("default of a field", field->default_value());
    }
    if (field->has_json_name() && field->json_name() == DefaultJsonName(field->name())) field->clear_json_name();
    if (field->has_options()) Spell(field->mutable_options());
  }

  void RunService(gp::ServiceDescriptorProto* service) {
    Name("service", service->name());
    if (service->has_options()) Spell(service->mutable_options());
    for (gp::MethodDescriptorProto& method : *service->mutable_method()) {
      Name("rpc", method.name());
      TypeName(method.input_type());
      TypeName(method.output_type());
      if (method.has_options()) Spell(method.mutable_options());
    }
  }

  // Turns set fields, and extensions that the pool knows, into uninterpreted options.
  template <typename Options>
  void Spell(Options* options) {
    Options spelt;
    spelt.mutable_uninterpreted_option()->Swap(options->mutable_uninterpreted_option());
    for (const gp::UninterpretedOption& option : spelt.uninterpreted_option()) {
      for (const auto& part : option.name()) {
        if (!(part.is_extension() ? IsDottedName(part.name_part()) : IsIdentifier(part.name_part()))) {
          Bad("option", part.name_part());
        }
      }
      if (option.has_identifier_value() && !IsWord(option.identifier_value())) {
        Bad("value of an option", option.identifier_value());
      }
    }
    const std::unique_ptr<gp::Message> dynamic = WithExtensions(*options);
    const gp::Message& message = dynamic != nullptr ? *dynamic : static_cast<const gp::Message&>(*options);
    std::vector<const gp::FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    for (const gp::FieldDescriptor* field : fields) {
      const int count = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
      for (int i = 0; i < count; ++i) {
        gp::UninterpretedOption option;
        gp::UninterpretedOption::NamePart* part = option.add_name();
        part->set_name_part(field->is_extension() ? field->full_name() : field->name());
        part->set_is_extension(field->is_extension());
        if (SpellValue(message, field, field->is_repeated() ? i : -1, &option)) {
          spelt.add_uninterpreted_option()->Swap(&option);
        }
      }
    }
    options->Swap(&spelt);
  }

  std::unique_ptr<gp::Message> WithExtensions(const gp::Message& options) {
    if (pool_ == nullptr) return nullptr;
    const gp::Descriptor* type = pool_->FindMessageTypeByName(options.GetDescriptor()->full_name());
    if (type == nullptr) return nullptr;
    std::unique_ptr<gp::Message> dynamic(factory_.GetPrototype(type)->New());
    return dynamic->ParsePartialFromString(options.SerializePartialAsString()) ? std::move(dynamic) : nullptr;
  }

  void Name(std::string_view what, std::string_view name) {
    if (!IsIdentifier(name)) Bad(what, name);
  }
  void TypeName(std::string_view name) {
    if (!IsDottedName(name)) Bad("type", name);
  }
  void Bad(std::string_view what, std::string_view name) {
    Fail(absl::StrCat("the descriptor has a ", std::string(what), " called \"",
                      absl::CHexEscape(absl::string_view(name.data(), std::min<size_t>(name.size(), 100))), "\""));
  }
  void Fail(std::string_view what) {
    if (status_.ok()) status_ = errors::SchemaInvalid(what);
  }

  const gp::DescriptorPool* const pool_;
  // Looks extensions up in the pool of the schema, and not in the one below that holds descriptor.proto.
  gp::DynamicMessageFactory factory_;
  absl::Status status_;
};

std::string WithoutSpace(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::isspace(static_cast<unsigned char>(c)) == 0) out += c;
  }
  return out;
}

// Nobody writes twelve characters of .proto without a space, a semicolon or a brace.
bool LooksLikeBase64(std::string_view text) {
  const std::string packed = WithoutSpace(text);
  return packed.size() >= 12 && std::all_of(packed.begin(), packed.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/' || c == '=' || c == '-' ||
                  c == '_';
         });
}

}  // namespace

std::optional<gp::FileDescriptorProto> DecodeDescriptor(std::string_view text) {
  const std::string packed = WithoutSpace(text);
  std::string bytes;
  if (packed.empty() || (!absl::Base64Unescape(packed, &bytes) && !absl::WebSafeBase64Unescape(packed, &bytes))) {
    return std::nullopt;
  }
  gp::LogSilencer silencer;
  gp::FileDescriptorProto proto;
  if (!proto.ParsePartialFromString(bytes) || !proto.IsInitialized()) return std::nullopt;
  return proto;
}

absl::StatusOr<std::string> DescriptorText(gp::FileDescriptorProto proto, const gp::DescriptorPool* options_pool,
                                           int max_depth) {
  gp::LogSilencer silencer;
  absl::Status spelt = OptionSpeller(options_pool).Run(&proto);
  if (!spelt.ok()) return spelt;
  absl::StatusOr<File> tree = BuildTree(proto, max_depth);
  if (!tree.ok()) return tree.status();
  return PrintFile(*tree);
}

absl::StatusOr<ParsedText> ParseTextOrDescriptor(std::string_view text, int max_depth) {
  absl::StatusOr<ParsedText> parsed = ParseText(text, max_depth);
  if (parsed.ok() || ReasonOf(parsed.status()) != ErrorReason::kSchemaInvalid) return parsed;
  std::optional<gp::FileDescriptorProto> descriptor = DecodeDescriptor(text);
  if (!descriptor.has_value()) return NotASchema(text, parsed.status());
  absl::StatusOr<std::string> spelt = DescriptorText(*std::move(descriptor), nullptr, max_depth);
  if (!spelt.ok()) return spelt.status();
  return ParseText(*spelt, max_depth);
}

absl::Status NotASchema(std::string_view text, const absl::Status& as_text) {
  if (!LooksLikeBase64(text)) return as_text;
  return errors::SchemaInvalid(
      "the text is neither .proto nor the base64 of a whole FileDescriptorProto: after decoding it is malformed or cut "
      "short",
      "", 1, 1);
}

}  // namespace regent::protobuf
