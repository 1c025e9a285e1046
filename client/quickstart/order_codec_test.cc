// How a service tests its code without a registry: the mock answers.
#include "client/quickstart/order_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "client/mock_registry_connection.h"

namespace quickstart {
namespace {

using regent::client::MockRegistryConnection;
using regent::client::RegisterSchemaResult;
using ::testing::Return;
using ::testing::StrictMock;

std::shared_ptr<regent::StoredSchema> SchemaWithId(int id) {
  auto schema = std::make_shared<regent::StoredSchema>();
  schema->id = regent::SchemaId(id);
  schema->content.text = "\"long\"";
  return schema;
}

class OrderCodecTest : public ::testing::Test {
 protected:
  std::shared_ptr<StrictMock<MockRegistryConnection>> registry_ =
      std::make_shared<StrictMock<MockRegistryConnection>>();
  OrderCodec codec_{regent::client::RegistryClient(registry_)};
};

TEST_F(OrderCodecTest, FramesWithTheIdOfTheSchema) {
  RegisterSchemaResult result;
  result.registered.stored = SchemaWithId(258);
  EXPECT_CALL(*registry_, RegisterSchema).WillOnce(Return(result));
  const auto message = codec_.Frame("payload");
  ASSERT_TRUE(message.ok()) << message.status();
  EXPECT_EQ(*message, std::string("\0\0\0\1\2payload", 12));
}

TEST_F(OrderCodecTest, FindsTheSchemaOfAMessage) {
  EXPECT_CALL(*registry_, GetSchema).WillOnce(Return(regent::client::StoredSchemaPtr(SchemaWithId(258))));
  EXPECT_EQ(*codec_.WriterSchema(std::string_view("\0\0\0\1\2payload", 12)), "\"long\"");
}

TEST_F(OrderCodecTest, TellsTheRegistrysErrorAndItsOwn) {
  EXPECT_CALL(*registry_, GetSchema).WillOnce(Return(absl::UnavailableError("no server")));
  EXPECT_EQ(codec_.WriterSchema(std::string_view("\0\0\0\1\2payload", 12)).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(codec_.WriterSchema("{}").status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace quickstart
