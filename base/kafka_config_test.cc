#include "base/kafka_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error_reason.h"

namespace regent {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

absl::StatusOr<KafkaClientConfig> Map(std::vector<std::string> settings) {
  settings.insert(settings.begin(), "kafkastore.bootstrap.servers=k1:9092");
  absl::StatusOr<Config> config = Config::Load({.settings = settings});
  if (!config.ok()) return config.status();
  return KafkaClientConfigFrom(*config);
}

KafkaClientConfig MustMap(std::vector<std::string> settings) {
  absl::StatusOr<KafkaClientConfig> mapped = Map(std::move(settings));
  EXPECT_TRUE(mapped.ok()) << mapped.status();
  return mapped.ok() ? *mapped : KafkaClientConfig();
}

std::string Refusal(std::vector<std::string> settings) {
  const absl::StatusOr<KafkaClientConfig> mapped = Map(std::move(settings));
  EXPECT_EQ(ReasonOf(mapped.status()), ErrorReason::kConfigurationInvalid);
  return std::string(mapped.status().message());
}

// A file of the test's own that begins so.
std::string File(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string Value(const KafkaClientConfig& config, const std::string& name) {
  for (const KafkaSetting& setting : config.settings) {
    if (setting.name == name) return setting.value;
  }
  return "(not set)";
}

TEST(KafkaConfigTest, ServersMayCarryTheirProtocol) {
  const KafkaClientConfig config =
      MustMap({"kafkastore.bootstrap.servers= PLAINTEXT://a:1 ,b:2,SASL_SSL://c:3", "kafkastore.topic=t"});
  EXPECT_EQ(Value(config, "bootstrap.servers"), "a:1,b:2");
  EXPECT_EQ(config.servers, "a:1,b:2");
  EXPECT_THAT(config.warnings, Contains(HasSubstr("SASL_SSL://c:3 is left out")));
}

TEST(KafkaConfigTest, NoServerOfTheProtocolIsRefused) {
  EXPECT_THAT(Refusal({"kafkastore.bootstrap.servers=PLAINTEXT://a:1", "kafkastore.security.protocol=SSL"}),
              HasSubstr("kafkastore.bootstrap.servers: names no server for kafkastore.security.protocol=ssl"));
  EXPECT_THAT(Refusal({"kafkastore.bootstrap.servers=host"}), HasSubstr("\"host\" is no host:port"));
}

TEST(KafkaConfigTest, PemStoresAreTakenWhateverTheTypeSays) {
  const std::string ca = File("ca.pem", "# ours\n-----BEGIN CERTIFICATE-----\n");
  const std::string key = File("key.pem", "-----BEGIN PRIVATE KEY-----\n");
  const KafkaClientConfig config =
      MustMap({"kafkastore.security.protocol=SSL", "kafkastore.ssl.truststore.location=" + ca,
               "kafkastore.ssl.keystore.type=PEM", "kafkastore.ssl.keystore.location=" + key,
               "kafkastore.ssl.key.password=x", "kafkastore.ssl.endpoint.identification.algorithm="});
  EXPECT_EQ(Value(config, "security.protocol"), "ssl");
  EXPECT_EQ(Value(config, "ssl.ca.location"), ca);
  EXPECT_EQ(Value(config, "ssl.key.location"), key);
  EXPECT_EQ(Value(config, "ssl.certificate.location"), key);
  EXPECT_EQ(Value(config, "ssl.key.password"), "x");
  EXPECT_EQ(Value(config, "ssl.endpoint.identification.algorithm"), "none");
  EXPECT_THAT(config.warnings, IsEmpty());
}

TEST(KafkaConfigTest, AJavaKeyStoreIsRefusedWithTheWayOut) {
  const std::string jks = File("store.jks", "\xfe\xed\xfe\xed and more");
  const std::string refusal = Refusal({"kafkastore.security.protocol=SSL", "kafkastore.ssl.truststore.location=" + jks,
                                       "kafkastore.ssl.keystore.location=" + jks});
  EXPECT_THAT(refusal, HasSubstr("kafkastore.ssl.truststore.location (--set): " + jks + " is a Java key store (JKS)"));
  EXPECT_THAT(refusal, HasSubstr("kafkastore.ssl.keystore.location (--set)"));
  EXPECT_THAT(refusal, HasSubstr("openssl pkcs12"));
}

TEST(KafkaConfigTest, Pkcs12IsAKeyStoreButNoTrustStore) {
  const std::string p12 = File("store.p12", "\x30\x82 and more");
  const KafkaClientConfig config =
      MustMap({"kafkastore.security.protocol=SSL", "kafkastore.ssl.keystore.location=" + p12,
               "kafkastore.ssl.keystore.type=PKCS12", "kafkastore.ssl.keystore.password=secret"});
  EXPECT_EQ(Value(config, "ssl.keystore.location"), p12);
  EXPECT_EQ(Value(config, "ssl.keystore.password"), "secret");
  EXPECT_THAT(Refusal({"kafkastore.security.protocol=SSL", "kafkastore.ssl.truststore.location=" + p12}),
              HasSubstr("-nokeys -out ca.pem"));
}

TEST(KafkaConfigTest, AMissingStoreIsNamed) {
  EXPECT_THAT(Refusal({"kafkastore.security.protocol=SSL", "kafkastore.ssl.truststore.location=/nowhere/ca.pem"}),
              HasSubstr("/nowhere/ca.pem cannot be read"));
}

TEST(KafkaConfigTest, JavasNamesOfCiphersAreRefused) {
  EXPECT_THAT(Refusal({"kafkastore.security.protocol=SSL",
                       "kafkastore.ssl.cipher.suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}),
              HasSubstr("OpenSSL's are needed"));
  EXPECT_EQ(Value(MustMap({"kafkastore.security.protocol=SSL",
                           "kafkastore.ssl.cipher.suites=ECDHE-RSA-AES128-GCM-SHA256, ECDHE-RSA-AES256-GCM-SHA384"}),
                  "ssl.cipher.suites"),
            "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384");
}

TEST(KafkaConfigTest, TlsSettingsWithoutTlsHaveNoEffect) {
  const KafkaClientConfig config = MustMap({"kafkastore.ssl.truststore.location=/nowhere"});
  EXPECT_THAT(config.warnings,
              Contains("kafkastore.ssl.truststore.location (--set) has no effect: kafkastore.security.protocol is "
                       "plaintext"));
}

TEST(KafkaConfigTest, UserAndPasswordComeOutOfJaas) {
  const KafkaClientConfig config = MustMap(
      {"kafkastore.security.protocol=SASL_PLAINTEXT", "kafkastore.sasl.mechanism=SCRAM-SHA-512",
       R"(kafkastore.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="a b" password='x=\'y;"';)"});
  EXPECT_EQ(Value(config, "sasl.mechanisms"), "SCRAM-SHA-512");
  EXPECT_EQ(Value(config, "sasl.username"), "a b");
  EXPECT_EQ(Value(config, "sasl.password"), "x='y;\"");
}

TEST(KafkaConfigTest, UserAndPasswordMayStandForThemselves) {
  const KafkaClientConfig config =
      MustMap({"kafkastore.security.protocol=SASL_PLAINTEXT", "kafkastore.sasl.mechanism=plain",
               "kafkastore.sasl.username=u", "kafkastore.sasl.password=p", "kafkastore.sasl.kerberos.service.name=k"});
  EXPECT_EQ(Value(config, "sasl.mechanisms"), "PLAIN");
  EXPECT_EQ(Value(config, "sasl.username"), "u");
  EXPECT_EQ(Value(config, "sasl.password"), "p");
  EXPECT_THAT(config.warnings, Contains(HasSubstr("kafkastore.sasl.kerberos.service.name (--set) has no effect")));
}

TEST(KafkaConfigTest, WhatIsNotBuiltInIsRefused) {
  EXPECT_THAT(Refusal({"kafkastore.security.protocol=SASL_PLAINTEXT"}),
              HasSubstr("kafkastore.sasl.mechanism: GSSAPI (the default) is not built into Regent"));
  EXPECT_THAT(Refusal({"kafkastore.security.protocol=SASL_PLAINTEXT", "kafkastore.sasl.mechanism=OAUTHBEARER"}),
              HasSubstr("OAUTHBEARER is not built into Regent"));
  EXPECT_THAT(Refusal({"kafkastore.security.protocol=SASL_PLAINTEXT", "kafkastore.sasl.mechanism=PLAIN"}),
              HasSubstr("gives no user name and password"));
}

TEST(KafkaConfigTest, SecretsAreNotSaidAloud) {
  EXPECT_THAT(Refusal({"kafkastore.security.protocol=SASL_PLAINTEXT", "kafkastore.sasl.mechanism=PLAIN",
                       "kafkastore.sasl.jaas.config=Module required password=hunter2;"}),
              Not(HasSubstr("hunter2")));
}

TEST(KafkaConfigTest, OtherSettingsOfTheClientPassThrough) {
  const KafkaClientConfig config = MustMap({"kafkastore.metadata.max.age.ms=12345", "kafkastore.buffer.memory=1"});
  EXPECT_EQ(Value(config, "metadata.max.age.ms"), "12345");
  EXPECT_THAT(config.settings,
              Contains(KafkaSetting{"metadata.max.age.ms", "12345", "kafkastore.metadata.max.age.ms"}));
  EXPECT_THAT(config.warnings, Contains(HasSubstr("kafkastore.buffer.memory (--set) has no effect")));
  EXPECT_THAT(Refusal({"kafkastore.metadata.max.age.ms=soon"}),
              HasSubstr("kafkastore.metadata.max.age.ms (--set): the Kafka client refuses it"));
}

TEST(KafkaConfigTest, TheSafetyOfTheLogIsNotUpToAFile) {
  for (const char* name : {"acks", "enable.idempotence", "auto.offset.reset", "isolation.level", "group.id",
                           "max.in.flight.requests.per.connection", "allow.auto.create.topics"}) {
    const KafkaClientConfig config = MustMap({std::string("kafkastore.") + name + "=1"});
    if (std::string(name) != "group.id") {
      EXPECT_THAT(config.warnings, Contains(HasSubstr("the safety of the log depends on it"))) << name;
    }
    EXPECT_EQ(Value(config, name), "(not set)");
  }
}

}  // namespace
}  // namespace regent
