// A real Kafka on loopback, started from its jars: one broker or three, each a process of its own that can be stopped,
// killed and paused with real signals.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/kafka_config.h"
#include "tests/support/child_process.h"

namespace regent::testing {

struct KafkaClusterOptions {
  int brokers = 1;
  // More lines of server.properties, which win over those of the cluster.
  std::vector<std::pair<std::string, std::string>> settings;
  // Protocols ("SSL", "SASL_PLAINTEXT") that a broker speaks beside PLAINTEXT, each on a port of its own. Their
  // certificates and users are `settings`.
  std::vector<std::string> protocols;
  // More words for Kafka's StorageTool, such as users of SCRAM.
  std::vector<std::string> format_arguments;
};

// KRaft, no ZooKeeper. Topics are never created by accident; rounds of the log cleaner are 100 ms apart, so that a
// topic with a small segment.ms and min.compaction.lag.ms=0 is compacted while a test waits. Use from one thread. When
// a test has failed, the destructor leaves each broker's output in the test's undeclared outputs and says so.
class KafkaCluster {
 public:
  // Free ports, a temporary directory. Returns when every broker answers; aborts with their output when they do not.
  explicit KafkaCluster(const KafkaClusterOptions& options = {});
  ~KafkaCluster();
  KafkaCluster(const KafkaCluster&) = delete;
  KafkaCluster& operator=(const KafkaCluster&) = delete;

  // All brokers, as kafkastore.bootstrap.servers has them.
  const std::string& servers() const { return servers_; }
  // The address where the first broker speaks another protocol.
  std::string ServerOf(const std::string& protocol) const;
  // How a client of librdkafka reaches it.
  KafkaClientConfig ClientConfig() const;
  int size() const { return static_cast<int>(brokers_.size()); }

  // Brokers are counted from 0.
  void Kill(int broker);   // SIGKILL; returns when it is gone
  void Stop(int broker);   // SIGTERM; returns when it has ended
  void Pause(int broker);  // SIGSTOP
  void Resume(int broker);
  // Starts it again on its old port and data; returns when it answers.
  void Restart(int broker);
  // Several at once: a quorum needs two of three.
  void RestartAll();

  // The broker that leads partition 0 of `topic`, -1 while there is none. Of __consumer_offsets, which has one
  // partition here, it is the coordinator of every group.
  int LeaderOf(const std::string& topic) const;

 private:
  struct Broker {
    int port = 0;
    int controller_port = 0;
    std::vector<std::pair<std::string, int>> more_ports;  // by protocol
    std::string directory;
    std::unique_ptr<ChildProcess> process;
    std::string earlier_output;
  };

  void WriteProperties(int broker, const std::string& voters, const KafkaClusterOptions& options);
  void Run(int broker);
  void WaitUntilReady(const std::vector<int>& brokers);
  [[noreturn]] void Abort(const std::string& why);
  std::string OutputOf(const Broker& broker) const;

  std::string servers_;
  std::vector<Broker> brokers_;
};

}  // namespace regent::testing
