#include "server/main/node_options.h"

namespace regent {

NodeOptions NodeOptionsFrom(const Config& config) {
  NodeOptions options;
  options.node_id = config.Text("regent.node.id");
  options.data_dir = config.Text("regent.data.dir");
  options.election_backend = config.Text("regent.election.backend");
  options.drain_patience = config.Millis("shutdown.graceful.ms");

  options.grpc_advertised = config.Text("regent.grpc.advertised");
  options.grpc.listener = config.Text("regent.grpc.listener");
  options.grpc.max_message_bytes = config.Number("regent.grpc.max.message.bytes");
  options.grpc.max_metadata_bytes = static_cast<int>(config.Number("regent.grpc.max.metadata.bytes"));
  options.grpc.max_concurrent_streams = static_cast<int>(config.Number("regent.grpc.max.concurrent.streams"));
  options.grpc.max_waiting_reads = static_cast<int>(config.Number("regent.read.max.waiting"));

  LocalRegistry::Options& registry = options.registry;
  registry.defaults.level = *ParseCompatibilityLevel(config.Text("schema.compatibility.level"));
  registry.defaults.validate_new_schemas = config.Bool("schema.validate.new.schemas");
  registry.writes.default_timeout = config.Millis("regent.write.timeout.ms");
  registry.writes.max_operations = static_cast<int>(config.Number("regent.write.max.waiting"));
  registry.page_size_default = static_cast<int>(config.Number("regent.page.size.default"));
  registry.page_size_max = static_cast<int>(config.Number("regent.page.size.max"));
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
