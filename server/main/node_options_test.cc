#include "server/main/node_options.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "base/config_keys.h"
#include "base/error_reason.h"

namespace regent {
namespace {

NodeOptions With(const std::vector<std::string>& settings) {
  const auto config = Config::Load({.settings = settings});
  EXPECT_TRUE(config.ok()) << config.status();
  auto options = NodeOptionsFrom(*config);
  EXPECT_TRUE(options.ok()) << options.status();
  return *std::move(options);
}

TEST(NodeOptionsTest, DefaultsOfLimitsAreThoseOfTheTable) {
  const NodeOptions options = With({});
  EXPECT_EQ(options.registry.changes.max_changes, ChangeFeed::Options().max_changes);
  EXPECT_EQ(options.registry.changes.max_bytes, ChangeFeed::Options().max_bytes);
  EXPECT_EQ(options.registry.changes.max_watchers, ChangeFeed::Options().max_watchers);
  EXPECT_EQ(options.registry.requests.max_requests, RequestMemory::Options().max_requests);
  EXPECT_EQ(options.registry.position_waiters.max_waiting, PositionWaiters::Options().max_waiting);
  EXPECT_EQ(options.registry.barriers.max_waiting, ReadBarriers::Options().max_waiting);
  EXPECT_EQ(options.registry.schemas.format.max_depth, FormatLimits().max_depth);
  EXPECT_TRUE(options.registry.defaults.modes_changeable);
}

TEST(NodeOptionsTest, BothDoorsSpeakOfTheSameLanguages) {
  const NodeOptions options = With({});
  EXPECT_EQ(options.grpc.schema_types, options.rest.environment.schema_types);
  EXPECT_EQ(options.grpc.schema_types.size(), 3u);
}

TEST(NodeOptionsTest, LimitsArriveWhereTheyHold) {
  const NodeOptions options = With(
      {"regent.watch.max.changes=1", "regent.watch.max.bytes=100000", "regent.watch.max.watches=3",
       "regent.watch.heartbeat.ms=40", "regent.watch.stuck.ms=50", "regent.request.max.remembered=6",
       "regent.position.max.waiting=7", "mode.mutability=false", "regent.schema.max.depth=1000",
       "regent.grpc.max.concurrent.streams=9", "regent.grpc.max.reset.streams=100",
       "regent.grpc.max.metadata.bytes=2048", "regent.compare.max.steps=11", "schema.validate.fields=true",
       "regent.page.size.default=13", "regent.page.size.max=14", "schema.providers.reference.versions.strict=true"});
  EXPECT_EQ(options.registry.changes.max_changes, 1u);
  EXPECT_EQ(options.registry.changes.max_bytes, 100000u);
  EXPECT_EQ(options.registry.changes.max_watchers, 3);
  EXPECT_EQ(options.grpc.watch_heartbeat, std::chrono::milliseconds(40));
  EXPECT_EQ(options.grpc.watch_stuck, std::chrono::milliseconds(50));
  EXPECT_EQ(options.registry.requests.max_requests, 6u);
  EXPECT_EQ(options.registry.position_waiters.max_waiting, 7);
  EXPECT_EQ(options.registry.barriers.max_waiting, 7);
  EXPECT_FALSE(options.registry.defaults.modes_changeable);
  EXPECT_EQ(options.registry.schemas.format.max_depth, 1000);
  EXPECT_EQ(options.grpc.max_concurrent_streams, 9);
  EXPECT_EQ(options.grpc.max_reset_streams, 100);
  EXPECT_EQ(options.grpc.max_metadata_bytes, 2048);
  EXPECT_EQ(options.registry.schemas.format.max_comparison_steps, 11);
  EXPECT_EQ(options.registry.page_size_default, 13);
  EXPECT_EQ(options.registry.page_size_max, 14);
  EXPECT_EQ(options.grpc.page_size_default, 13);
  EXPECT_EQ(options.grpc.page_size_max, 14);
  EXPECT_TRUE(options.registry.defaults.validate_fields);
  EXPECT_TRUE(options.registry.schemas.one_version_per_name);
}

TEST(NodeOptionsTest, TlsIsForTheDoorAndForTheWayToOtherNodes) {
  const std::string pem = "base/testdata/localhost.pem";
  const NodeOptions options =
      With({"regent.grpc.tls=true", "ssl.keystore.location=" + pem, "regent.grpc.tls.ca.location=" + pem,
            "regent.grpc.tls.client.authentication=required"});
  EXPECT_EQ(options.grpc.pem_file, pem);
  EXPECT_EQ(options.grpc.client_ca_file, pem);
  ASSERT_TRUE(options.peers.tls.has_value());
  EXPECT_NE(options.peers.tls->identity.find("PRIVATE KEY"), std::string::npos);
  EXPECT_NE(options.peers.tls->authorities.find("BEGIN CERTIFICATE"), std::string::npos);
  EXPECT_FALSE(With({}).peers.tls.has_value());
}

TEST(NodeOptionsTest, FilesOfTlsThatAreOfNoUseAreNamed) {
  const std::string pem = "ssl.keystore.location=base/testdata/localhost.pem";
  const auto refused = [](const std::vector<std::string>& settings) {
    const absl::Status status = NodeOptionsFrom(*Config::Load({.settings = settings})).status();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kConfigurationInvalid) << status;
    return std::string(status.message());
  };
  EXPECT_NE(refused({"regent.grpc.tls=true", "ssl.keystore.location=no/such.pem"}).find("no/such.pem"),
            std::string::npos);
  EXPECT_NE(refused({"regent.grpc.tls=true", pem, "regent.grpc.tls.ca.location=no/ca.pem"}).find("no/ca.pem"),
            std::string::npos);
}

// A key that the table calls used, and that nothing reads, would be a promise without effect.
TEST(NodeOptionsTest, EveryUsedKeyIsRead) {
  std::string sources;
  for (const char* folder : {"server/main", "base", "store/kafka"}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".cc") continue;
      std::ostringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      sources += text.str();
    }
  }
  ASSERT_NE(sources.find("regent.node.id"), std::string::npos);
  for (const ConfigGroup& group : ConfigGroups()) {
    for (const ConfigKey& key : group.keys) {
      if (key.standing != ConfigKey::Standing::kUsed || key.name.back() == '*') continue;
      EXPECT_NE(sources.find("\"" + std::string(key.name) + "\""), std::string::npos) << key.name;
    }
  }
}

}  // namespace
}  // namespace regent
