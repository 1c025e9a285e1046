// Several nodes over one real Kafka, all of them real processes.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/grpc_connection.h"
#include "client/registry_client.h"
#include "client/tls.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/node_process.h"

namespace regent::testing {

// Everything that a node tells of its schemas: by subject, each version in order.
struct DumpedVersion {
  int version = 0;
  bool deleted = false;
  int id = 0;
  std::string text;
  bool operator==(const DumpedVersion&) const = default;
};
using Dump = std::map<std::string, std::vector<DumpedVersion>>;

struct ClusterOptions {
  int nodes = 3;
  KafkaClusterOptions kafka;
  // Of every node; more than the cluster's own, which win: compatibility is NONE, so that any schema may follow any.
  std::vector<std::string> settings;
  // What the nodes run.
  std::string program = "cli/regent";
  // By node; `program` where there is none.
  std::vector<std::string> programs;
  // By node; "node-<n>" where there is none.
  std::vector<std::string> node_ids;
  // How its clients speak to nodes whose settings ask for TLS.
  std::optional<client::TlsOptions> tls;
};

// Use from one thread; clients may be used from any. Nodes are counted from 0.
class Cluster {
 public:
  // Returns when every node serves; aborts with their output when one does not.
  explicit Cluster(ClusterOptions options = {});
  // When the test has failed, leaves what the nodes said in its undeclared outputs, and prints the end of it.
  ~Cluster();

  KafkaCluster& kafka() { return *kafka_; }
  NodeProcess& node(int index) { return *nodes_[index].process; }
  int size() const { return static_cast<int>(nodes_.size()); }

  void Signal(int index, int number) { node(index).Signal(number); }
  // Starts it again on its old address and files, once it has ended; as another program if one is named.
  void Restart(int index, const std::string& program = "");

  // Of this node alone: other nodes are not asked instead.
  client::RegistryClient ClientOf(int index, std::chrono::milliseconds timeout = std::chrono::seconds(60)) const;
  // Of all nodes, `first` first, with one retry, as a service has it.
  client::RegistryClient ClientOfAll(int first) const;

  // A new registration through node `index`; the test fails when it is not done within a minute.
  void WriteThrough(int index);
  // The node that claimed last, by its own words; -1: none has yet.
  int Primary() const;

  // Fails the test, and is empty, when the node does not answer.
  Dump DumpOf(int index) const;
  // Blocks until all nodes give one dump; fails the test after a minute.
  Dump Converged() const;
  // What a node that never saw this topic makes of it.
  Dump FreshReplay() const;

 private:
  struct Node {
    std::string program;
    std::string data_dir;
    std::vector<std::string> settings;
    std::unique_ptr<NodeProcess> process;
    std::string earlier_output;
  };

  client::RegistryClient Connect(client::GrpcConnectionOptions options) const;
  std::vector<std::string> SettingsOf(const std::string& node_id) const;
  Dump DumpFrom(const std::string& address) const;

  const ClusterOptions options_;
  std::unique_ptr<KafkaCluster> kafka_;
  std::vector<Node> nodes_;
  int probes_ = 0;
};

}  // namespace regent::testing
