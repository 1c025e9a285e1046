#include "schema/protobuf/source_index.h"

namespace regent::protobuf {
namespace {

namespace gp = google::protobuf;

// What a path has come to. Only what the index keeps is told apart.
enum class Place {
  kFile,
  kMessage,
  kEnum,
  kEnumValue,
  kField,
  kExtension,  // a field of an `extend` block
  kOneof,
  kService,
  kMethod,
  kExtensionRange,
  kReserved,  // range or name
  kOptions,
  kOption,
  kValue,  // a number may stand there
  kOther,
};

Place Below(Place place, int field) {
  switch (place) {
    case Place::kFile:
      if (field == gp::FileDescriptorProto::kMessageTypeFieldNumber) return Place::kMessage;
      if (field == gp::FileDescriptorProto::kEnumTypeFieldNumber) return Place::kEnum;
      if (field == gp::FileDescriptorProto::kServiceFieldNumber) return Place::kService;
      if (field == gp::FileDescriptorProto::kExtensionFieldNumber) return Place::kExtension;
      return field == gp::FileDescriptorProto::kOptionsFieldNumber ? Place::kOptions : Place::kOther;
    case Place::kMessage:
      if (field == gp::DescriptorProto::kFieldFieldNumber) return Place::kField;
      if (field == gp::DescriptorProto::kNestedTypeFieldNumber) return Place::kMessage;
      if (field == gp::DescriptorProto::kEnumTypeFieldNumber) return Place::kEnum;
      if (field == gp::DescriptorProto::kExtensionRangeFieldNumber) return Place::kExtensionRange;
      if (field == gp::DescriptorProto::kExtensionFieldNumber) return Place::kExtension;
      if (field == gp::DescriptorProto::kOneofDeclFieldNumber) return Place::kOneof;
      if (field == gp::DescriptorProto::kReservedRangeFieldNumber) return Place::kReserved;
      if (field == gp::DescriptorProto::kReservedNameFieldNumber) return Place::kReserved;
      return field == gp::DescriptorProto::kOptionsFieldNumber ? Place::kOptions : Place::kOther;
    case Place::kEnum:
      if (field == gp::EnumDescriptorProto::kValueFieldNumber) return Place::kEnumValue;
      if (field == gp::EnumDescriptorProto::kReservedRangeFieldNumber) return Place::kReserved;
      if (field == gp::EnumDescriptorProto::kReservedNameFieldNumber) return Place::kReserved;
      return field == gp::EnumDescriptorProto::kOptionsFieldNumber ? Place::kOptions : Place::kOther;
    case Place::kEnumValue:
      return field == gp::EnumValueDescriptorProto::kOptionsFieldNumber ? Place::kOptions : Place::kOther;
    case Place::kField:
    case Place::kExtension:
      if (field == gp::FieldDescriptorProto::kDefaultValueFieldNumber) return Place::kValue;
      return field == gp::FieldDescriptorProto::kOptionsFieldNumber ? Place::kOptions : Place::kOther;
    case Place::kOneof:
      return field == gp::OneofDescriptorProto::kOptionsFieldNumber ? Place::kOptions : Place::kOther;
    case Place::kService:
      if (field == gp::ServiceDescriptorProto::kMethodFieldNumber) return Place::kMethod;
      return field == gp::ServiceDescriptorProto::kOptionsFieldNumber ? Place::kOptions : Place::kOther;
    case Place::kMethod:
      return field == gp::MethodDescriptorProto::kOptionsFieldNumber ? Place::kOptions : Place::kOther;
    case Place::kExtensionRange:
      if (field == gp::DescriptorProto::ExtensionRange::kOptionsFieldNumber) return Place::kOptions;
      return Place::kValue;  // an end of it
    case Place::kReserved:
      return Place::kValue;
    case Place::kOptions:
      return field == gp::MessageOptions::kUninterpretedOptionFieldNumber ? Place::kOption : Place::kOther;
    case Place::kOption:
      return field == gp::UninterpretedOption::kNameFieldNumber ? Place::kOther : Place::kValue;
    case Place::kValue:
    case Place::kOther:
      break;
  }
  return Place::kOther;
}

bool IsRepeated(Place place) { return place != Place::kOptions && place != Place::kValue; }

bool SharesStatements(Place place) {
  return place == Place::kExtension || place == Place::kExtensionRange || place == Place::kReserved;
}

struct Arrival {
  Place place = Place::kFile;
  bool has_index = false;  // or the path ends at a repeated field as such: that is how a whole statement is recorded
};

Arrival Follow(const gp::RepeatedField<int32_t>& path) {
  Arrival arrival;
  for (int i = 0; i < path.size(); ++i) {
    arrival.place = Below(arrival.place, path[i]);
    if (arrival.place == Place::kOther) break;
    arrival.has_index = IsRepeated(arrival.place) && i + 1 < path.size();
    if (arrival.has_index) ++i;
  }
  return arrival;
}

template <typename Numbers>
std::string KeyOf(const Numbers& path, int length) {
  return std::string(reinterpret_cast<const char*>(path.data()), static_cast<size_t>(length) * sizeof(int32_t));
}

}  // namespace

SourceIndex::SourceIndex(const gp::SourceCodeInfo& info) {
  int statement = 0;
  std::unordered_map<std::string, int> current;
  for (const gp::SourceCodeInfo::Location& location : info.location()) {
    const auto& path = location.path();
    const Arrival arrival = Follow(path);
    if (SharesStatements(arrival.place)) {
      if (arrival.has_index) {
        statements_[KeyOf(path, path.size())] = current[KeyOf(path, path.size() - 1)];
      } else {
        current[KeyOf(path, path.size())] = ++statement;
      }
    }
    const bool block = arrival.place == Place::kEnum || arrival.place == Place::kOneof;
    if (arrival.place == Place::kValue || (block && arrival.has_index)) {
      positions_[KeyOf(path, path.size())] = {location.span(0), location.span(1)};
    }
  }
}

std::optional<int> SourceIndex::StatementOf(const ElementPath& path) const {
  const auto found = statements_.find(KeyOf(path, static_cast<int>(path.size())));
  return found == statements_.end() ? std::nullopt : std::optional<int>(found->second);
}

std::optional<SourcePosition> SourceIndex::PositionOf(const ElementPath& path) const {
  const auto found = positions_.find(KeyOf(path, static_cast<int>(path.size())));
  return found == positions_.end() ? std::nullopt : std::optional<SourcePosition>(found->second);
}

}  // namespace regent::protobuf
