#include "tests/support/cluster.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace regent::testing {
namespace {

constexpr std::chrono::seconds kPatience{60};

}  // namespace

Cluster::Cluster(ClusterOptions options)
    : options_(std::move(options)), kafka_(std::make_unique<KafkaCluster>(options_.kafka)) {
  for (int i = 0; i < options_.nodes; ++i) {
    const std::string id =
        static_cast<size_t>(i) < options_.node_ids.size() ? options_.node_ids[i] : "node-" + std::to_string(i);
    Node node;
    node.program = static_cast<size_t>(i) < options_.programs.size() ? options_.programs[i] : options_.program;
    node.data_dir = NewDirectory("node");
    node.settings = SettingsOf(id);
    node.process = std::make_unique<NodeProcess>(node.data_dir, node.settings, node.program);
    if (node.process->address().empty()) {
      std::fprintf(stderr, "%s does not serve: %s\n", id.c_str(), node.process->output().c_str());
      std::abort();
    }
    // A node that comes back listens where it listened.
    node.settings.push_back("regent.grpc.listener=" + node.process->address());
    nodes_.push_back(std::move(node));
  }
}

Cluster::~Cluster() {
  if (!::testing::Test::HasFailure()) return;
  const char* outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  for (int i = 0; i < size(); ++i) {
    const std::string output = nodes_[i].earlier_output + node(i).output();
    if (outputs != nullptr) std::ofstream(std::string(outputs) + "/node-" + std::to_string(i) + ".log") << output;
    std::fprintf(stderr, "--- node %d said last:\n%s\n", i,
                 output.substr(output.size() - std::min<size_t>(output.size(), 3000)).c_str());
  }
}

client::RegistryClient Cluster::Connect(client::GrpcConnectionOptions options) const {
  options.discover = false;
  options.tls = options_.tls;
  auto connection = client::MakeGrpcConnection(std::move(options));
  if (!connection.ok()) std::abort();
  return client::RegistryClient(*std::move(connection));
}

std::vector<std::string> Cluster::SettingsOf(const std::string& node_id) const {
  std::vector<std::string> settings = {"kafkastore.bootstrap.servers=" + kafka_->servers(), "regent.node.id=" + node_id,
                                       "schema.compatibility.level=none"};
  settings.insert(settings.end(), options_.settings.begin(), options_.settings.end());
  return settings;
}

void Cluster::Restart(int index, const std::string& program) {
  Node& node = nodes_[index];
  if (!program.empty()) node.program = program;
  node.earlier_output += node.process->output() + "--- started again\n";
  node.process = std::make_unique<NodeProcess>(node.data_dir, node.settings, node.program);
  EXPECT_NE(node.process->address(), "") << node.process->output();
}

client::RegistryClient Cluster::ClientOf(int index, std::chrono::milliseconds timeout) const {
  client::GrpcConnectionOptions options;
  options.endpoints = {nodes_[index].process->address()};
  options.call_timeout = timeout;
  return Connect(std::move(options));
}

client::RegistryClient Cluster::ClientOfAll(int first) const {
  client::GrpcConnectionOptions options;
  options.endpoints.clear();
  for (int i = 0; i < size(); ++i) options.endpoints.push_back(nodes_[(first + i) % size()].process->address());
  options.call_timeout = kPatience;
  options.failover.rounds_max = 2;
  return Connect(std::move(options));
}

void Cluster::WriteThrough(int index) {
  const std::string name = "Probe" + std::to_string(++probes_);
  const auto result = ClientOf(index).Register(Subject::Parse("probe"),
                                               {.text = R"({"type":"enum","name":")" + name + R"(","symbols":["A"]})"});
  EXPECT_TRUE(result.ok()) << "through node " << index << ": " << result.status();
}

int Cluster::Primary() const {
  int primary = -1;
  int64_t highest = 0;
  for (int i = 0; i < size(); ++i) {
    const int64_t epoch = nodes_[i].process->ClaimedEpoch();
    if (epoch <= highest) continue;
    highest = epoch;
    primary = i;
  }
  return primary;
}

Dump Cluster::DumpFrom(const std::string& address) const {
  client::GrpcConnectionOptions options;
  options.endpoints = {address};
  options.call_timeout = kPatience;
  const client::RegistryClient client = Connect(std::move(options));
  Dump dump;
  std::vector<Subject> subjects;
  absl::Status status = client.ForEachSubject({.deleted = client::Deleted::kInclude}, [&](const Subject& subject) {
    subjects.push_back(subject);
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  std::map<int, std::string> texts;
  for (const Subject& subject : subjects) {
    const auto versions = client.ListVersions({.subject = subject, .deleted = client::Deleted::kInclude});
    EXPECT_TRUE(versions.ok()) << versions.status();
    if (!versions.ok()) return {};
    for (const client::VersionSummary& version : *versions) {
      const int id = version.id.value();
      if (texts.count(id) == 0) {
        const auto stored = client.GetSchema(version.id);
        EXPECT_TRUE(stored.ok()) << "id " << id << ": " << stored.status();
        if (!stored.ok()) return {};
        texts[id] = (*stored)->content.text;
      }
      dump[subject.Qualified()].push_back({version.version.value(), version.deleted, id, texts[id]});
    }
  }
  return dump;
}

Dump Cluster::DumpOf(int index) const { return DumpFrom(nodes_[index].process->address()); }

Dump Cluster::Converged() const {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    const Dump first = DumpOf(0);
    if (::testing::Test::HasFailure()) return first;
    int different = -1;
    for (int i = 1; i < size() && different < 0; ++i) {
      if (DumpOf(i) != first) different = i;
    }
    if (different < 0) return first;
    if (std::chrono::steady_clock::now() > deadline) {
      ADD_FAILURE() << "node " << different << " differs from node 0";
      return first;
    }
  }
}

Dump Cluster::FreshReplay() const {
  std::vector<std::string> settings = SettingsOf("fresh-replay");
  settings.push_back("leader.eligibility=false");
  const NodeProcess fresh(NewDirectory("fresh"), settings);
  EXPECT_NE(fresh.address(), "") << fresh.output();
  return DumpFrom(fresh.address());
}

}  // namespace regent::testing
