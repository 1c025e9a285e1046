// From a message of a Protobuf file to the path that stands before its bytes on Kafka, and back: see wire_format.h.
#pragma once

#include "absl/status/statusor.h"
#include "client/wire_format.h"
#include "google/protobuf/descriptor.h"

namespace regent::client {

// Where `message` stands in its file: the index of the top-level message, then of each nested one. Never empty.
MessagePath PathOf(const google::protobuf::Descriptor& message);

// The message at a path; never null. REQUEST_INVALID naming the index that the file does not have.
absl::StatusOr<const google::protobuf::Descriptor*> MessageAt(const google::protobuf::FileDescriptor& file,
                                                              const MessagePath& path);

}  // namespace regent::client
