#include "server/grpc/messages.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "google/rpc/status.pb.h"
#include "regent/v1/schema_registry.pb.h"
#include "server/convert/schema.h"

namespace regent {
namespace {

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(buffer.Dump(&slices).ok());
  std::string bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

std::shared_ptr<const StoredSchema> Stored(size_t text_bytes) {
  StoredSchema stored{".eu", SchemaId(100000), *ContentHash::ParseGuid("095d71cf-1255-6b9d-5e33-0ad575b3df5d"), {}};
  stored.content.text = std::string(text_bytes, 'x');
  stored.content.type = SchemaType::kJson;
  return std::make_shared<const StoredSchema>(stored);
}

// What the hand-written encoding must mean.
std::string Expected(const StoredSchema& stored) {
  v1::StoredSchema proto;
  ToProto(stored, &proto);
  return proto.DebugString();
}

std::string Encoded(const std::shared_ptr<const StoredSchema>& stored) {
  grpc::ByteBuffer buffer;
  Serialize(stored, &buffer);
  v1::StoredSchema proto;
  EXPECT_TRUE(proto.ParseFromString(BytesOf(buffer)));
  return proto.DebugString();
}

TEST(SerializeStoredSchemaTest, MeansTheSameAtEveryLengthOfText) {
  // Where length prefixes grow, where the text begins to be shared, and beyond.
  for (const size_t size : {0, 1, 100, 120, 127, 128, 129, 4095, 4096, 4097, 16383, 16384, 1 << 20, 3 << 20}) {
    const auto stored = Stored(size);
    EXPECT_EQ(Encoded(stored), Expected(*stored)) << size;
  }
}

TEST(SerializeStoredSchemaTest, EveryFieldIsThere) {
  StoredSchema stored = *Stored(10);
  stored.content.references = {{"a", Subject(".", "a"), Version(1)}, {"b", Subject(".eu", "b"), Version(2)}};
  stored.content.metadata = Metadata{{{"/a", {"PII"}}}, {{"k", "v"}}, {"k"}};
  stored.content.rule_set.emplace();
  const auto shared = std::make_shared<const StoredSchema>(stored);
  EXPECT_EQ(Encoded(shared), Expected(stored));
}

TEST(SerializeStoredSchemaTest, ExtremeIdsAreKept) {
  for (const int32_t id : {1, 127, 128, 2147483647, -1}) {
    StoredSchema stored = *Stored(3);
    stored.id = SchemaId(id);
    EXPECT_EQ(Encoded(std::make_shared<const StoredSchema>(stored)), Expected(stored)) << id;
  }
}

TEST(SerializeStoredSchemaTest, LongTextsAreSharedAndReleased) {
  const auto stored = Stored(1 << 20);
  {
    grpc::ByteBuffer buffer;
    Serialize(stored, &buffer);
    EXPECT_EQ(stored.use_count(), 2);
    std::vector<grpc::Slice> slices;
    ASSERT_TRUE(buffer.Dump(&slices).ok());
    EXPECT_EQ(reinterpret_cast<const char*>(slices.back().begin()), stored->content.text.data());
  }
  EXPECT_EQ(stored.use_count(), 1);
}

TEST(SerializeTest, MessagesGoThereAndBack) {
  for (const size_t size : {0, 5, 100, 100000}) {
    v1::GetSchemaRequest request;
    request.set_guid(std::string(size, 'g'));
    grpc::ByteBuffer buffer;
    Serialize(request, &buffer);
    v1::GetSchemaRequest back;
    ASSERT_TRUE(Parse(buffer, &back).ok());
    EXPECT_EQ(back.SerializeAsString(), request.SerializeAsString());
  }
}

TEST(ParseTest, PutsPiecesTogether) {
  v1::GetSchemaRequest request;
  request.set_guid("0123456789");
  std::vector<grpc::Slice> slices;
  for (const char c : request.SerializeAsString()) slices.emplace_back(&c, 1);
  v1::GetSchemaRequest back;
  ASSERT_TRUE(Parse(grpc::ByteBuffer(slices.data(), slices.size()), &back).ok());
  EXPECT_EQ(back.guid(), "0123456789");
}

TEST(ParseTest, AnEmptyBufferIsAnEmptyMessage) {
  v1::GetSchemaRequest request;
  const grpc::Slice nothing("", 0);
  EXPECT_TRUE(Parse(grpc::ByteBuffer(&nothing, 1), &request).ok());
  EXPECT_TRUE(Parse(grpc::ByteBuffer(nullptr, 0), &request).ok());
  EXPECT_EQ(request.key_case(), v1::GetSchemaRequest::KEY_NOT_SET);
}

TEST(ParseTest, RefusalNamesTheField) {
  v1::GetSchemaRequest request;
  const grpc::Slice bytes(std::string("\x12\x02\xc3\x28"));
  const absl::Status status = Parse(grpc::ByteBuffer(&bytes, 1), &request);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kRequestInvalid);
  EXPECT_EQ(status.message(), "guid: not valid UTF-8");
}

TEST(ToGrpcTest, CodeMessageAndDetailsAgree) {
  const grpc::Status status = ToGrpc(errors::SubjectNotFound(Subject(".", "orders")));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "Subject 'orders' not found.");
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), static_cast<int>(grpc::StatusCode::NOT_FOUND));
  EXPECT_EQ(details.message(), status.error_message());
  EXPECT_EQ(details.details_size(), 2);
  EXPECT_TRUE(ToGrpc(absl::OkStatus()).ok());
}

}  // namespace
}  // namespace regent
