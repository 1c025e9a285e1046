// FileDescriptorProto -> File.
#pragma once

#include <google/protobuf/descriptor.pb.h>

#include "absl/status/statusor.h"
#include "schema/protobuf/file_tree.h"
#include "schema/protobuf/source_scan.h"

namespace regent::protobuf {

// Of a parsed text. `proto` is as the parser left it, with source_code_info. SCHEMA_INVALID where an option's message
// literal cannot be read; SCHEMA_TOO_COMPLEX beyond `max_depth`.
absl::StatusOr<File> BuildTree(const google::protobuf::FileDescriptorProto& proto, const SourceScan& scan,
                               int max_depth);

// Of a descriptor that was no text before: every value gets a statement of its own. Its options must be uninterpreted
// (see descriptor_input.h), its nesting is what the wire format's own limit let pass.
absl::StatusOr<File> BuildTree(const google::protobuf::FileDescriptorProto& proto, int max_depth);

}  // namespace regent::protobuf
