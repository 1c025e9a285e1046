#include "server/main/node.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error_reason.h"
#include "base/logging.h"
#include "base/version.h"
#include "schema/all_formats.h"
#include "server/main/advertised.h"
#include "server/main/listeners.h"
#include "server/main/node_figures.h"

namespace regent {
namespace {

// 122 random bits, as a version 4 UUID: no two claims share a token.
std::string RandomToken() {
  std::random_device random;
  std::array<uint32_t, 4> words;
  for (uint32_t& word : words) word = random();
  char text[37];
  std::snprintf(text, sizeof(text), "%08x-%04x-4%03x-%04x-%04x%08x", words[0], words[1] >> 16, words[1] & 0xfff,
                (words[2] >> 16 & 0x3fff) | 0x8000, words[2] & 0xffff, words[3]);
  return text;
}

// Doubles from 50 ms to 5 s, and a random half of it: nodes that failed together do not meet again.
std::chrono::milliseconds RandomPause(int failures) {
  const int ceiling = std::min(50 << std::min(failures - 1, 7), 5000);
  std::random_device random;
  return std::chrono::milliseconds(ceiling / 2 + static_cast<int>(random() % (ceiling / 2 + 1)));
}

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

LocalRegistry::Options Completed(const NodeOptions& options, const Backends& backends) {
  LocalRegistry::Options registry = options.registry;
  if (backends.topic) registry.retention = backends.topic->Get().retention;
  registry.open_log = backends.open_log;
  registry.log_trouble = backends.log_trouble;
  if (!registry.leadership.new_token) registry.leadership.new_token = RandomToken;
  if (!registry.leadership.pause) registry.leadership.pause = RandomPause;
  // What this node cannot write it forwards.
  registry.writes.without_office = WritePipeline::Options::WithoutOffice::kRefuse;
  return registry;
}

std::string AdvertisedGrpc(const NodeOptions& options, const std::string& listener) {
  if (!options.grpc_advertised.empty()) return options.grpc_advertised;
  return AdvertisedAddress(listener, options.host_name, HostName());
}

// Of "http://host:port".
std::string AdvertisedRest(const NodeOptions& options, const std::string& url) {
  const size_t host = url.find("://");
  if (host == std::string::npos) return url;
  return absl::StrCat(url.substr(0, host + 3), AdvertisedAddress(url.substr(host + 3), options.host_name, HostName()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Node>> Node::Create(NodeOptions options) {
  auto listeners = ParseListeners(options.rest_listeners, options.rest_protocol_map, options.rest_pem_file);
  if (!listeners.ok()) return listeners.status();
  options.rest.http.listeners = *std::move(listeners);
  // Before a port is chosen: whether others reach the host is known already.
  options.backends.advertised = AdvertisedGrpc(options, options.grpc.listener);
  if (options.backends.kafka) {
    KafkaOptions& kafka = *options.backends.kafka;
    kafka.log.client_id = absl::StrCat("regent-", options.node_id.empty() ? HostName() : options.node_id);
  }
  // A stop gives up what waits for Kafka, whenever it comes.
  options.stopping = std::make_shared<std::atomic<bool>>(false);
  options.backends.cancelled = [stopping = options.stopping, cancelled = options.backends.cancelled] {
    return *stopping || cancelled();
  };
  auto backends = OpenBackends(options.backends);
  if (!backends.ok()) return backends.status();
  if (options.wrap_log) {
    if (backends->log) backends->log = options.wrap_log(std::move(backends->log));
    if (backends->open_log) {
      backends->open_log = [open = std::move(backends->open_log), wrap = options.wrap_log](
                               const ReopenRequest& request) -> absl::StatusOr<std::unique_ptr<Log>> {
        auto log = open(request);
        if (log.ok()) *log = wrap(*std::move(log));
        return log;
      };
    }
  }
  return std::unique_ptr<Node>(new Node(std::move(options), *std::move(backends)));
}

Node::Node(NodeOptions options, Backends backends)
    : options_(std::move(options)),
      topic_(std::move(backends.topic)),
      log_(std::move(backends.log)),
      election_(std::move(backends.election)),
      timer_(NewThreadTimer()),
      peers_(options_.peers),
      registry_(Completed(options_, backends), AllFormats(), log_.get(), election_.get(), SystemClock(), timer_.get(),
                &write_threads_),
      forwarding_(options_.forwarding, &registry_, &peers_, SystemClock(), timer_.get(), &write_threads_),
      transfer_({}, &registry_, &peers_, SystemClock(), timer_.get(), &write_threads_),
      cluster_(options_.cluster, &registry_, &peers_, &transfer_, SystemClock()),
      peer_endpoint_(&registry_, &cluster_),
      peer_service_(&peer_endpoint_, &write_threads_),
      reporter_(options_.reports, &registry_, &cluster_, &peers_, SystemClock(), timer_.get()),
      grpc_(options_.grpc, &forwarding_, &cluster_, &read_threads_),
      rest_(options_.rest, &forwarding_, &registry_, &read_threads_) {
  grpc_.AddService(&peer_service_);
  registry_.OnLeadershipChange([this] {
    transfer_.OnLeadershipChange();
    forwarding_.OnLeadershipChange();
    reporter_.OnLeadershipChange();
  });
  if (topic_) {
    topic_->OnChange([this](const TopicWatch::Facts& facts) {
      registry_.SetRetention(facts.retention);
      cluster_.SetKafkaClusterId(facts.kafka_cluster_id);
    });
    // Said before anybody listened.
    const TopicWatch::Facts facts = topic_->Get();
    registry_.SetRetention(facts.retention);
    cluster_.SetKafkaClusterId(facts.kafka_cluster_id);
  }
  rest_.OnMetrics([this] {
    NodeFigures figures = FiguresOf(registry_);
    figures.grpc_connections_cut = grpc_.connections_cut();
    return figures;
  });
}

Node::~Node() { Stop(); }

absl::Status Node::Start(std::function<void()> on_ready) {
  if (absl::Status status = grpc_.Start(); !status.ok()) return status;
  if (absl::Status status = rest_.Start(); !status.ok()) return status;
  registry_.OnReady([this, on_ready = std::move(on_ready)] {
    grpc_.SetServing(true);
    on_ready();
  });
  // Only now, because port 0 has become a real one.
  NodeIdentity identity;
  identity.grpc_address = AdvertisedGrpc(options_, grpc_address());
  identity.rest_address = AdvertisedRest(options_, rest_url());
  identity.node = options_.node_id.empty() ? absl::StrCat(HostName(), "/", identity.grpc_address) : options_.node_id;
  cluster_.SetSelf({.node = identity.node,
                    .incarnation = RandomToken(),
                    .grpc_address = identity.grpc_address,
                    .rest_address = identity.rest_address,
                    .eligible = options_.backends.eligible,
                    .version = kRegentVersion});
  forwarding_.SetOwnAddress(identity.grpc_address);
  const std::string own_address = identity.grpc_address;
  if (absl::Status status = registry_.Start(std::move(identity)); !status.ok()) return status;
  reporter_.Start(own_address);
  return absl::OkStatus();
}

void Node::Stop() {
  if (timer_ == nullptr) return;
  *options_.stopping = true;
  // First of all, where there may be another node: it takes over while calls here are still finished.
  if (options_.backends.kafka) registry_.HandOver();
  // Together they may take twice as long; the second one seldom has anything left to wait for.
  rest_.Drain(options_.drain_patience);
  grpc_.Drain(options_.drain_patience);
  reporter_.Stop();
  forwarding_.Stop();
  transfer_.Stop();
  peers_.Stop();
  registry_.Stop();
  // Nobody is left who could give these work; what they still do ends before what it reaches into.
  read_threads_.Stop();
  write_threads_.Stop();
  timer_.reset();
}

std::string Node::grpc_address() const {
  const std::string& listener = options_.grpc.listener;
  if (grpc_.port() == 0) return listener;
  return absl::StrCat(listener.substr(0, listener.rfind(':')), ":", grpc_.port());
}

std::string Node::rest_url() const {
  const std::vector<std::string> urls = rest_.urls();
  return urls.empty() ? "" : urls.front();
}

std::string Node::Describe() const {
  const LogDescription log = registry_.DescribeLog();
  const std::string rest = absl::StrJoin(rest_.urls(), " and ");
  return absl::StrCat("gRPC on ", grpc_address(), rest.empty() ? "" : ", REST on ", rest, ", log: ", log.kind, " in ",
                      log.location, ", election: ", election_->Describe().backend);
}

}  // namespace regent
