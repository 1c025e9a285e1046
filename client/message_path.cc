#include "client/message_path.h"

#include <algorithm>
#include <string>

#include "base/error_reason.h"

namespace regent::client {
namespace {

absl::Status NoSuchMessage(const std::string& where, int32_t index, int count) {
  return MakeError(ErrorReason::kRequestInvalid, where + " has no message with the index " + std::to_string(index) +
                                                     ": it has " + std::to_string(count));
}

}  // namespace

MessagePath PathOf(const google::protobuf::Descriptor& message) {
  MessagePath path;
  for (const auto* at = &message; at != nullptr; at = at->containing_type()) path.push_back(at->index());
  std::reverse(path.begin(), path.end());
  return path;
}

absl::StatusOr<const google::protobuf::Descriptor*> MessageAt(const google::protobuf::FileDescriptor& file,
                                                              const MessagePath& path) {
  if (path.empty()) return MakeError(ErrorReason::kRequestInvalid, "a message path names at least one message");
  if (path[0] < 0 || path[0] >= file.message_type_count()) {
    return NoSuchMessage("the file " + file.name(), path[0], file.message_type_count());
  }
  const google::protobuf::Descriptor* message = file.message_type(path[0]);
  for (size_t i = 1; i < path.size(); ++i) {
    if (path[i] < 0 || path[i] >= message->nested_type_count()) {
      return NoSuchMessage("the message " + message->full_name(), path[i], message->nested_type_count());
    }
    message = message->nested_type(path[i]);
  }
  return message;
}

}  // namespace regent::client
