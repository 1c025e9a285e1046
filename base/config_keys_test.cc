#include "base/config_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace regent {
namespace {

using Standing = ConfigKey::Standing;

std::vector<const ConfigKey*> AllKeys() {
  std::vector<const ConfigKey*> keys;
  for (const ConfigGroup& group : ConfigGroups()) {
    for (const ConfigKey& key : group.keys) keys.push_back(&key);
  }
  return keys;
}

TEST(ConfigKeysTest, NamesAndAliasesAreDistinct) {
  std::set<std::string_view> names;
  for (const ConfigKey* key : AllKeys()) {
    EXPECT_TRUE(names.insert(key->name).second) << key->name;
    for (const std::string_view alias : key->aliases) EXPECT_TRUE(names.insert(alias).second) << alias;
  }
}

TEST(ConfigKeysTest, EachSaysWhatItSetsAndWhatWithoutEffectSaysWhy) {
  for (const ConfigKey* key : AllKeys()) {
    EXPECT_FALSE(key->meaning.empty()) << key->name;
    EXPECT_EQ(key->remark.empty(), key->standing == Standing::kUsed) << key->name;
  }
}

// Whoever reads them takes what is there: they have no kind and no default.
TEST(ConfigKeysTest, UsedPatternsAreTextWithoutDefault) {
  for (const ConfigKey* key : AllKeys()) {
    if (key->standing != Standing::kUsed || key->name.back() != '*') continue;
    EXPECT_EQ(key->type, ConfigKey::Type::kText) << key->name;
    EXPECT_EQ(key->default_value, "") << key->name;
  }
}

TEST(ConfigKeysTest, NumbersHaveADefaultWithinTheirRange) {
  for (const ConfigKey* key : AllKeys()) {
    if (key->type != ConfigKey::Type::kNumber) continue;
    EXPECT_LT(key->min, key->max) << key->name;
    EXPECT_NE(key->default_value.empty(), key->default_from.empty()) << key->name;
    if (key->default_value.empty()) continue;
    const int64_t value = std::stoll(std::string(key->default_value));
    EXPECT_TRUE(value >= key->min && value <= key->max) << key->name;
  }
}

TEST(ConfigKeysTest, ChoicesHaveTheirDefaultAmongThem) {
  for (const ConfigKey* key : AllKeys()) {
    if (key->type != ConfigKey::Type::kChoice) continue;
    EXPECT_EQ(std::count(key->choices.begin(), key->choices.end(), key->default_value), 1) << key->name;
  }
}

TEST(ConfigKeysTest, FindsByNameAliasAndLongestPrefix) {
  EXPECT_EQ(FindConfigKey("regent.node.id")->name, "regent.node.id");
  EXPECT_EQ(FindConfigKey("avro.compatibility.level")->name, "schema.compatibility.level");
  EXPECT_EQ(FindConfigKey("kafkastore.ssl.truststore.location")->name, "kafkastore.ssl.*");
  EXPECT_EQ(FindConfigKey("kafkastore.linger.ms")->name, "kafkastore.*");
  EXPECT_EQ(FindConfigKey("kafkastore.topic.config.min.insync.replicas")->name, "kafkastore.topic.config.*");
  EXPECT_EQ(FindConfigKey("schema.registry.zk.namespace")->name, "schema.registry.zk.*");
  EXPECT_EQ(FindConfigKey("kafkastore."), nullptr);
  EXPECT_EQ(FindConfigKey("regent.nope"), nullptr);
  EXPECT_EQ(FindConfigKey(""), nullptr);
}

// semantics 5.1 lists what an existing file may hold: none of it may be an unknown key.
TEST(ConfigKeysTest, KnowsEveryKeyOfConfluents) {
  for (const char* name : {"kafkastore.bootstrap.servers",
                           "kafkastore.topic",
                           "kafkastore.topic.replication.factor",
                           "kafkastore.topic.skip.validation",
                           "kafkastore.topic.config.x",
                           "kafkastore.timeout.ms",
                           "kafkastore.write.max.retries",
                           "kafkastore.init.timeout.ms",
                           "kafkastore.init.wait.for.reader",
                           "kafkastore.checkpoint.dir",
                           "kafkastore.checkpoint.version",
                           "kafkastore.update.handlers",
                           "kafkastore.group.id",
                           "kafkastore.security.protocol",
                           "kafkastore.ssl.keystore.password",
                           "kafkastore.sasl.mechanism",
                           "kafkastore.sasl.jaas.config",
                           "kafkastore.connection.url",
                           "schema.registry.zk.namespace",
                           "schema.registry.group.id",
                           "kafkagroup.session.timeout.ms",
                           "kafkagroup.heartbeat.interval.ms",
                           "kafkagroup.rebalance.timeout.ms",
                           "leader.eligibility",
                           "master.eligibility",
                           "leader.connect.timeout.ms",
                           "leader.read.timeout.ms",
                           "leader.election.delay",
                           "leader.election.sticky",
                           "host.name",
                           "host.port",
                           "inter.instance.protocol",
                           "schema.registry.inter.instance.protocol",
                           "inter.instance.listener.name",
                           "inter.instance.headers.whitelist",
                           "listeners",
                           "listener.name.a.ssl.x",
                           "listener.protocol.map",
                           "request.timeout.ms",
                           "idle.timeout.ms",
                           "shutdown.graceful.ms",
                           "thread.pool.min",
                           "thread.pool.max",
                           "compression.enable",
                           "http2.enabled",
                           "max.request.header.size",
                           "size.limit.filter.enabled",
                           "size.limit.filter.max.request.body.size",
                           "access.control.allow.origin",
                           "access.control.allow.methods",
                           "access.control.allow.headers",
                           "dos.filter.enabled",
                           "nosniff.prevention.enable",
                           "response.http.headers.config",
                           "csrf.prevention.enable",
                           "authentication.method",
                           "authentication.realm",
                           "authentication.roles",
                           "authentication.skip.paths",
                           "ssl.keystore.location",
                           "ssl.truststore.location",
                           "ssl.client.authentication",
                           "resource.extension.class",
                           "init.resource.extension.class",
                           "rest.servlet.initializor.classes",
                           "metrics.jmx.prefix",
                           "debug",
                           "schema.compatibility.level",
                           "avro.compatibility.level",
                           "schema.validate.fields",
                           "schema.validate.new.schemas",
                           "schema.reject.empty.subject",
                           "schema.providers",
                           "schema.providers.reference.versions.strict",
                           "schema.providers.json.fetch.remote.schemas",
                           "schema.cache.size",
                           "schema.cache.expiry.secs",
                           "schema.canonicalize.on.consume",
                           "schema.search.default.limit",
                           "schema.search.max.limit",
                           "subject.search.default.limit",
                           "subject.search.max.limit",
                           "subject.version.search.default.limit",
                           "subject.version.search.max.limit",
                           "context.search.default.limit",
                           "context.search.max.limit",
                           "mode.mutability",
                           "associations.enable",
                           "metadata.encoder.secret",
                           "metadata.encoder.old.secret",
                           "metadata.encoder.topic",
                           "strict.validation",
                           "enable.store.health.check",
                           "enable.fips"}) {
    EXPECT_NE(FindConfigKey(name), nullptr) << name;
  }
}

TEST(ConfigKeysTest, NearestIsTheOneMeant) {
  EXPECT_EQ(NearestConfigKey("regent.nod.id"), "regent.node.id");
  EXPECT_EQ(NearestConfigKey("regent.datadir"), "regent.data.dir");
  EXPECT_EQ(NearestConfigKey("schema.compatability.level"), "schema.compatibility.level");
  EXPECT_EQ(NearestConfigKey("something.else.entirely"), "");
  EXPECT_EQ(NearestConfigKey(std::string(100000, 'x')), "");
}

TEST(ConfigKeysTest, SecretsAreKnownByTheirNames) {
  for (const char* name : {"kafkastore.ssl.keystore.password", "ssl.key.password", "kafkastore.sasl.jaas.config",
                           "metadata.encoder.secret", "my.Password", "bearer.auth.token", "basic.auth.user.info"}) {
    EXPECT_TRUE(IsSecretConfigKey(name)) << name;
  }
  for (const ConfigKey* key : AllKeys()) {
    if (key->standing == Standing::kUsed) {
      EXPECT_FALSE(IsSecretConfigKey(key->name)) << key->name;
    }
  }
}

}  // namespace
}  // namespace regent
