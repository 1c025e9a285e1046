// A node at a Kafka that wants TLS, a certificate, or a user and a password, configured as Confluent's registry would
// be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/child_process.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kText[] = R"({"type":"enum","name":"E","symbols":["A"]})";
constexpr char kPlainUsers[] =
    R"(org.apache.kafka.common.security.plain.PlainLoginModule required user_regent="plain secret";)";

// One broker for all tests of this file; every test has a topic and a group of its own.
class KafkaSecurityTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    authority_ = std::make_unique<CertificateAuthority>();
    const std::string broker = authority_->Issue("broker");
    kafka_ = std::make_unique<KafkaCluster>(
        KafkaClusterOptions{.brokers = 1,
                            .settings = {{"ssl.keystore.type", "PEM"},
                                         {"ssl.keystore.location", broker},
                                         {"ssl.truststore.type", "PEM"},
                                         {"ssl.truststore.location", authority_->file()},
                                         {"ssl.client.auth", "required"},
                                         {"sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512"},
                                         {"listener.name.sasl_plaintext.plain.sasl.jaas.config", kPlainUsers},
                                         {"listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config",
                                          "org.apache.kafka.common.security.scram.ScramLoginModule required;"},
                                         {"listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config",
                                          "org.apache.kafka.common.security.scram.ScramLoginModule required;"}},
                            .protocols = {"SSL", "SASL_PLAINTEXT"},
                            .format_arguments = {"--add-scram", "SCRAM-SHA-256=[name=regent,password=scram secret]",
                                                 "--add-scram", "SCRAM-SHA-512=[name=regent,password=long secret]"}});
  }
  static void TearDownTestSuite() {
    kafka_.reset();
    authority_.reset();
  }

  static std::vector<std::string> At(const std::string& protocol, const std::vector<std::string>& more) {
    static int count = 0;
    const std::string name = "secure-" + std::to_string(++count);
    std::vector<std::string> settings = {
        "kafkastore.bootstrap.servers=" + protocol + "://" + kafka_->ServerOf(protocol),
        "kafkastore.security.protocol=" + protocol, "kafkastore.topic=" + name, "schema.registry.group.id=" + name};
    settings.insert(settings.end(), more.begin(), more.end());
    return settings;
  }
  static std::vector<std::string> Password(const std::string& mechanism, const std::string& password) {
    const std::string module = mechanism == "PLAIN" ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
    return At("SASL_PLAINTEXT", {"kafkastore.sasl.mechanism=" + mechanism,
                                 "kafkastore.sasl.jaas.config=org.apache.kafka.common.security." + module +
                                     " required username=\"regent\" password=\"" + password + "\";"});
  }

  // The election, the log and its topic go over the same connection settings: a write needs them all.
  static void ExpectServes(const std::vector<std::string>& settings) {
    const NodeProcess node(NewDirectory("node"), settings);
    ASSERT_NE(node.address(), "") << node.output();
    const auto written = node.Client().Register(Subject::Parse("s"), {.text = kText});
    EXPECT_TRUE(written.ok()) << written.status() << "\n" << node.output();
  }

  static std::unique_ptr<CertificateAuthority> authority_;
  static std::unique_ptr<KafkaCluster> kafka_;
};

std::unique_ptr<CertificateAuthority> KafkaSecurityTest::authority_;
std::unique_ptr<KafkaCluster> KafkaSecurityTest::kafka_;

TEST_F(KafkaSecurityTest, TlsWithACertificateOfItsOwn) {
  ExpectServes(
      At("SSL", {"kafkastore.ssl.truststore.type=PEM", "kafkastore.ssl.truststore.location=" + authority_->file(),
                 "kafkastore.ssl.keystore.type=PEM", "kafkastore.ssl.keystore.location=" + authority_->Issue("node")}));
}

TEST_F(KafkaSecurityTest, UserAndPasswordByPlain) { ExpectServes(Password("PLAIN", "plain secret")); }

TEST_F(KafkaSecurityTest, UserAndPasswordByScram) {
  ExpectServes(Password("SCRAM-SHA-256", "scram secret"));
  ExpectServes(Password("SCRAM-SHA-512", "long secret"));
}

// The node waits for a Kafka that lets it in, as for one that is not there; what is wrong stands in its log.
TEST_F(KafkaSecurityTest, WhatKafkaRefusesStandsInTheLogWithoutThePassword) {
  std::vector<std::string> settings = Password("SCRAM-SHA-256", "wr0ng");
  std::vector<std::string> arguments = {Runfile("cli/regent"), "serve"};
  settings.push_back("regent.data.dir=" + NewDirectory("refused"));
  settings.push_back("regent.grpc.listener=127.0.0.1:0");
  settings.push_back("listeners=http://127.0.0.1:0");
  settings.push_back("kafkastore.init.timeout.ms=3000");
  for (const std::string& setting : settings) arguments.insert(arguments.end(), {"--set", setting});
  ChildProcess node(arguments);
  EXPECT_THAT(node.WaitForLine("uthentication failed"), HasSubstr("SCRAM-SHA-256")) << node.output();
  EXPECT_THAT(node.output(), ::testing::Not(HasSubstr("wr0ng")));
}

}  // namespace
}  // namespace regent::testing
