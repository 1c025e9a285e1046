#include "schema/protobuf/tree_builder.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/protobuf/message_literal.h"
#include "schema/protobuf/source_index.h"

namespace regent::protobuf {
namespace {

namespace gp = google::protobuf;
using FieldProto = gp::FieldDescriptorProto;

OptionValue Word(std::string text) {
  OptionValue value;
  value.text = std::move(text);
  return value;
}

OptionValue Quoted(std::string bytes) {
  OptionValue value;
  value.kind = OptionValue::Kind::kString;
  value.text = std::move(bytes);
  return value;
}

std::string DoubleText(double value) {
  if (std::isnan(value)) return std::signbit(value) ? "-nan" : "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  // The shortest text that reads back as the same number.
  for (int digits = 6; digits <= 17; ++digits) {
    char text[40];
    std::snprintf(text, sizeof(text), "%.*g", digits, value);
    if (std::strtod(text, nullptr) == value) return text;
  }
  return absl::StrCat(value);
}

std::string_view LastPart(std::string_view dotted) {
  const size_t dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

std::string_view ScalarName(FieldProto::Type type) {
  switch (type) {
    case FieldProto::TYPE_DOUBLE:
      return "double";
    case FieldProto::TYPE_FLOAT:
      return "float";
    case FieldProto::TYPE_INT64:
      return "int64";
    case FieldProto::TYPE_UINT64:
      return "uint64";
    case FieldProto::TYPE_INT32:
      return "int32";
    case FieldProto::TYPE_FIXED64:
      return "fixed64";
    case FieldProto::TYPE_FIXED32:
      return "fixed32";
    case FieldProto::TYPE_BOOL:
      return "bool";
    case FieldProto::TYPE_STRING:
      return "string";
    case FieldProto::TYPE_BYTES:
      return "bytes";
    case FieldProto::TYPE_UINT32:
      return "uint32";
    case FieldProto::TYPE_SFIXED32:
      return "sfixed32";
    case FieldProto::TYPE_SFIXED64:
      return "sfixed64";
    case FieldProto::TYPE_SINT32:
      return "sint32";
    case FieldProto::TYPE_SINT64:
      return "sint64";
    case FieldProto::TYPE_GROUP:
    case FieldProto::TYPE_MESSAGE:
    case FieldProto::TYPE_ENUM:
      break;
  }
  return "";
}

std::string TypeText(const FieldProto& field) {
  const std::string_view scalar = field.has_type() ? ScalarName(field.type()) : "";
  return scalar.empty() ? field.type_name() : std::string(scalar);
}

// The messages of one scope that are no declarations of their own: a group's body, what stands behind a map. Each is
// handed out once, in order, to the field that names it.
class HiddenMessages {
 public:
  explicit HiddenMessages(const gp::RepeatedPtrField<gp::DescriptorProto>& messages) : taken_(messages.size(), false) {
    for (int i = 0; i < messages.size(); ++i) {
      const bool map_entry = messages[i].options().map_entry() && messages[i].field_size() == 2;
      by_name_[{messages[i].name(), map_entry}].indexes.push_back(i);
    }
  }

  // -1 when there is none left of that name.
  int TakeGroup(const FieldProto& field) { return Take(field, false); }
  int TakeMapEntry(const FieldProto& field) { return Take(field, true); }
  bool IsTaken(int index) const { return taken_[index]; }

 private:
  struct Candidates {
    std::vector<int> indexes;
    size_t next = 0;
  };

  int Take(const FieldProto& field, bool map_entry) {
    const auto found = by_name_.find({std::string(LastPart(field.type_name())), map_entry});
    if (found == by_name_.end() || found->second.next == found->second.indexes.size()) return -1;
    const int index = found->second.indexes[found->second.next++];
    taken_[index] = true;
    return index;
  }

  std::map<std::pair<std::string, bool>, Candidates> by_name_;
  std::vector<bool> taken_;
};

class TreeBuilder {
 public:
  TreeBuilder(const gp::FileDescriptorProto& proto, const SourceScan* scan, int max_depth)
      : proto_(proto), scan_(scan), max_depth_(max_depth) {
    if (scan != nullptr) source_ = SourceIndex(proto.source_code_info());
  }

  absl::StatusOr<File> Build() {
    File file;
    if (proto_.has_syntax()) file.syntax = proto_.syntax();
    file.package = proto_.package();
    BuildImports(&file);
    BuildOptions(proto_.options(), gp::FileDescriptorProto::kOptionsFieldNumber, &file.options);
    HiddenMessages hidden(proto_.message_type());
    BuildExtends(proto_.extension(), gp::FileDescriptorProto::kExtensionFieldNumber, proto_.message_type(),
                 gp::FileDescriptorProto::kMessageTypeFieldNumber, &hidden, &file.extends);
    for (int i = 0; i < proto_.message_type_size(); ++i) {
      if (hidden.IsTaken(i)) continue;
      const Step step(this, gp::FileDescriptorProto::kMessageTypeFieldNumber, i);
      file.messages.push_back(BuildMessage(proto_.message_type(i)));
    }
    for (int i = 0; i < proto_.enum_type_size(); ++i) {
      const Step step(this, gp::FileDescriptorProto::kEnumTypeFieldNumber, i);
      file.enums.push_back(BuildEnum(proto_.enum_type(i)));
    }
    for (int i = 0; i < proto_.service_size(); ++i) {
      const Step step(this, gp::FileDescriptorProto::kServiceFieldNumber, i);
      file.services.push_back(BuildService(proto_.service(i)));
    }
    if (!status_.ok()) return status_;
    return file;
  }

 private:
  // The path is one element longer while this lives.
  class Step {
   public:
    Step(TreeBuilder* builder, int field, int index) : builder_(builder) {
      builder_->path_.push_back(field);
      builder_->path_.push_back(index);
    }
    ~Step() { builder_->path_.resize(builder_->path_.size() - 2); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    TreeBuilder* const builder_;
  };

  ElementPath PathTo(std::initializer_list<int> more) const {
    ElementPath path = path_;
    path.insert(path.end(), more.begin(), more.end());
    return path;
  }

  void BuildImports(File* file) {
    std::vector<char> kinds(proto_.dependency_size(), ' ');
    for (const int i : proto_.public_dependency()) {
      if (i >= 0 && i < proto_.dependency_size()) kinds[i] = 'p';
    }
    for (const int i : proto_.weak_dependency()) {
      if (i >= 0 && i < proto_.dependency_size()) kinds[i] = 'w';
    }
    for (int i = 0; i < proto_.dependency_size(); ++i) {
      auto& list = kinds[i] == 'p' ? file->public_imports : kinds[i] == 'w' ? file->weak_imports : file->imports;
      list.push_back(proto_.dependency(i));
    }
  }

  Message BuildMessage(const gp::DescriptorProto& proto) {
    Message message;
    message.name = proto.name();
    BuildMessageReserved(proto, &message);
    BuildOptions(proto.options(), gp::DescriptorProto::kOptionsFieldNumber, &message.options);
    HiddenMessages hidden(proto.nested_type());
    std::vector<SourcePosition> oneof_positions;
    BuildFields(proto, &hidden, &oneof_positions, &message);
    BuildExtensionRanges(proto, &message);
    BuildExtends(proto.extension(), gp::DescriptorProto::kExtensionFieldNumber, proto.nested_type(),
                 gp::DescriptorProto::kNestedTypeFieldNumber, &hidden, &message.extends);
    for (int i = 0; i < proto.nested_type_size(); ++i) {
      if (hidden.IsTaken(i)) continue;
      const Step step(this, gp::DescriptorProto::kNestedTypeFieldNumber, i);
      message.messages.push_back(BuildMessage(proto.nested_type(i)));
    }
    for (int i = 0; i < proto.enum_type_size(); ++i) {
      const Step step(this, gp::DescriptorProto::kEnumTypeFieldNumber, i);
      if (IsEmptyOneof()) {
        message.oneofs.push_back(Oneof{.name = proto.enum_type(i).name(), .options = {}, .fields = {}});
        oneof_positions.push_back(source_.PositionOf(path_).value_or(SourcePosition()));
      } else {
        message.enums.push_back(BuildEnum(proto.enum_type(i)));
      }
    }
    SortOneofs(oneof_positions, &message.oneofs);
    return message;
  }

  // Those that were read as enums come last and belong where they were written.
  static void SortOneofs(const std::vector<SourcePosition>& positions, std::vector<Oneof>* oneofs) {
    if (std::is_sorted(positions.begin(), positions.end())) return;
    std::vector<size_t> order(oneofs->size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return positions[a] < positions[b]; });
    std::vector<Oneof> sorted;
    for (const size_t i : order) sorted.push_back(std::move((*oneofs)[i]));
    *oneofs = std::move(sorted);
  }

  bool IsEmptyOneof() const {
    if (scan_ == nullptr || scan_->empty_oneofs.empty()) return false;
    const std::optional<SourcePosition> position = source_.PositionOf(path_);
    return position.has_value() && scan_->IsEmptyOneof(*position);
  }

  void BuildFields(const gp::DescriptorProto& proto, HiddenMessages* hidden,
                   std::vector<SourcePosition>* oneof_positions, Message* message) {
    std::vector<bool> synthetic(proto.oneof_decl_size(), false);
    for (const FieldProto& field : proto.field()) {
      if (field.proto3_optional() && IsOneofIndex(proto, field)) synthetic[field.oneof_index()] = true;
    }
    std::vector<int> place(proto.oneof_decl_size(), -1);
    for (int i = 0; i < proto.oneof_decl_size(); ++i) {
      if (synthetic[i]) continue;
      const Step step(this, gp::DescriptorProto::kOneofDeclFieldNumber, i);
      place[i] = static_cast<int>(message->oneofs.size());
      oneof_positions->push_back(source_.PositionOf(path_).value_or(SourcePosition()));
      Oneof& oneof = message->oneofs.emplace_back();
      oneof.name = proto.oneof_decl(i).name();
      BuildOptions(proto.oneof_decl(i).options(), gp::OneofDescriptorProto::kOptionsFieldNumber, &oneof.options);
    }
    for (int i = 0; i < proto.field_size(); ++i) {
      const Step step(this, gp::DescriptorProto::kFieldFieldNumber, i);
      const FieldProto& from = proto.field(i);
      Field field = BuildField(from, proto.nested_type(), gp::DescriptorProto::kNestedTypeFieldNumber, hidden);
      const int oneof = IsOneofIndex(proto, from) ? place[from.oneof_index()] : -1;
      if (oneof < 0) {
        message->fields.push_back(std::move(field));
      } else {
        field.label = Label::kNone;
        message->oneofs[oneof].fields.push_back(std::move(field));
      }
    }
  }

  static bool IsOneofIndex(const gp::DescriptorProto& proto, const FieldProto& field) {
    return field.has_oneof_index() && field.oneof_index() >= 0 && field.oneof_index() < proto.oneof_decl_size();
  }

  Label LabelOf(const FieldProto& field) const {
    if (field.label() == FieldProto::LABEL_REPEATED) return Label::kRepeated;
    if (field.label() == FieldProto::LABEL_REQUIRED) return Label::kRequired;
    return proto_.syntax() != "proto3" || field.proto3_optional() ? Label::kOptional : Label::kNone;
  }

  // `messages` are those of the scope the field stands in, `messages_field` is how a path leads to them.
  Field BuildField(const FieldProto& from, const gp::RepeatedPtrField<gp::DescriptorProto>& messages,
                   int messages_field, HiddenMessages* hidden) {
    Field field;
    field.label = LabelOf(from);
    field.name = from.name();
    field.number = from.number();
    field.type = TypeText(from);
    if (from.has_type() && from.type() == FieldProto::TYPE_GROUP) {
      BuildGroup(from, messages, messages_field, hidden, &field);
    } else if (field.label == Label::kRepeated && !IsScalarType(field.type)) {
      BuildMap(from, messages, hidden, &field);
    }
    BuildFieldOptions(from, &field);
    return field;
  }

  void BuildGroup(const FieldProto& from, const gp::RepeatedPtrField<gp::DescriptorProto>& messages, int messages_field,
                  HiddenMessages* hidden, Field* field) {
    const int index = hidden->TakeGroup(from);
    if (index < 0) {
      Fail(absl::StrCat("the group ", from.name(), " has no body"), from.name());
      return;
    }
    field->type = messages[index].name();
    // The body's path does not go through the field.
    ElementPath path(path_.begin(), path_.end() - 2);
    path.insert(path.end(), {messages_field, index});
    std::swap(path, path_);
    field->group_body.push_back(BuildMessage(messages[index]));
    std::swap(path, path_);
  }

  void BuildMap(const FieldProto& from, const gp::RepeatedPtrField<gp::DescriptorProto>& messages,
                HiddenMessages* hidden, Field* field) {
    const int index = hidden->TakeMapEntry(from);
    if (index < 0) return;
    const FieldProto& key = messages[index].field(0);
    const FieldProto& value = messages[index].field(1);
    for (const FieldProto* part : {&key, &value}) {
      // libprotobuf's parser takes the word for a type, and there is no body.
      if (part->type() == FieldProto::TYPE_GROUP) Fail("a map's key or value is no group", from.name());
    }
    field->label = Label::kNone;
    field->map_key_type = TypeText(key);
    field->type = TypeText(value);
  }

  void BuildFieldOptions(const FieldProto& from, Field* field) {
    BuildOptions(from.options(), FieldProto::kOptionsFieldNumber, &field->options);
    if (from.has_default_value()) {
      OptionValue value;
      if (from.has_type() && from.type() == FieldProto::TYPE_STRING) {
        value = Quoted(from.default_value());
      } else if (from.has_type() && from.type() == FieldProto::TYPE_BYTES) {
        std::string bytes;
        if (!absl::CUnescape(from.default_value(), &bytes)) bytes = from.default_value();
        value = Quoted(std::move(bytes));
      } else {
        value = Word(from.default_value());
        Respell(PathTo({FieldProto::kDefaultValueFieldNumber}), &value);
      }
      field->options.push_back(Option{.name = {{.name = "default"}}, .value = std::move(value)});
    }
    if (from.has_json_name()) {
      field->options.push_back(Option{.name = {{.name = "json_name"}}, .value = Quoted(from.json_name())});
    }
  }

  void BuildExtends(const gp::RepeatedPtrField<FieldProto>& fields, int path_field,
                    const gp::RepeatedPtrField<gp::DescriptorProto>& messages, int messages_field,
                    HiddenMessages* hidden, std::vector<Extend>* extends) {
    std::optional<int> last_statement;
    for (int i = 0; i < fields.size(); ++i) {
      const Step step(this, path_field, i);
      const std::optional<int> statement = source_.StatementOf(path_);
      const bool same = !extends->empty() && extends->back().extendee == fields[i].extendee() &&
                        (scan_ == nullptr || statement == last_statement);
      if (!same) extends->push_back(Extend{.extendee = fields[i].extendee(), .fields = {}});
      last_statement = statement;
      extends->back().fields.push_back(BuildField(fields[i], messages, messages_field, hidden));
    }
  }

  // `5 to 5` ends at two places, `5` at one.
  NumberRange BuildRange(int64_t first, int64_t last) const {
    NumberRange range{.first = first, .last = last, .spelt_as_range = first != last};
    const auto begin = source_.PositionOf(PathTo({gp::DescriptorProto::ReservedRange::kStartFieldNumber}));
    const auto end = source_.PositionOf(PathTo({gp::DescriptorProto::ReservedRange::kEndFieldNumber}));
    if (begin.has_value() && end.has_value()) range.spelt_as_range = *begin != *end;
    return range;
  }

  void BuildExtensionRanges(const gp::DescriptorProto& proto, Message* message) {
    std::optional<int> last_statement;
    for (int i = 0; i < proto.extension_range_size(); ++i) {
      const Step step(this, gp::DescriptorProto::kExtensionRangeFieldNumber, i);
      const gp::DescriptorProto::ExtensionRange& range = proto.extension_range(i);
      const std::optional<int> statement = source_.StatementOf(path_);
      const bool same = statement.has_value() && statement == last_statement && !message->extensions.empty();
      last_statement = statement;
      if (!same) {
        Extensions& extensions = message->extensions.emplace_back();
        // Options follow the last range; the parser copies them to each.
        BuildOptions(range.options(), gp::DescriptorProto::ExtensionRange::kOptionsFieldNumber, &extensions.options);
      }
      message->extensions.back().ranges.push_back(BuildRange(range.start(), int64_t{range.end()} - 1));
    }
  }

  void BuildMessageReserved(const gp::DescriptorProto& proto, Message* message) {
    std::map<int, Reserved> statements;
    std::vector<Reserved> singles;
    for (int i = 0; i < proto.reserved_range_size(); ++i) {
      const Step step(this, gp::DescriptorProto::kReservedRangeFieldNumber, i);
      const auto& range = proto.reserved_range(i);
      AddReserved(&statements, &singles)->ranges.push_back(BuildRange(range.start(), int64_t{range.end()} - 1));
    }
    for (int i = 0; i < proto.reserved_name_size(); ++i) {
      const Step step(this, gp::DescriptorProto::kReservedNameFieldNumber, i);
      AddReserved(&statements, &singles)->names.push_back(proto.reserved_name(i));
    }
    TakeReserved(std::move(statements), std::move(singles), &message->reserved);
  }

  void BuildEnumReserved(const gp::EnumDescriptorProto& proto, Enum* to) {
    std::map<int, Reserved> statements;
    std::vector<Reserved> singles;
    for (int i = 0; i < proto.reserved_range_size(); ++i) {
      const Step step(this, gp::EnumDescriptorProto::kReservedRangeFieldNumber, i);
      const auto& range = proto.reserved_range(i);
      AddReserved(&statements, &singles)->ranges.push_back(BuildRange(range.start(), range.end()));
    }
    for (int i = 0; i < proto.reserved_name_size(); ++i) {
      const Step step(this, gp::EnumDescriptorProto::kReservedNameFieldNumber, i);
      AddReserved(&statements, &singles)->names.push_back(proto.reserved_name(i));
    }
    TakeReserved(std::move(statements), std::move(singles), &to->reserved);
  }

  // The statement that the value at the present path was written in.
  Reserved* AddReserved(std::map<int, Reserved>* statements, std::vector<Reserved>* singles) const {
    const std::optional<int> statement = source_.StatementOf(path_);
    return statement.has_value() ? &(*statements)[*statement] : &singles->emplace_back();
  }
  static void TakeReserved(std::map<int, Reserved> statements, std::vector<Reserved> singles,
                           std::vector<Reserved>* to) {
    for (auto& [number, statement] : statements) to->push_back(std::move(statement));
    for (Reserved& single : singles) to->push_back(std::move(single));
  }

  Enum BuildEnum(const gp::EnumDescriptorProto& proto) {
    Enum to;
    to.name = proto.name();
    BuildEnumReserved(proto, &to);
    BuildOptions(proto.options(), gp::EnumDescriptorProto::kOptionsFieldNumber, &to.options);
    for (int i = 0; i < proto.value_size(); ++i) {
      const Step step(this, gp::EnumDescriptorProto::kValueFieldNumber, i);
      EnumValue& value = to.values.emplace_back();
      value.name = proto.value(i).name();
      value.number = proto.value(i).number();
      BuildOptions(proto.value(i).options(), gp::EnumValueDescriptorProto::kOptionsFieldNumber, &value.options);
    }
    return to;
  }

  Service BuildService(const gp::ServiceDescriptorProto& proto) {
    Service service;
    service.name = proto.name();
    BuildOptions(proto.options(), gp::ServiceDescriptorProto::kOptionsFieldNumber, &service.options);
    for (int i = 0; i < proto.method_size(); ++i) {
      const Step step(this, gp::ServiceDescriptorProto::kMethodFieldNumber, i);
      const gp::MethodDescriptorProto& method = proto.method(i);
      Rpc& rpc = service.rpcs.emplace_back();
      rpc.name = method.name();
      rpc.request = method.input_type();
      rpc.response = method.output_type();
      rpc.request_streams = method.client_streaming();
      rpc.response_streams = method.server_streaming();
      BuildOptions(method.options(), gp::MethodDescriptorProto::kOptionsFieldNumber, &rpc.options);
    }
    return service;
  }

  template <typename Options>
  void BuildOptions(const Options& options, int options_field, std::vector<Option>* to) {
    for (int i = 0; i < options.uninterpreted_option_size(); ++i) {
      const gp::UninterpretedOption& from = options.uninterpreted_option(i);
      Option& option = to->emplace_back();
      for (const gp::UninterpretedOption::NamePart& part : from.name()) {
        option.name.push_back({std::string(WithoutGuise(part.name_part())), part.is_extension()});
      }
      ElementPath path = PathTo({options_field, gp::MessageOptions::kUninterpretedOptionFieldNumber, i});
      option.value = BuildValue(from, std::move(path));
      if (!status_.ok()) return;
    }
  }

  OptionValue BuildValue(const gp::UninterpretedOption& from, ElementPath path) {
    OptionValue value;
    if (from.has_aggregate_value()) {
      absl::StatusOr<OptionValue> literal = ReadMessageLiteral(from.aggregate_value(), max_depth_);
      if (literal.ok()) return *std::move(literal);
      FailAt(literal.status(), std::move(path));
      return value;
    }
    if (from.has_string_value()) return Quoted(from.string_value());
    if (from.has_identifier_value()) return Word(from.identifier_value());
    if (from.has_positive_int_value()) {
      value = Word(absl::StrCat(from.positive_int_value()));
      path.push_back(gp::UninterpretedOption::kPositiveIntValueFieldNumber);
    } else if (from.has_negative_int_value()) {
      value = Word(absl::StrCat(from.negative_int_value()));
      path.push_back(gp::UninterpretedOption::kNegativeIntValueFieldNumber);
    } else {
      value = Word(DoubleText(from.double_value()));
      path.push_back(gp::UninterpretedOption::kDoubleValueFieldNumber);
    }
    Respell(path, &value);
    return value;
  }

  // As it was written: 0x1F, 1.50.
  void Respell(const ElementPath& path, OptionValue* value) const {
    if (scan_ == nullptr || scan_->spellings.empty()) return;
    const std::optional<SourcePosition> position = source_.PositionOf(path);
    if (!position.has_value()) return;
    const std::string_view spelling = scan_->SpellingAt(*position);
    if (!spelling.empty()) value->text = spelling;
  }

  void Fail(std::string_view what, std::string_view where) {
    if (status_.ok()) status_ = errors::SchemaInvalid(what, where);
  }
  // `status` is about the message literal of the option at `path`.
  void FailAt(const absl::Status& status, ElementPath path) {
    if (!status_.ok()) return;
    status_ = status;
    path.push_back(gp::UninterpretedOption::kAggregateValueFieldNumber);
    const std::optional<SourcePosition> position = source_.PositionOf(path);
    if (ReasonOf(status) != ErrorReason::kSchemaInvalid || !position.has_value()) return;
    status_ = errors::SchemaInvalid(std::string(status.message()), "", position->line + 1, position->column + 1);
  }

  const gp::FileDescriptorProto& proto_;
  const SourceScan* const scan_;  // null when there is no source
  const int max_depth_;
  SourceIndex source_;
  ElementPath path_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<File> BuildTree(const gp::FileDescriptorProto& proto, const SourceScan& scan, int max_depth) {
  return TreeBuilder(proto, &scan, max_depth).Build();
}

absl::StatusOr<File> BuildTree(const gp::FileDescriptorProto& proto, int max_depth) {
  return TreeBuilder(proto, nullptr, max_depth).Build();
}

}  // namespace regent::protobuf
