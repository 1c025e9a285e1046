// What a FileDescriptorProto does not say about the text it came from, read out of its source_code_info: which values
// shared a `reserved`, `extensions` or `extend` statement, and where numbers stood.
#pragma once

#include <google/protobuf/descriptor.pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "schema/protobuf/source_scan.h"

namespace regent::protobuf {

// Field numbers and indexes from the file down to an element, as in SourceCodeInfo.
using ElementPath = std::vector<int32_t>;

class SourceIndex {
 public:
  // Empty: nothing shares a statement, nothing has a position.
  SourceIndex() = default;
  explicit SourceIndex(const google::protobuf::SourceCodeInfo& info);

  // Statements are numbered through the file in the order they were written. Nothing when the source is not known.
  std::optional<int> StatementOf(const ElementPath& path) const;
  // Of a range's end, a field's default, an option's value, an enum or a oneof.
  std::optional<SourcePosition> PositionOf(const ElementPath& path) const;

 private:
  std::unordered_map<std::string, int> statements_;
  std::unordered_map<std::string, SourcePosition> positions_;
};

}  // namespace regent::protobuf
