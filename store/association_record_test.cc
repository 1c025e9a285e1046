#include "store/association_record.h"

#include <gtest/gtest.h>

#include "store/record_codec.h"

namespace regent {
namespace {

Association OfOrders() {
  return {.guid = "g",
          .resource_name = "t1",
          .resource_namespace = "lkc-1",
          .resource_id = "id1",
          .resource_type = "topic",
          .association_type = "value",
          .subject = Subject(".", "t1-value"),
          .lifecycle = Lifecycle::kStrong,
          .frozen = true,
          .create_time_ms = 1717171717171};
}

// The bytes of Confluent's own records.
constexpr char kKey[] =
    R"({"keytype":"ASSOC","tenant":"default","resourceName":"t1","resourceNamespace":"lkc-1","resourceType":"topic",)"
    R"("associationType":"value","subject":"t1-value","magic":0})";
constexpr char kValue[] =
    R"({"guid":"g","tenant":"default","resourceName":"t1","resourceNamespace":"lkc-1","resourceId":"id1",)"
    R"("resourceType":"topic","associationType":"value","subject":"t1-value","lifecycle":"STRONG","frozen":true,)"
    R"("createTs":1717171717171})";

TEST(AssociationRecordTest, IsWrittenInConfluentsBytesAndReadBack) {
  const Record record = EncodeRecord(AssociationKey(OfOrders()), EncodeAssociation(OfOrders()));
  EXPECT_EQ(record.key, kKey);
  EXPECT_EQ(record.value, kValue);
  EXPECT_EQ(ParseAssociation({kValue}), OfOrders());
  const auto decoded = DecodeRecord(record);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->key, AssociationKey(OfOrders()));
}

TEST(AssociationRecordTest, TimeThatIsNoneIsNotKnown) {
  const auto read = ParseAssociation({R"({"resourceName":"t1","subject":"s","lifecycle":"WEAK","createTs":"x"})"});
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->create_time_ms, 0);
}

TEST(AssociationRecordTest, WhatIsNotUnderstoodIsNotShown) {
  for (const char* json : {"", "[]", "{}", R"({"resourceName":"t1","subject":"s"})",
                           R"({"resourceName":"t1","subject":"s","lifecycle":"ETERNAL"})",
                           R"({"resourceName":7,"subject":"s","lifecycle":"WEAK"})"}) {
    EXPECT_EQ(ParseAssociation({json}), std::nullopt) << json;
  }
}

}  // namespace
}  // namespace regent
