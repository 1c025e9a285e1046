#include "server/convert/association.h"

#include <gtest/gtest.h>

#include "absl/status/status.h"

namespace regent {
namespace {

Association Orders() {
  return {.guid = "095d71cf-1255-6b9d-5e33-0ad575b3df5d",
          .resource_name = "orders",
          .resource_namespace = "cluster",
          .resource_id = "id",
          .resource_type = "table",
          .association_type = "key",
          .subject = Subject::Parse(":.cluster:orders-key"),
          .lifecycle = Lifecycle::kStrong,
          .frozen = true,
          .create_time_ms = 1234567};
}

TEST(ConvertAssociationTest, WholeOne) {
  v1::Association proto;
  ToProto(Orders(), &proto);
  Violations violations;
  const ResourceAssociations back = FromProto(proto, "association", &violations);
  EXPECT_TRUE(violations.empty()) << violations.ToStatus();
  EXPECT_EQ(back.resource_name, "orders");
  EXPECT_EQ(back.resource_namespace, "cluster");
  EXPECT_EQ(back.resource_id, "id");
  EXPECT_EQ(back.resource_type, "table");
  const ResourceAssociations::Wanted& wanted = back.associations.at(0);
  EXPECT_EQ(wanted.subject, Orders().subject);
  EXPECT_EQ(wanted.association_type, "key");
  EXPECT_EQ(wanted.lifecycle, Lifecycle::kStrong);
  EXPECT_EQ(wanted.frozen, true);
  EXPECT_EQ(wanted.guid, Orders().guid);
  EXPECT_EQ(wanted.create_time_ms, 1234567);
}

TEST(ConvertAssociationTest, WhatIsLeftOut) {
  v1::Association proto;
  proto.set_resource_id("id");
  Violations violations;
  const ResourceAssociations back = FromProto(proto, "association", &violations);
  EXPECT_TRUE(violations.empty()) << violations.ToStatus();
  EXPECT_EQ(back.resource_type, "topic");
  EXPECT_EQ(back.associations.at(0).association_type, "value");
  EXPECT_EQ(back.associations.at(0).subject, std::nullopt);
  EXPECT_EQ(back.associations.at(0).lifecycle, std::nullopt);
  EXPECT_EQ(back.associations.at(0).frozen, std::nullopt);
  EXPECT_EQ(back.associations.at(0).create_time_ms, 0);
}

TEST(ConvertAssociationTest, EveryFieldInTheWayIsNamed) {
  v1::Association proto;
  proto.set_guid("x");
  proto.set_lifecycle(static_cast<v1::AssociationLifecycle>(9));
  proto.mutable_subject();
  Violations violations;
  FromProto(proto, "association", &violations);
  const std::string message(violations.ToStatus().message());
  for (const char* field :
       {"association.resource_id", "association.guid", "association.lifecycle", "association.subject.subject"}) {
    EXPECT_NE(message.find(field), std::string::npos) << message;
  }
}

}  // namespace
}  // namespace regent
