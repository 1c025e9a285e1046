#include "schema/protobuf/message_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "schema/protobuf/test_support.h"

namespace regent::protobuf {
namespace {

using ::testing::ElementsAre;

constexpr char kText[] = R"(syntax = "proto2"; package a.b;
  enum E { Z = 0; }
  message First { }
  message Second {
    optional group G = 1 { }
    map<string, int32> m = 2;
    message Inner { message Deep { } }
    message Other { }
  })";

TEST(ProtobufMessageIndexTest, CountsMessagesAsDeclared) {
  const auto schema = MustParse(kText);
  ASSERT_NE(schema, nullptr);
  EXPECT_THAT(*MessageIndexOf(*schema, "a.b.First"), ElementsAre(0));
  EXPECT_THAT(*MessageIndexOf(*schema, "a.b.Second"), ElementsAre(1));
  EXPECT_THAT(*MessageIndexOf(*schema, "a.b.Second.Other"), ElementsAre(1, 1));
  EXPECT_THAT(*MessageIndexOf(*schema, "a.b.Second.Inner.Deep"), ElementsAre(1, 0, 0));
}

TEST(ProtobufMessageIndexTest, NamesWhatAnIndexLeadsTo) {
  const auto schema = MustParse(kText);
  ASSERT_NE(schema, nullptr);
  EXPECT_EQ(*MessageNameAt(*schema, {1, 0, 0}), "a.b.Second.Inner.Deep");
  EXPECT_EQ(*MessageNameAt(*schema, {0}), "a.b.First");
  for (const std::vector<int>& index : std::vector<std::vector<int>>{{}, {2}, {-1}, {0, 0}, {1, 0, 0, 0}}) {
    EXPECT_EQ(ReasonOf(MessageNameAt(*schema, index).status()), ErrorReason::kRequestInvalid);
  }
}

TEST(ProtobufMessageIndexTest, OtherNamesAreRefused) {
  const auto schema = MustParse(kText);
  ASSERT_NE(schema, nullptr);
  for (const char* name :
       {"", "First", "a.b", "a.b.", "a.b.E", "a.b.Second.G", "a.b.Second.MEntry", "a.bFirst", ".a.b.First"}) {
    EXPECT_EQ(ReasonOf(MessageIndexOf(*schema, name).status()), ErrorReason::kRequestInvalid) << name;
  }
}

}  // namespace
}  // namespace regent::protobuf
