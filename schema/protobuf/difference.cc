#include "schema/protobuf/difference.h"

#include <utility>

#include "absl/strings/str_replace.h"

namespace regent::protobuf {
namespace {

// In `message`, {s} is the subject, {f} and {t} are its two sides.
struct Row {
  DifferenceType type;
  std::string_view name;
  bool compatible;
  std::string_view message;
  std::string_view fix;
};

constexpr Row kRows[] = {
    {DifferenceType::kPackageChanged, "PACKAGE_CHANGED", false,
     "the package changed from \"{f}\" to \"{t}\", which renames every type: whoever looks a message up by its full "
     "name "
     "no longer finds it",
     "keep the package; put the new package in a new subject"},
    {DifferenceType::kMessageAdded, "MESSAGE_ADDED", true, "message {s} is new", ""},
    {DifferenceType::kMessageRemoved, "MESSAGE_REMOVED", false,
     "message {s} is gone, so data that holds one can no longer be read",
     "keep the message, and mark it `option deprecated = true` if nothing shall write it any more"},
    {DifferenceType::kMessageMoved, "MESSAGE_MOVED", true,
     "message {s} has another place in its order, which changes its message index on the wire", ""},
    {DifferenceType::kEnumAdded, "ENUM_ADDED", true, "enum {s} is new", ""},
    {DifferenceType::kEnumRemoved, "ENUM_REMOVED", true, "enum {s} is gone", ""},
    {DifferenceType::kEnumConstAdded, "ENUM_CONST_ADDED", true, "enum value {s} is new", ""},
    {DifferenceType::kEnumConstChanged, "ENUM_CONST_CHANGED", true, "enum value {f} is now called {t}", ""},
    {DifferenceType::kEnumConstRemoved, "ENUM_CONST_REMOVED", true, "enum value {s} is gone", ""},
    {DifferenceType::kFieldAdded, "FIELD_ADDED", true, "field {s} is new", ""},
    {DifferenceType::kFieldRemoved, "FIELD_REMOVED", true, "field {s} is gone", ""},
    {DifferenceType::kFieldNameChanged, "FIELD_NAME_CHANGED", true, "field {f} is now called {t}", ""},
    {DifferenceType::kFieldKindChanged, "FIELD_KIND_CHANGED", false,
     "field {s} was {f} and is {t}: the two are not encoded alike",
     "keep the field as it was and add a field with a new number for the new kind"},
    {DifferenceType::kFieldScalarKindChanged, "FIELD_SCALAR_KIND_CHANGED", false,
     "field {s} changed from {f} to {t}, which are encoded differently, so values written as one cannot be read as the "
     "other",
     "keep the type, or take one that is encoded alike: int32, int64, uint32, uint64, bool and enums; sint32 and "
     "sint64; "
     "string and bytes; fixed32 and sfixed32; fixed64 and sfixed64. Else add a field with a new number"},
    {DifferenceType::kFieldNamedTypeChanged, "FIELD_NAMED_TYPE_CHANGED", false,
     "field {s} changed from message {f} to message {t}, whose fields mean something else",
     "keep the message type and add a field with a new number for the new one"},
    {DifferenceType::kFieldNumericLabelChanged, "FIELD_NUMERIC_LABEL_CHANGED", false,
     "field {s} changed from {f} to {t}: for numbers, bools and enums one side cannot read what the other wrote",
     "keep the label and add a field with a new number"},
    {DifferenceType::kFieldStringOrBytesLabelChanged, "FIELD_STRING_OR_BYTES_LABEL_CHANGED", true,
     "field {s} changed from {f} to {t}", ""},
    {DifferenceType::kRequiredFieldAdded, "REQUIRED_FIELD_ADDED", false,
     "field {s} is new and required: whatever was written without it is refused", "make the new field optional"},
    {DifferenceType::kRequiredFieldRemoved, "REQUIRED_FIELD_REMOVED", false,
     "the required field {s} is gone: whoever still requires it refuses what is written without it",
     "keep the field, or first let every reader have it as optional"},
    {DifferenceType::kOneofAdded, "ONEOF_ADDED", true, "oneof {s} is new", ""},
    {DifferenceType::kOneofRemoved, "ONEOF_REMOVED", true, "oneof {s} is gone", ""},
    {DifferenceType::kOneofFieldAdded, "ONEOF_FIELD_ADDED", true, "field {s} of a oneof is new", ""},
    {DifferenceType::kOneofFieldRemoved, "ONEOF_FIELD_REMOVED", false,
     "field {s} is gone from its oneof: data that sets it looks as if nothing in the oneof were set",
     "keep the field in the oneof, and mark it [deprecated = true] if nothing shall write it any more"},
    {DifferenceType::kOneofFieldMovedToTopLevel, "ONEOF_FIELD_MOVED_TO_TOP_LEVEL", true,
     "field {s} moved out of its oneof", ""},
    {DifferenceType::kFieldMovedToExistingOneof, "FIELD_MOVED_TO_EXISTING_ONEOF", false,
     "a field that could be set beside oneof {s} is now part of it: of data that has both, one is lost",
     "leave the field outside of the oneof, or add a new field to the oneof with a new number"},
    {DifferenceType::kMultipleFieldsMovedToOneof, "MULTIPLE_FIELDS_MOVED_TO_ONEOF", false,
     "several fields that could be set together are now in the new oneof {s}: of data that has more than one, all but "
     "one "
     "are lost",
     "move one field at most into a new oneof, and give the others new numbers there"},
};

const Row& RowOf(DifferenceType type) { return kRows[static_cast<size_t>(type)]; }

// Names have no limit of their own, reports do.
std::string Shortened(std::string_view text) {
  constexpr size_t kLengthMax = 200;
  return text.size() <= kLengthMax ? std::string(text) : std::string(text.substr(0, kLengthMax)) + "...";
}

}  // namespace

std::string_view DifferenceTypeName(DifferenceType type) { return RowOf(type).name; }

bool IsCompatible(DifferenceType type) { return RowOf(type).compatible; }

Difference DescribeDifference(DifferenceType type, std::string path, std::string_view subject, std::string_view from,
                              std::string_view to) {
  const Row& row = RowOf(type);
  Difference difference;
  difference.type = row.name;
  difference.path = std::move(path);
  difference.detail = Shortened(subject);
  difference.message =
      absl::StrReplaceAll(absl::string_view(row.message.data(), row.message.size()),
                          {{"{s}", difference.detail}, {"{f}", Shortened(from)}, {"{t}", Shortened(to)}});
  difference.fix = row.fix;
  return difference;
}

}  // namespace regent::protobuf
