#include "tests/support/kafka_broker.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "base/kafka_handles.h"

namespace regent::testing {
namespace {

// Generous: three virtual machines may start beside a compiler.
constexpr std::chrono::seconds kPatience{90};
constexpr char kClusterId[] = "UmVnZW50LXRlc3RzLWthZg";

// Ports that nobody has, all held until the last is found so that no two are the same.
std::vector<int> FreePorts(int count) {
  std::vector<int> sockets;
  std::vector<int> ports;
  for (int i = 0; i < count; ++i) {
    const int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(handle, reinterpret_cast<sockaddr*>(&address), size) != 0) std::abort();
    getsockname(handle, reinterpret_cast<sockaddr*>(&address), &size);
    sockets.push_back(handle);
    ports.push_back(ntohs(address.sin_port));
  }
  for (const int handle : sockets) close(handle);
  return ports;
}

std::vector<std::string> Java(const std::string& directory, const std::string& main_class) {
  const char* root = std::getenv("TEST_SRCDIR");
  // In a test; else where `bazel run` starts a program.
  const std::string jars = root != nullptr ? std::string(root) + "/kafka" : "../kafka";
  return {"/usr/bin/env",
          "java",
          "-Xms64m",
          "-Xmx384m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Dlog4j2.configurationFile=" + directory + "/log4j2.properties",
          "-Dkafka.logs.dir=" + directory,
          "-cp",
          jars + "/*",
          main_class};
}

std::string Address(int port) { return "127.0.0.1:" + std::to_string(port); }

KafkaClientConfig ConfigFor(const std::string& servers) {
  return {{{"bootstrap.servers", servers, "kafkastore.bootstrap.servers"}}, servers, {}};
}

KafkaClientPtr NewClient(const std::string& servers) {
  auto conf = MakeKafkaConf(ConfigFor(servers), {{"reconnect.backoff.ms", "50"}, {"reconnect.backoff.max.ms", "200"}});
  if (!conf.ok()) std::abort();
  auto client = NewKafkaClient(RD_KAFKA_PRODUCER, *std::move(conf));
  if (!client.ok()) std::abort();
  return *std::move(client);
}

}  // namespace

KafkaCluster::KafkaCluster(const KafkaClusterOptions& options) {
  std::vector<int> ports = FreePorts((2 + static_cast<int>(options.protocols.size())) * options.brokers);
  const auto next_port = [&ports] {
    const int port = ports.back();
    ports.pop_back();
    return port;
  };
  const std::string directory = NewDirectory("kafka");
  std::string voters;
  for (int i = 0; i < options.brokers; ++i) {
    Broker broker;
    broker.port = next_port();
    broker.controller_port = next_port();
    for (const std::string& protocol : options.protocols) broker.more_ports.emplace_back(protocol, next_port());
    broker.directory = directory + "/broker-" + std::to_string(i);
    if (i > 0) servers_ += ",", voters += ",";
    servers_ += Address(broker.port);
    voters += std::to_string(i) + "@" + Address(broker.controller_port);
    brokers_.push_back(std::move(broker));
  }
  std::vector<std::unique_ptr<ChildProcess>> formats;
  for (int i = 0; i < options.brokers; ++i) {
    WriteProperties(i, voters, options);
    std::vector<std::string> arguments = Java(brokers_[i].directory, "kafka.tools.StorageTool");
    for (const std::string& argument : {std::string("format"), std::string("-t"), std::string(kClusterId),
                                        std::string("-c"), brokers_[i].directory + "/server.properties"}) {
      arguments.push_back(argument);
    }
    arguments.insert(arguments.end(), options.format_arguments.begin(), options.format_arguments.end());
    formats.push_back(std::make_unique<ChildProcess>(arguments));
  }
  for (const auto& format : formats) {
    if (format->Wait() != 0)
      Abort("Kafka's storage was not formatted (no Java? ./dev setup test): " + format->output());
  }
  RestartAll();
}

KafkaCluster::~KafkaCluster() {
  const char* outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR");
  const bool keep = ::testing::Test::HasFailure() && outputs != nullptr;
  for (size_t i = 0; i < brokers_.size(); ++i) {
    if (brokers_[i].process != nullptr) Kill(static_cast<int>(i));
    if (!keep) continue;
    const std::string path = std::string(outputs) + "/kafka-broker-" + std::to_string(i) + ".log";
    std::ofstream(path) << OutputOf(brokers_[i]);
    std::cerr << "The output of Kafka's broker " << i << " is in " << path << std::endl;
  }
}

KafkaClientConfig KafkaCluster::ClientConfig() const { return ConfigFor(servers_); }

std::string KafkaCluster::ServerOf(const std::string& protocol) const {
  for (const auto& [spoken, port] : brokers_[0].more_ports) {
    if (spoken == protocol) return Address(port);
  }
  std::abort();
}

void KafkaCluster::WriteProperties(int broker, const std::string& voters, const KafkaClusterOptions& options) {
  const std::string& directory = brokers_[broker].directory;
  const std::string replicas = std::to_string(options.brokers);
  if (std::system(("mkdir -p " + directory).c_str()) != 0) std::abort();
  std::string listeners = "PLAINTEXT://" + Address(brokers_[broker].port);
  for (const auto& [protocol, port] : brokers_[broker].more_ports) listeners += "," + protocol + "://" + Address(port);
  std::ofstream file(directory + "/server.properties");
  file << "process.roles=broker,controller\n"
       << "node.id=" << broker << "\n"
       << "controller.quorum.voters=" << voters << "\n"
       << "controller.listener.names=CONTROLLER\n"
       << "listeners=" << listeners << ",CONTROLLER://" << Address(brokers_[broker].controller_port) << "\n"
       << "advertised.listeners=" << listeners << "\n"
       << "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,"
       << "SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL\n"
       << "log.dirs=" << directory << "/data\n"
       << "auto.create.topics.enable=false\n"
       << "offsets.topic.num.partitions=1\n"
       << "offsets.topic.replication.factor=" << replicas << "\n"
       << "transaction.state.log.num.partitions=1\n"
       << "transaction.state.log.replication.factor=" << replicas << "\n"
       << "transaction.state.log.min.isr=1\n"
       << "group.initial.rebalance.delay.ms=0\n"
       << "num.network.threads=2\n"
       << "num.io.threads=4\n"
       << "log.cleaner.threads=1\n"
       << "log.cleaner.backoff.ms=100\n"
       << "log.cleaner.dedupe.buffer.size=4194304\n"
       << "log.retention.check.interval.ms=1000\n"
       << "log.segment.delete.delay.ms=100\n";
  for (const auto& [key, value] : options.settings) file << key << "=" << value << "\n";
  std::ofstream(directory + "/log4j2.properties")
      << "status=error\n"
      << "appender.out.type=Console\nappender.out.name=out\n"
      << "appender.out.layout.type=PatternLayout\nappender.out.layout.pattern=[%d] %p %m (%c)%n\n"
      << "rootLogger.level=info\nrootLogger.appenderRef.out.ref=out\n";
}

void KafkaCluster::Run(int broker) {
  Broker& it = brokers_[broker];
  it.earlier_output = OutputOf(it);
  std::vector<std::string> arguments = Java(it.directory, "kafka.Kafka");
  arguments.push_back(it.directory + "/server.properties");
  it.process = std::make_unique<ChildProcess>(arguments);
}

void KafkaCluster::Restart(int broker) {
  Run(broker);
  WaitUntilReady({broker});
}

void KafkaCluster::RestartAll() {
  std::vector<int> started;
  for (int i = 0; i < size(); ++i) {
    if (brokers_[i].process != nullptr) continue;
    Run(i);
    started.push_back(i);
  }
  WaitUntilReady(started);
}

// Asks each broker itself, until it knows all that run.
void KafkaCluster::WaitUntilReady(const std::vector<int>& brokers) {
  int running = 0;
  for (const Broker& broker : brokers_) running += broker.process != nullptr ? 1 : 0;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (const int broker : brokers) {
    const KafkaClientPtr client = NewClient(Address(brokers_[broker].port));
    while (true) {
      const struct rd_kafka_metadata* metadata = nullptr;
      const rd_kafka_resp_err_t code = rd_kafka_metadata(client.get(), 0, nullptr, &metadata, 500);
      const int known = code == RD_KAFKA_RESP_ERR_NO_ERROR ? metadata->broker_cnt : 0;
      if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
      if (known >= running) break;
      if (std::chrono::steady_clock::now() > deadline) Abort("a broker of Kafka does not answer");
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) rd_kafka_poll(client.get(), 50);
    }
  }
}

void KafkaCluster::Kill(int broker) {
  brokers_[broker].process->Signal(SIGKILL);
  brokers_[broker].process->Wait();
  brokers_[broker].earlier_output = OutputOf(brokers_[broker]);
  brokers_[broker].process.reset();
}

void KafkaCluster::Stop(int broker) {
  brokers_[broker].process->Signal(SIGTERM);
  brokers_[broker].process->Wait();
  Kill(broker);
}

void KafkaCluster::Pause(int broker) { brokers_[broker].process->Signal(SIGSTOP); }

void KafkaCluster::Resume(int broker) { brokers_[broker].process->Signal(SIGCONT); }

int KafkaCluster::LeaderOf(const std::string& topic) const {
  const KafkaClientPtr client = NewClient(servers_);
  const KafkaTopicPtr handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
  const struct rd_kafka_metadata* metadata = nullptr;
  if (rd_kafka_metadata(client.get(), 0, handle.get(), &metadata, 5000) != RD_KAFKA_RESP_ERR_NO_ERROR) return -1;
  int leader = -1;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const struct rd_kafka_metadata_topic& found = metadata->topics[i];
    if (found.topic == topic && found.partition_cnt > 0) leader = found.partitions[0].leader;
  }
  rd_kafka_metadata_destroy(metadata);
  return leader;
}

void KafkaCluster::Abort(const std::string& why) {
  std::cerr << why << std::endl;
  for (const Broker& broker : brokers_) std::cerr << OutputOf(broker) << std::endl;
  std::abort();
}

std::string KafkaCluster::OutputOf(const Broker& broker) const {
  return broker.earlier_output + (broker.process != nullptr ? broker.process->output() : "");
}

}  // namespace regent::testing
