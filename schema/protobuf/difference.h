// The kinds of difference between two Protobuf schemas (semantics 4.7), and what they mean to people.
#pragma once

#include <string>
#include <string_view>

#include "base/model.h"

namespace regent::protobuf {

enum class DifferenceType {
  kPackageChanged,
  kMessageAdded,
  kMessageRemoved,
  kMessageMoved,
  kEnumAdded,
  kEnumRemoved,
  kEnumConstAdded,
  kEnumConstChanged,
  kEnumConstRemoved,
  kFieldAdded,
  kFieldRemoved,
  kFieldNameChanged,
  kFieldKindChanged,
  kFieldScalarKindChanged,
  kFieldNamedTypeChanged,
  kFieldNumericLabelChanged,
  kFieldStringOrBytesLabelChanged,
  kRequiredFieldAdded,
  kRequiredFieldRemoved,
  kOneofAdded,
  kOneofRemoved,
  kOneofFieldAdded,
  kOneofFieldRemoved,
  kOneofFieldMovedToTopLevel,
  kFieldMovedToExistingOneof,
  kMultipleFieldsMovedToOneof,
};

// As reports spell it: FIELD_KIND_CHANGED.
std::string_view DifferenceTypeName(DifferenceType type);
bool IsCompatible(DifferenceType type);

// `subject` is what differs, by name; `from` and `to` say how the writer's side and the reader's side have it, where
// the type has two sides.
Difference DescribeDifference(DifferenceType type, std::string path, std::string_view subject, std::string_view from,
                              std::string_view to);

}  // namespace regent::protobuf
