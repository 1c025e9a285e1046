#include "server/grpc/messages.h"

#include <google/protobuf/io/coded_stream.h>
#include <grpc/slice.h>
#include <grpcpp/support/slice.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "regent/v1/schema.pb.h"
#include "server/convert/schema.h"
#include "server/convert/status.h"
#include "server/convert/wire_check.h"

namespace regent {
namespace {

using google::protobuf::io::CodedOutputStream;

// From here on, sharing a text is cheaper than copying it.
constexpr size_t kSharedTextBytes = 4096;

constexpr uint8_t LengthDelimited(int field) { return static_cast<uint8_t>(field << 3 | 2); }

size_t StringFieldSize(size_t size) { return 1 + CodedOutputStream::VarintSize32(static_cast<uint32_t>(size)) + size; }

uint8_t* WriteHead(int field, size_t size, uint8_t* out) {
  *out++ = LengthDelimited(field);
  return CodedOutputStream::WriteVarint32ToArray(static_cast<uint32_t>(size), out);
}

uint8_t* WriteString(int field, std::string_view text, uint8_t* out) {
  out = WriteHead(field, text.size(), out);
  return CodedOutputStream::WriteRawToArray(text.data(), static_cast<int>(text.size()), out);
}

// Everything but the text, which is the last field of the last field, and so can follow as it is.
grpc_slice Frame(const StoredSchema& stored, size_t extra_bytes, uint8_t** end) {
  v1::Schema rest;
  ToProtoWithoutText(stored.content, &rest);
  const size_t rest_size = rest.ByteSizeLong();
  const size_t text_size = stored.content.text.size();
  const size_t schema_size = rest_size + StringFieldSize(text_size);
  const std::string guid = stored.hash.ToGuid();

  // Context, id (a tag and at most ten bytes), GUID, schema; all but the id are written with their exact size.
  const auto id = static_cast<uint64_t>(static_cast<int64_t>(stored.id.value()));
  const size_t size = StringFieldSize(stored.context.size()) + 1 + CodedOutputStream::VarintSize64(id) +
                      StringFieldSize(guid.size()) + StringFieldSize(schema_size) - text_size;
  // Never held within the slice itself, so `end` stays good.
  grpc_slice slice = grpc_slice_malloc_large(size + extra_bytes);
  uint8_t* out = GRPC_SLICE_START_PTR(slice);
  out = WriteString(v1::StoredSchema::kContextFieldNumber, stored.context, out);
  *out++ = v1::StoredSchema::kIdFieldNumber << 3;
  out = CodedOutputStream::WriteVarint64ToArray(id, out);
  out = WriteString(v1::StoredSchema::kGuidFieldNumber, guid, out);
  out = WriteHead(v1::StoredSchema::kSchemaFieldNumber, schema_size, out);
  out = rest.SerializeWithCachedSizesToArray(out);
  *end = WriteHead(v1::Schema::kTextFieldNumber, text_size, out);
  return slice;
}

using Stored = std::shared_ptr<const StoredSchema>;

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status proto = ToProto(status);
  return grpc::Status(static_cast<grpc::StatusCode>(proto.code()), proto.message(), proto.SerializeAsString());
}

absl::Status Parse(const grpc::ByteBuffer& buffer, google::protobuf::Message* message) {
  grpc::Slice slice;
  // Short requests come in one piece; others are put together.
  if (!buffer.TrySingleSlice(&slice).ok() && !buffer.DumpToSingleSlice(&slice).ok()) {
    return ExplainParseFailure(*message->GetDescriptor(), "");
  }
  if (message->ParseFromArray(slice.begin(), static_cast<int>(slice.size()))) return absl::OkStatus();
  return ExplainParseFailure(*message->GetDescriptor(),
                             std::string_view(reinterpret_cast<const char*>(slice.begin()), slice.size()));
}

void Serialize(const google::protobuf::Message& message, grpc::ByteBuffer* buffer) {
  grpc_slice slice = grpc_slice_malloc(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(GRPC_SLICE_START_PTR(slice));
  const grpc::Slice owner(slice, grpc::Slice::STEAL_REF);
  *buffer = grpc::ByteBuffer(&owner, 1);
}

void Serialize(const Stored& stored, grpc::ByteBuffer* buffer) {
  const std::string& text = stored->content.text;
  const bool shared = text.size() >= kSharedTextBytes;
  uint8_t* end = nullptr;
  const grpc::Slice frame(Frame(*stored, shared ? 0 : text.size(), &end), grpc::Slice::STEAL_REF);
  if (!shared) {
    CodedOutputStream::WriteRawToArray(text.data(), static_cast<int>(text.size()), end);
    *buffer = grpc::ByteBuffer(&frame, 1);
    return;
  }
  const auto release = [](void* holder) { delete static_cast<Stored*>(holder); };
  const grpc::Slice slices[] = {frame,
                                grpc::Slice(const_cast<char*>(text.data()), text.size(), release, new Stored(stored))};
  *buffer = grpc::ByteBuffer(slices, 2);
}

}  // namespace regent
