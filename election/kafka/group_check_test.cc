#include "election/kafka/group_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

void ExpectMixed(const absl::Status& status, const std::string& says) {
  EXPECT_EQ(ReasonOf(status), ErrorReason::kElectionMixed) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr(says));
  EXPECT_THAT(std::string(status.message()), HasSubstr("schema.registry.group.id"));
}

TEST(GroupCheckTest, FreeGroupAndOwnNodesAreWelcome) {
  EXPECT_TRUE(CheckGroup({}, "g", "_schemas").ok());
  EXPECT_TRUE(
      CheckGroup({.client_ids = {"regent/_schemas/a", "regent/_schemas/host/10.0.0.1:50051"}}, "g", "_schemas").ok());
}

TEST(GroupCheckTest, GroupOfAnotherKindOfRegistryIsRefused) {
  ExpectMixed(CheckGroup({.foreign_protocol = "sr"}, "schema-registry", "_schemas"), "'schema-registry' is held by");
  ExpectMixed(CheckGroup({.foreign_protocol = "sr"}, "schema-registry", "_schemas"), "Confluent");
  ExpectMixed(CheckGroup({.foreign_protocol = "connect"}, "schema-registry", "_schemas"), "'connect'");
}

TEST(GroupCheckTest, RegistryOnAnotherTopicIsRefusedByItsTopic) {
  const GroupView view{.client_ids = {"regent/_schemas/a", "regent/orders/b"}};
  ExpectMixed(CheckGroup(view, "g", "_schemas"), "the registry on the topic 'orders'");
  // A topic whose name begins like ours.
  ExpectMixed(CheckGroup({.client_ids = {"regent/_schemas2/a"}}, "g", "_schemas"), "'_schemas2'");
}

TEST(GroupCheckTest, ConsumerThatIsNoRegistryIsNamed) {
  ExpectMixed(CheckGroup({.client_ids = {"payments"}}, "g", "_schemas"), "payments");
  ExpectMixed(CheckGroup({.client_ids = {"regent/_schemas"}}, "g", "_schemas"), "no nodes of this registry");
  ExpectMixed(CheckGroup({.client_ids = {""}}, "g", "_schemas"), "no nodes of this registry");
}

TEST(GroupCheckTest, LargeGroupIsNotListedWhole) {
  GroupView view;
  for (int i = 0; i < 1000; ++i) view.client_ids.push_back("consumer-" + std::to_string(i));
  ExpectMixed(CheckGroup(view, "g", "_schemas"), "and 995 more");
}

TEST(GroupCheckTest, NodesAreThoseOfThisTopic) {
  const GroupView view{.client_ids = {"regent/t/b", "regent/u/c", "x", ElectionClientId("t", "host/10.0.0.1:50051")}};
  EXPECT_THAT(NodesOf(view, "t"), ElementsAre("b", "host/10.0.0.1:50051"));
}

TEST(GroupCheckTest, OfTwoRegistriesInOneGroupExactlyOneYields) {
  const GroupView view{.client_ids = {"regent/a/1", "regent/b/1"}};
  EXPECT_FALSE(YieldsGroup(view, "a"));
  EXPECT_TRUE(YieldsGroup(view, "b"));
  EXPECT_TRUE(YieldsGroup({.client_ids = {"regent/a/1", "payments"}}, "a"));
}

}  // namespace
}  // namespace regent
