// Messages in and out of gRPC's byte buffers, and errors as gRPC's status.
//
// The services take raw buffers instead of messages for two reasons: a request that protobuf cannot parse is answered
// with INVALID_ARGUMENT and the field, where gRPC would answer UNIMPLEMENTED without a word; and an answer can refer to
// the one copy of a schema's text instead of holding a copy.
#pragma once

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <memory>

#include "absl/status/status.h"
#include "base/stored_schema.h"
#include "google/protobuf/message.h"

namespace regent {

// With all details, see server/convert/status.h.
grpc::Status ToGrpc(const absl::Status& status);

// REQUEST_INVALID naming what is wrong.
absl::Status Parse(const grpc::ByteBuffer& buffer, google::protobuf::Message* message);

void Serialize(const google::protobuf::Message& message, grpc::ByteBuffer* buffer);

// The bytes of the regent.v1.StoredSchema that ToProto would make, in another order of fields. Long texts are referred
// to, and keep `stored` alive until they are sent.
void Serialize(const std::shared_ptr<const StoredSchema>& stored, grpc::ByteBuffer* buffer);

}  // namespace regent
