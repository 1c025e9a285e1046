// gRPC with TLS: between nodes, from clients, from the command line; and what who trusts others is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "client/grpc_connection.h"
#include "tests/support/certificates.h"
#include "tests/support/child_process.h"
#include "tests/support/cluster.h"

namespace regent::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Matches;

constexpr char kText[] = R"({"type":"enum","name":"E","symbols":["A"]})";

// Nodes that show a certificate of one authority, and want to see one.
class ClusterTlsTest : public ::testing::Test {
 protected:
  std::vector<std::string> Settings(const std::string& authorities) const {
    return {"regent.grpc.tls=true", "ssl.keystore.location=" + node_pem_, "regent.grpc.tls.ca.location=" + authorities,
            "regent.grpc.tls.client.authentication=required"};
  }
  client::TlsOptions ClientTls() const {
    return {TextOfFile(authority_.file()), TextOfFile(client_pem_), TextOfFile(client_pem_)};
  }
  struct Result {
    int code;
    std::string output;
  };
  static Result Run(std::vector<std::string> words) {
    words.insert(words.begin(), Runfile("cli/regent"));
    ChildProcess process(words);
    const int code = process.Wait();
    return {code, process.output()};
  }

  const CertificateAuthority authority_;
  const CertificateAuthority stranger_;
  const std::string node_pem_ = authority_.Issue("node");
  const std::string client_pem_ = authority_.Issue("client");
};

TEST_F(ClusterTlsTest, NodesClientsAndTheCommandLineSpeakTls) {
  Cluster cluster({.settings = Settings(authority_.file()), .tls = ClientTls()});
  // Two of the three are followers, which hand the write over.
  for (int i = 0; i < cluster.size(); ++i) cluster.WriteThrough(i);
  EXPECT_EQ(cluster.Converged().at("probe").size(), 3u);

  const std::string address = cluster.node(0).address();
  const std::vector<std::string> identity = {"--ca-file=" + authority_.file(), "--cert-file=" + client_pem_,
                                             "--key-file=" + client_pem_};
  const auto run = [&](std::vector<std::string> words, const std::vector<std::string>& flags) {
    words.push_back("--server=" + address);
    words.push_back("--timeout=5s");
    words.insert(words.end(), flags.begin(), flags.end());
    return Run(words);
  };
  const Result subjects = run({"subjects"}, identity);
  EXPECT_EQ(subjects.code, 0) << subjects.output;
  EXPECT_EQ(subjects.output, "probe\n");
  // What the others told the primary, and it told this one, went between nodes.
  const auto all = AllOf(HasSubstr("node node-0"), HasSubstr("node node-1"), HasSubstr("node node-2"));
  std::string status;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  do {
    const Result result = run({"cluster", "status"}, identity);
    ASSERT_EQ(result.code, 0) << result.output;
    status = result.output;
  } while (!Matches(all)(status) && std::chrono::steady_clock::now() < deadline);
  EXPECT_THAT(status, all);

  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"subjects"}, {"cluster", "status"}}) {
    const Result no_trust = run(words, {"--ca-file=" + stranger_.file()});
    EXPECT_EQ(no_trust.code, 3) << no_trust.output;
    EXPECT_THAT(no_trust.output, HasSubstr("certificate verify failed"));
    const Result nobody = run(words, {"--ca-file=" + authority_.file()});
    EXPECT_EQ(nobody.code, 3) << nobody.output;
    const Result clear_text = run(words, {});
    EXPECT_EQ(clear_text.code, 3) << clear_text.output;
  }
}

TEST_F(ClusterTlsTest, NodeThatTrustsAnotherAuthoritySaysSoWhenItCannotForward) {
  Cluster cluster({.nodes = 1, .settings = Settings(authority_.file()), .tls = ClientTls()});
  cluster.WriteThrough(0);
  // It asks no caller for a certificate, so that the test reaches it; it is the way from it that fails.
  const NodeProcess node(NewDirectory("stranger"),
                         {"kafkastore.bootstrap.servers=" + cluster.kafka().servers(), "regent.node.id=stranger",
                          "leader.eligibility=false", "regent.write.timeout.ms=5000", "regent.report.interval.ms=200",
                          "regent.grpc.tls=true", "ssl.keystore.location=" + node_pem_,
                          "regent.grpc.tls.ca.location=" + stranger_.file()});
  ASSERT_NE(node.address(), "") << node.output();
  client::GrpcConnectionOptions options;
  options.endpoints = {node.address()};
  options.discover = false;
  options.call_timeout = std::chrono::seconds(8);
  options.tls = ClientTls();
  const client::RegistryClient client(*client::MakeGrpcConnection(options));
  const auto written = client.Register(Subject::Parse("s"), {.text = kText});
  ASSERT_FALSE(written.ok());
  EXPECT_THAT(std::string(written.status().message()), HasSubstr("certificate verify failed"));
  EXPECT_TRUE(client.GetLatest(Subject::Parse("probe")).ok()) << "reads need no other node";
}

}  // namespace
}  // namespace regent::testing
