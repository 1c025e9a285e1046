#include "server/main/node_options.h"

#include <utility>

#include "base/logging.h"
#include "base/pem_file.h"
#include "store/kafka/kafka_log_options.h"

namespace regent {
namespace {

RestServer::Options RestOptionsFrom(const Config& config) {
  RestServer::Options options;
  options.http.threads = static_cast<int>(config.Number("regent.rest.threads"));
  options.http.max_connections = static_cast<int>(config.Number("regent.rest.max.connections"));
  options.http.max_header_bytes = config.Number("max.request.header.size");
  options.http.max_body_bytes = config.Number("size.limit.filter.max.request.body.size");
  options.http.max_buffered_bytes = config.Number("regent.rest.max.buffered.bytes");
  options.http.idle_timeout = config.Millis("idle.timeout.ms");
  options.http.header_timeout = config.Millis("regent.rest.header.timeout.ms");
  options.http.body_timeout = config.Millis("regent.rest.body.timeout.ms");
  if (!config.Bool("compression.enable")) options.http.gzip_from_bytes = 0;
  options.service.max_waiting_reads = static_cast<int>(config.Number("regent.read.max.waiting"));
  options.service.request_timeout = config.Millis("request.timeout.ms");
  options.service.allow_origin = config.Text("access.control.allow.origin");
  options.service.allow_methods = config.Text("access.control.allow.methods");
  options.service.allow_headers = config.Text("access.control.allow.headers");
  RestEnvironment& environment = options.environment;
  environment.profile = config.Text("regent.compat.profile") == "7" ? CompatProfile::k7 : CompatProfile::k8;
  environment.schema_types = {SchemaType::kAvro, SchemaType::kJson, SchemaType::kProtobuf};
  environment.schemas_default = static_cast<int>(config.Number("schema.search.default.limit"));
  environment.schemas_max = static_cast<int>(config.Number("schema.search.max.limit"));
  environment.group_id = config.Text("schema.registry.group.id");
  environment.version = environment.profile == CompatProfile::k7 ? "7.9.0" : "8.5.0";
  return options;
}

absl::StatusOr<KafkaOptions> KafkaOptionsFrom(const Config& config) {
  auto log = KafkaLogOptionsFrom(config);
  if (!log.ok()) return log.status();
  for (const std::string& warning : log->client.warnings) LOG(WARNING) << warning;
  KafkaOptions options{.log = *std::move(log), .election = {}, .copy = {}};
  options.copy.max_age = config.Millis("regent.copy.max.age.ms");
  KafkaElectionOptions& election = options.election;
  election.client = options.log.client;
  election.topic = options.log.topic.name;
  election.group = config.Text("schema.registry.group.id");
  election.session_timeout = config.Millis("kafkagroup.session.timeout.ms");
  election.heartbeat_interval = config.Millis("kafkagroup.heartbeat.interval.ms");
  election.rebalance_timeout = config.Millis("kafkagroup.rebalance.timeout.ms");
  // A primary hears of its appends' fate before the others give it up.
  options.log.append_timeout = election.session_timeout * 5 / 6;
  return options;
}

// The door's and that of the way to other nodes' doors.
absl::Status TakeGrpcTls(const Config& config, NodeOptions* options) {
  const std::string authorities = config.Text("regent.grpc.tls.ca.location");
  if (!config.Bool("regent.grpc.tls")) return absl::OkStatus();
  options->grpc.pem_file = config.Text("ssl.keystore.location");
  if (config.Text("regent.grpc.tls.client.authentication") == "required") options->grpc.client_ca_file = authorities;
  auto identity = ReadPemFile(options->grpc.pem_file, "ssl.keystore.location", PemContent::kCertificatesAndKey);
  if (!identity.ok()) return identity.status();
  PeerTls tls{.authorities = "", .identity = *std::move(identity)};
  if (!authorities.empty()) {
    auto text = ReadPemFile(authorities, "regent.grpc.tls.ca.location", PemContent::kCertificates);
    if (!text.ok()) return text.status();
    tls.authorities = *std::move(text);
  }
  options->peers.tls = std::move(tls);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NodeOptions> NodeOptionsFrom(const Config& config) {
  NodeOptions options;
  options.node_id = config.Text("regent.node.id");
  options.host_name = config.Text("host.name");
  options.backends.data_dir = config.Text("regent.data.dir");
  options.backends.election = config.Text("regent.election.backend");
  options.backends.eligible = config.Bool("leader.eligibility");
  if (!config.Text("kafkastore.bootstrap.servers").empty()) {
    auto kafka = KafkaOptionsFrom(config);
    if (!kafka.ok()) return kafka.status();
    options.backends.kafka = *std::move(kafka);
  }
  options.cluster.registry_id = config.Text("schema.registry.group.id");
  options.drain_patience = config.Millis("shutdown.graceful.ms");

  options.grpc_advertised = config.Text("regent.grpc.advertised");
  if (absl::Status status = TakeGrpcTls(config, &options); !status.ok()) return status;
  options.grpc.listener = config.Text("regent.grpc.listener");
  options.grpc.max_message_bytes = config.Number("regent.grpc.max.message.bytes");
  options.grpc.max_metadata_bytes = static_cast<int>(config.Number("regent.grpc.max.metadata.bytes"));
  options.grpc.max_concurrent_streams = static_cast<int>(config.Number("regent.grpc.max.concurrent.streams"));
  options.grpc.schema_types = {SchemaType::kAvro, SchemaType::kJson, SchemaType::kProtobuf};
  options.grpc.page_size_default = static_cast<int>(config.Number("regent.page.size.default"));
  options.grpc.page_size_max = static_cast<int>(config.Number("regent.page.size.max"));
  options.grpc.max_reset_streams = static_cast<int>(config.Number("regent.grpc.max.reset.streams"));
  options.grpc.max_waiting_reads = static_cast<int>(config.Number("regent.read.max.waiting"));

  options.grpc.watch_heartbeat = config.Millis("regent.watch.heartbeat.ms");
  options.grpc.watch_stuck = config.Millis("regent.watch.stuck.ms");

  options.rest_listeners = config.Text("listeners");
  options.rest_protocol_map = config.Text("listener.protocol.map");
  options.rest_pem_file = config.Text("ssl.keystore.location");
  options.rest = RestOptionsFrom(config);

  LocalRegistry::Options& registry = options.registry;
  registry.defaults.level = *ParseCompatibilityLevel(config.Text("schema.compatibility.level"));
  registry.defaults.validate_new_schemas = config.Bool("schema.validate.new.schemas");
  registry.defaults.validate_fields = config.Bool("schema.validate.fields");
  registry.defaults.modes_changeable = config.Bool("mode.mutability");
  registry.defaults.associations = config.Bool("associations.enable");
  registry.defaults.max_associations = static_cast<int>(config.Number("regent.associations.max"));
  registry.position_waiters.max_waiting = static_cast<int>(config.Number("regent.position.max.waiting"));
  registry.barriers.max_waiting = registry.position_waiters.max_waiting;
  registry.requests.max_requests = config.Number("regent.request.max.remembered");
  registry.changes.max_watchers = static_cast<int>(config.Number("regent.watch.max.watches"));
  registry.changes.max_changes = config.Number("regent.watch.max.changes");
  registry.changes.max_bytes = config.Number("regent.watch.max.bytes");
  registry.writes.default_timeout = config.Millis("regent.write.timeout.ms");
  registry.writes.max_operations = static_cast<int>(config.Number("regent.write.max.waiting"));
  options.forwarding.default_timeout = registry.writes.default_timeout;
  options.forwarding.max_operations = registry.writes.max_operations;
  options.reports.interval = config.Millis("regent.report.interval.ms");
  options.cluster.lost_after = 5 * options.reports.interval;
  registry.page_size_default = options.grpc.page_size_default;
  registry.page_size_max = options.grpc.page_size_max;
  registry.schemas.one_version_per_name = config.Bool("schema.providers.reference.versions.strict");
  registry.schemas.max_references = static_cast<int>(config.Number("regent.schema.max.references"));
  registry.schemas.cache_bytes_max = config.Number("regent.schema.cache.bytes");
  FormatLimits& format = registry.schemas.format;
  format.max_text_bytes = config.Number("regent.schema.max.bytes");
  format.max_total_bytes = config.Number("regent.schema.max.total.bytes");
  format.max_depth = static_cast<int>(config.Number("regent.schema.max.depth"));
  format.max_comparison_steps = config.Number("regent.compare.max.steps");
  format.max_differences = static_cast<int>(config.Number("regent.compare.max.differences"));
  return options;
}

}  // namespace regent
