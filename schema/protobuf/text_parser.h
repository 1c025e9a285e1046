// .proto text -> what libprotobuf's own parser makes of it.
#pragma once

#include <google/protobuf/compiler/parser.h>
#include <google/protobuf/descriptor.pb.h>

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "schema/protobuf/source_scan.h"

namespace regent::protobuf {

// A file as parsed: type names unresolved, options uninterpreted, with source_code_info.
struct ParsedText {
  google::protobuf::FileDescriptorProto proto;
  SourceScan scan;
  // Finds the line of an error that is about an element of `proto`.
  std::unique_ptr<google::protobuf::compiler::SourceLocationTable> locations;
};

// SCHEMA_INVALID with the line and column of the first error; SCHEMA_TOO_COMPLEX.
absl::StatusOr<ParsedText> ParseText(std::string_view text, int max_depth);

}  // namespace regent::protobuf
