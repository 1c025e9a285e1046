#include "base/config.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "base/error_reason.h"

namespace regent {
namespace {

// A configuration file with this text.
std::string File(const std::string& text) {
  const std::string path = testing::TempDir() + "/node.properties";
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

Config MustLoad(const ConfigSources& sources) {
  absl::StatusOr<Config> config = Config::Load(sources);
  EXPECT_TRUE(config.ok()) << config.status();
  return config.ok() ? *std::move(config) : Config();
}

std::string Refusal(const ConfigSources& sources) {
  const absl::Status status = Config::Load(sources).status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kConfigurationInvalid);
  return std::string(status.message());
}

bool Contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string SourceOf(const Config& config, const std::string& key) {
  for (const Config::Entry& entry : config.Entries()) {
    if (entry.key == key) return entry.source;
  }
  return "none";
}

TEST(ConfigTest, HasADefaultForEveryUsedKey) {
  const Config config = MustLoad({});
  EXPECT_EQ(config.Text("regent.grpc.listener"), "127.0.0.1:50051");
  EXPECT_EQ(config.Text("regent.data.dir"), "regent-data");
  EXPECT_EQ(config.Text("regent.election.backend"), "auto");
  EXPECT_EQ(config.Number("regent.schema.max.bytes"), 1 << 20);
  EXPECT_EQ(config.Millis("regent.write.timeout.ms"), std::chrono::seconds(10));
  EXPECT_TRUE(config.Bool("schema.validate.new.schemas"));
  EXPECT_TRUE(config.warnings().empty());
  EXPECT_FALSE(config.IsSet("regent.data.dir"));
  for (const Config::Entry& entry : config.Entries()) EXPECT_EQ(entry.source, "default") << entry.key;
}

TEST(ConfigTest, EnvironmentOverridesFileAndSettingsOverrideBoth) {
  ConfigSources sources;
  sources.file = File("regent.node.id=file\nregent.data.dir=file\nschema.compatibility.level=full\n");
  sources.environment = {{"REGENT_NODE_ID", "environment"}, {"REGENT_DATA_DIR", "environment"}};
  sources.settings = {"regent.node.id=set"};
  const Config config = MustLoad(sources);
  EXPECT_EQ(config.Text("regent.node.id"), "set");
  EXPECT_EQ(config.Text("regent.data.dir"), "environment");
  EXPECT_EQ(config.Text("schema.compatibility.level"), "full");
  EXPECT_EQ(SourceOf(config, "regent.node.id"), "--set");
  EXPECT_EQ(SourceOf(config, "regent.data.dir"), "environment variable REGENT_DATA_DIR");
  EXPECT_EQ(SourceOf(config, "schema.compatibility.level"), sources.file + " line 3");
  EXPECT_TRUE(config.IsSet("regent.node.id"));
}

TEST(ConfigTest, LastOfRepeatedKeysCounts) {
  EXPECT_EQ(MustLoad({.file = File("regent.node.id=a\nregent.node.id=b\n")}).Text("regent.node.id"), "b");
  EXPECT_EQ(MustLoad({.settings = {"regent.node.id=a", "regent.node.id=b"}}).Text("regent.node.id"), "b");
}

TEST(ConfigTest, ValuesMayHoldEqualsSignsAndLoseOuterBlanks) {
  EXPECT_EQ(MustLoad({.settings = {" regent.node.id = a=b "}}).Text("regent.node.id"), "a=b");
}

TEST(ConfigTest, ConfluentsVariablesAreRead) {
  const Config config = MustLoad({.environment = {{"SCHEMA_REGISTRY_SCHEMA_COMPATIBILITY_LEVEL", "NONE"},
                                                  {"SCHEMA_REGISTRY_REGENT_NODE_ID", "n1"}}});
  EXPECT_EQ(config.Text("schema.compatibility.level"), "none");
  EXPECT_EQ(config.Text("regent.node.id"), "n1");
}

TEST(ConfigTest, OldNamesAreUnderstood) {
  const Config config = MustLoad({.settings = {"avro.compatibility.level=FORWARD"}});
  EXPECT_EQ(config.Text("schema.compatibility.level"), "forward");
}

TEST(ConfigTest, PresentNameCountsBesideTheOldOne) {
  for (const char* text : {"schema.compatibility.level=full\navro.compatibility.level=none\n",
                           "avro.compatibility.level=none\nschema.compatibility.level=full\n"}) {
    EXPECT_EQ(MustLoad({.file = File(text)}).Text("schema.compatibility.level"), "full");
  }
  EXPECT_EQ(MustLoad({.file = File("schema.compatibility.level=full"), .settings = {"avro.compatibility.level=none"}})
                .Text("schema.compatibility.level"),
            "none");
}

TEST(ConfigTest, DefaultsFollowTheKeysTheyDependOn) {
  EXPECT_EQ(Config().Number("regent.grpc.max.message.bytes"), (1 << 20) + (64 << 10));
  EXPECT_EQ(MustLoad({.settings = {"regent.schema.max.bytes=2000000"}}).Number("regent.grpc.max.message.bytes"),
            2000000 + (64 << 10));
  EXPECT_EQ(MustLoad({.settings = {"regent.grpc.max.message.bytes=5000"}}).Number("regent.grpc.max.message.bytes"),
            5000);
}

// --- What is refused
// ---------------------------------------------------------------------------------------------------

TEST(ConfigZooKeeperTest, IsRefusedByTheKeyAsWritten) {
  for (const std::string key :
       {"kafkastore.connection.url", "schema.registry.zk.namespace", "schema.registry.zk.anything.at.all"}) {
    const std::string message = Refusal({.settings = {key + "=zk:2181"}});
    EXPECT_EQ(message.substr(0, key.size() + 1), key + "=") << message;
    EXPECT_TRUE(Contains(message, "two primaries")) << message;
    EXPECT_TRUE(Contains(message, "docs/migrate-from-zookeeper.md")) << message;
  }
  for (const std::string key : {"regent.election.backend", "election.backend"}) {
    for (const std::string value : {"zookeeper", "ZooKeeper", " ZOOKEEPER "}) {
      const std::string message = Refusal({.settings = {key + "=" + value}});
      EXPECT_EQ(message.substr(0, key.size() + 1), key + "=") << message;
      EXPECT_TRUE(Contains(message, "docs/migrate-from-zookeeper.md")) << message;
    }
  }
}

TEST(ConfigZooKeeperTest, IsRefusedFromEverySource) {
  EXPECT_TRUE(Contains(Refusal({.file = File("a=1\nkafkastore.connection.url=zk\n")}), "line 2) is refused"));
  EXPECT_TRUE(
      Contains(Refusal({.environment = {{"SCHEMA_REGISTRY_KAFKASTORE_CONNECTION_URL", "zk"}}}),
               "kafkastore.connection.url=zk (environment variable SCHEMA_REGISTRY_KAFKASTORE_CONNECTION_URL)"));
  for (const char* name : {"SCHEMA_REGISTRY_SCHEMA_REGISTRY_ZK_NAMESPACE", "SCHEMA_REGISTRY_ZK_NAMESPACE"}) {
    EXPECT_TRUE(Contains(Refusal({.environment = {{name, "x"}}}), "schema.registry.zk.namespace=x")) << name;
  }
  for (const char* name :
       {"REGENT_ELECTION_BACKEND", "SCHEMA_REGISTRY_ELECTION_BACKEND", "SCHEMA_REGISTRY_REGENT_ELECTION_BACKEND"}) {
    EXPECT_TRUE(Contains(Refusal({.environment = {{name, "zookeeper"}}}), "election.backend=zookeeper")) << name;
  }
}

TEST(ConfigZooKeeperTest, IsRefusedWhenEmptyOrOverridden) {
  EXPECT_TRUE(Contains(Refusal({.settings = {"kafkastore.connection.url="}}), "kafkastore.connection.url= "));
  EXPECT_TRUE(Contains(Refusal({.settings = {"schema.registry.zk.namespace="}}), "schema.registry.zk.namespace= "));
  EXPECT_TRUE(Contains(Refusal({.file = File("regent.election.backend=zookeeper"),
                                .settings = {"regent.election.backend=solo", "election.backend=solo"}}),
                       "regent.election.backend=zookeeper"));
  EXPECT_TRUE(Contains(Refusal({.file = File("election.backend=zookeeper\nregent.election.backend=solo\n")}),
                       "election.backend=zookeeper"));
}

TEST(ConfigZooKeeperTest, IsRefusedBesideKafkaSettings) {
  const std::string message =
      Refusal({.settings = {"kafkastore.bootstrap.servers=PLAINTEXT://k:9092", "kafkastore.connection.url=zk"}});
  EXPECT_EQ(message.substr(0, 25), "kafkastore.connection.url") << message;
  EXPECT_FALSE(Contains(message, "kafkastore.bootstrap.servers")) << message;
}

TEST(ConfigZooKeeperTest, IsRefusedInAnyCase) {
  EXPECT_TRUE(Contains(Refusal({.settings = {"Kafkastore.Connection.Url=zk"}}), "Kafkastore.Connection.Url=zk"));
}

TEST(ConfigTest, KeysOfAPatternAreFoundUnderTheirPrefix) {
  const Config config = MustLoad({.file = File("kafkastore.ssl.truststore.location=/ca.pem\nkafkastore.topic=t\n"),
                                  .settings = {"kafkastore.client.id=me", "ssl.provider=x"}});
  const std::map<std::string, Config::Setting> all = config.Under("kafkastore.");
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all.at("kafkastore.client.id").value, "me");
  EXPECT_EQ(all.at("kafkastore.client.id").source, "--set");
  EXPECT_TRUE(Contains(all.at("kafkastore.ssl.truststore.location").source, "line 1"));
  EXPECT_EQ(config.Under("kafkastore.ssl.").size(), 1u);
}

TEST(ConfigTest, ElectionAndLogAreBothOnKafkaOrNeither) {
  const std::string servers = "kafkastore.bootstrap.servers=k:9092";
  EXPECT_TRUE(Contains(Refusal({.settings = {"regent.election.backend=kafka"}}), "kafkastore.bootstrap.servers"));
  EXPECT_TRUE(Contains(Refusal({.settings = {"regent.election.backend=solo", servers}}), "depose"));
  EXPECT_TRUE(Contains(Refusal({.settings = {"leader.eligibility=false"}}), "could write nothing"));
  MustLoad({.settings = {"regent.election.backend=Kafka", servers}});
  EXPECT_FALSE(MustLoad({.settings = {"master.eligibility=false", servers}}).Bool("leader.eligibility"));
}

TEST(ConfigTest, ProtectionThatWouldBeMissingIsRefused) {
  for (const char* setting :
       {"authentication.method=BASIC", "ssl.client.authentication=REQUIRED", "ssl.client.auth=true",
        "resource.extension.class=a.B", "metadata.encoder.secret=x", "enable.fips=true", "leader.eligibility=false",
        "master.eligibility=false", "regent.upstream=a:1"}) {
    EXPECT_TRUE(Contains(Refusal({.settings = {setting}}), "is refused")) << setting;
  }
}

TEST(ConfigTest, RefusedKeysMaySayWhatHoldsAnyway) {
  const Config config =
      MustLoad({.settings = {"authentication.method=none", "ssl.client.auth=false", "resource.extension.class="}});
  EXPECT_EQ(config.warnings().size(), 3u);
}

// --- What is unknown or without effect
// --------------------------------------------------------------------------------

TEST(ConfigTest, UnknownRegentKeyIsAnErrorThatNamesTheNearest) {
  EXPECT_EQ(Refusal({.settings = {"regent.nod.id=x"}}),
            "regent.nod.id (--set) is not a known key; did you mean regent.node.id?");
}

TEST(ConfigTest, OtherUnknownKeyIsAWarning) {
  const Config config = MustLoad({.file = File("\nmy.own.key=x\n")});
  ASSERT_EQ(config.warnings().size(), 1u);
  EXPECT_TRUE(Contains(config.warnings()[0], "my.own.key (")) << config.warnings()[0];
  EXPECT_TRUE(Contains(config.warnings()[0], "line 2) is not a known key")) << config.warnings()[0];
}

TEST(ConfigTest, UnknownVariableIsAWarning) {
  const Config config = MustLoad({.environment = {{"REGENT_NOD_ID", "x"}, {"SCHEMA_REGISTRY_HEAP_OPTS", "-Xmx1g"}}});
  ASSERT_EQ(config.warnings().size(), 2u);
  EXPECT_TRUE(Contains(config.warnings()[0], "REGENT_NOD_ID) is not a known key; did you mean regent.node.id?"));
}

// A service called "regent" or "schema-registry" brings these into every container of its namespace.
TEST(ConfigTest, VariablesOfContainerPlatformsAreNotSettings) {
  const Config config = MustLoad({.environment = {{"REGENT_SERVICE_HOST", "10.0.0.1"},
                                                  {"REGENT_SERVICE_PORT", "50051"},
                                                  {"REGENT_SERVICE_PORT_GRPC", "50051"},
                                                  {"REGENT_PORT", "tcp://10.0.0.1:50051"},
                                                  {"REGENT_PORT_50051_TCP", "tcp://10.0.0.1:50051"},
                                                  {"REGENT_PORT_50051_TCP_ADDR", "10.0.0.1"},
                                                  {"REGENT_GRPC_PORT", "tcp://10.0.0.1:50051"},
                                                  {"SCHEMA_REGISTRY_PORT", "tcp://10.0.0.1:8081"},
                                                  {"SCHEMA_REGISTRY_ZK_SERVICE_HOST", "10.0.0.1"},
                                                  {"SCHEMA_REGISTRY_ZK_PORT_2181_TCP", "tcp://10.0.0.1:2181"},
                                                  {"REGENT_SERVER", "127.0.0.1:50051"}}});
  EXPECT_TRUE(config.warnings().empty()) << config.warnings()[0];
}

TEST(ConfigTest, KeyWithoutEffectIsAWarningThatSaysWhy) {
  const Config config = MustLoad({.settings = {"http2.enabled=true"}});
  ASSERT_EQ(config.warnings().size(), 1u);
  EXPECT_TRUE(Contains(config.warnings()[0], "http2.enabled (--set) has no effect: REST is HTTP/1.1"));
}

TEST(ConfigTest, TlsForGrpcNeedsACertificate) {
  EXPECT_EQ(Refusal({.settings = {"regent.grpc.tls=true"}}),
            "regent.grpc.tls=true (--set): needs a certificate: ssl.keystore.location");
  MustLoad({.settings = {"regent.grpc.tls=true", "ssl.keystore.location=node.pem"}});
  const std::string asks = "regent.grpc.tls.client.authentication=required";
  EXPECT_EQ(Refusal({.settings = {"regent.grpc.tls=true", "ssl.keystore.location=node.pem", asks}}),
            asks + " (--set): needs the authorities that sign callers' certificates: regent.grpc.tls.ca.location");
  EXPECT_EQ(Refusal({.settings = {"regent.grpc.tls.ca.location=ca.pem", asks}}),
            asks + " (--set): needs regent.grpc.tls=true");
}

// --- Values --------------------------------------------------------------------------------------------------------

TEST(ConfigTest, ValueThatDoesNotFitNamesKeyValueAndSource) {
  EXPECT_EQ(Refusal({.settings = {"regent.schema.max.bytes=1MB"}}),
            "regent.schema.max.bytes=1MB (--set): not a whole number");
  EXPECT_EQ(Refusal({.settings = {"regent.schema.max.depth=0"}}),
            "regent.schema.max.depth=0 (--set): not between 1 and 1000");
  EXPECT_EQ(Refusal({.settings = {"regent.schema.max.depth=1001"}}),
            "regent.schema.max.depth=1001 (--set): not between 1 and 1000");
  EXPECT_EQ(Refusal({.settings = {"schema.validate.new.schemas=yes"}}),
            "schema.validate.new.schemas=yes (--set): neither true nor false");
  EXPECT_EQ(Refusal({.settings = {"avro.compatibility.level=half"}}),
            "avro.compatibility.level=half (--set): not one of none, backward, backward_transitive, forward, "
            "forward_transitive, full, full_transitive");
}

TEST(ConfigTest, NumbersAreWholeAndFit) {
  for (const char* value : {"", "1e3", "0x10", "1.0", "+5", "99999999999999999999", "-1", "5 0"}) {
    EXPECT_TRUE(
        Contains(Refusal({.settings = {std::string("regent.write.timeout.ms=") + value}}), "regent.write.timeout.ms"))
        << value;
  }
}

TEST(ConfigTest, AddressesHaveAHostAndAPortOrAPath) {
  for (const char* good : {"127.0.0.1:0", "localhost:50051", "[::1]:65535", "unix:/run/regent.sock", "0.0.0.0:1"}) {
    EXPECT_EQ(MustLoad({.settings = {std::string("regent.grpc.listener=") + good}}).Text("regent.grpc.listener"), good);
  }
  for (const char* bad : {"", "localhost", ":50051", "localhost:", "localhost:65536", "localhost:-1", "localhost:x",
                          "::1:50051", "unix:", "http://localhost:50051"}) {
    EXPECT_TRUE(Contains(Refusal({.settings = {std::string("regent.grpc.listener=") + bad}}),
                         "neither host:port nor unix:path"))
        << bad;
  }
  EXPECT_EQ(MustLoad({.settings = {"regent.grpc.advertised="}}).Text("regent.grpc.advertised"), "");
}

TEST(ConfigTest, LimitsMustBeInOrder) {
  EXPECT_TRUE(Contains(Refusal({.settings = {"regent.page.size.default=20000"}}),
                       "regent.page.size.default=20000 (--set): regent.page.size.default (20000) must not be above "
                       "regent.page.size.max (1000)"));
  EXPECT_TRUE(Contains(Refusal({.settings = {"regent.page.size.max=10"}}), "regent.page.size.max=10 (--set)"));
}

TEST(ConfigTest, EveryProblemIsNamed) {
  const std::string message = Refusal({.settings = {"regent.schema.max.depth=x", "regent.nope=1", "novalue", "=1"}});
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n'), 3) << message;
  EXPECT_TRUE(Contains(message, "--set novalue: not key=value")) << message;
}

TEST(ConfigTest, FileThatCannotBeReadIsNamed) {
  EXPECT_EQ(Refusal({.file = "/nowhere/node.properties"}), "/nowhere/node.properties: cannot be read");
  EXPECT_TRUE(Contains(Refusal({.file = testing::TempDir()}), "cannot be read"));
  EXPECT_TRUE(Contains(Refusal({.file = "/dev/zero"}), "/dev/zero has more than"));
  EXPECT_TRUE(MustLoad({.file = File("")}).warnings().empty());
  EXPECT_TRUE(Contains(Refusal({.file = File("a=1\nb=\\u12\n")}), "node.properties line 2: "));
}

TEST(ConfigTest, SecretsAreNeverShown) {
  const Config config = MustLoad({.settings = {"kafkastore.ssl.keystore.password=hunter2", "my.password=hunter2"}});
  std::string shown;
  for (const Config::Entry& entry : config.Entries()) shown += entry.key + "=" + entry.value + "\n";
  for (const std::string& warning : config.warnings()) shown += warning + "\n";
  EXPECT_FALSE(Contains(shown, "hunter2")) << shown;
  EXPECT_TRUE(Contains(shown, "kafkastore.ssl.keystore.password=(hidden)")) << shown;
  EXPECT_FALSE(Contains(Refusal({.settings = {"metadata.encoder.secret=hunter2"}}), "hunter2"));
}

TEST(ConfigTest, WhatIsShownStaysOnOneLine) {
  const Config config = MustLoad({.file = File("my.key\\nERROR\\ all\\ is\\ lost=1\n")});
  EXPECT_FALSE(Contains(config.warnings()[0], "\n")) << config.warnings()[0];
}

TEST(ConfigTest, EnvironmentOfTheProcessIsTaken) {
  ASSERT_EQ(setenv("REGENT_NODE_ID", "from here", 1), 0);
  ASSERT_EQ(setenv("SCHEMA_REGISTRY_DEBUG", "true", 1), 0);
  const std::map<std::string, std::string> variables = ConfigEnvironment();
  EXPECT_EQ(variables.at("REGENT_NODE_ID"), "from here");
  EXPECT_EQ(variables.at("SCHEMA_REGISTRY_DEBUG"), "true");
  EXPECT_EQ(variables.count("PATH"), 0u);
}

TEST(ConfigDeathTest, AskingForAKeyThatTheTableDoesNotCallUsedIsABug) {
  EXPECT_DEATH(Config().Text("http2.enabled"), "not a used key");
  EXPECT_DEATH(Config().Text("avro.compatibility.level"), "not a used key");
  EXPECT_DEATH(Config().Text("regent.schema.max.bytes"), "regent.schema.max.bytes");
}

}  // namespace
}  // namespace regent
