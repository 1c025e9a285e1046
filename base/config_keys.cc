#include "base/config_keys.h"

#include <algorithm>
#include <cctype>
#include <numeric>

namespace regent {
namespace {

constexpr std::string_view kZooKeeper =
    "Registries that elect through ZooKeeper and registries that elect otherwise do not see each other: one log would "
    "have "
    "two primaries, and one id could name two schemas. Remove this setting; docs/migrate-from-zookeeper.md tells how "
    "to move.";
constexpr std::string_view kNoClientCertificates =
    "This version asks no caller for a certificate, and would let everybody in. Remove it, and let a proxy in front "
    "ask.";
constexpr std::string_view kNoAccessControl =
    "This version has no access control and would let everybody in. Remove it, and leave regent.grpc.listener on a "
    "loopback "
    "address or a Unix socket.";
constexpr std::string_view kNoPlugins =
    "Regent loads no Java classes, and what this one adds, often access control, would be missing. Remove it if the "
    "node is "
    "right without it.";

constexpr int64_t kInt32Max = std::numeric_limits<int32_t>::max();

ConfigKey Text(std::string_view name, std::string_view default_value, std::string_view meaning) {
  return {.name = name, .meaning = meaning, .default_value = default_value};
}

ConfigKey Address(std::string_view name, std::string_view default_value, std::string_view meaning) {
  return {.name = name, .meaning = meaning, .type = ConfigKey::Type::kAddress, .default_value = default_value};
}

ConfigKey Bool(std::string_view name, std::string_view default_value, std::string_view meaning) {
  return {.name = name, .meaning = meaning, .type = ConfigKey::Type::kBool, .default_value = default_value};
}

ConfigKey Number(std::string_view name, std::string_view default_value, int64_t min, int64_t max,
                 std::string_view meaning) {
  return {.name = name,
          .meaning = meaning,
          .type = ConfigKey::Type::kNumber,
          .default_value = default_value,
          .min = min,
          .max = max};
}

ConfigKey Choice(std::string_view name, std::string_view default_value, std::vector<std::string_view> choices,
                 std::string_view meaning, std::vector<std::string_view> aliases = {}) {
  return {.name = name,
          .meaning = meaning,
          .type = ConfigKey::Type::kChoice,
          .default_value = default_value,
          .choices = std::move(choices),
          .aliases = std::move(aliases)};
}

ConfigKey Ignored(std::string_view name, std::string_view meaning, std::string_view why,
                  std::vector<std::string_view> aliases = {}) {
  return {.name = name,
          .standing = ConfigKey::Standing::kIgnored,
          .meaning = meaning,
          .remark = why,
          .aliases = std::move(aliases)};
}

ConfigKey Refused(std::string_view name, std::string_view meaning, std::string_view why_and_what_instead,
                  std::string_view harmless = "-", std::vector<std::string_view> aliases = {}) {
  return {.name = name,
          .standing = ConfigKey::Standing::kRefused,
          .meaning = meaning,
          .remark = why_and_what_instead,
          .aliases = std::move(aliases),
          .harmless = harmless};
}

ConfigGroup NodeKeys() {
  ConfigKey message_bytes = Number("regent.grpc.max.message.bytes", "", 1024, kInt32Max, "The largest gRPC request.");
  message_bytes.default_from = "regent.schema.max.bytes";
  message_bytes.default_more = 64 << 10;
  return {
      "The node",
      {
          Text("regent.node.id", "",
               "The node's name in claims, logs and status; unique within a registry. If empty, made of host name and "
               "listener."),
          Text("regent.data.dir", "regent-data", "The directory of the node's files; one process at a time."),
          Number("regent.copy.max.age.ms", "43200000", 0, int64_t{365} * 24 * 3600 * 1000,
                 "With the log on Kafka: how long the copy of it in regent.data.dir may not have been current and is "
                 "still "
                 "read at a start. At most half of the topic's delete.retention.ms; 0: never."),
          Choice("regent.election.backend", "auto", {"auto", "kafka", "solo"},
                 "How the nodes agree on a primary. `kafka`: by the group coordinator of the Kafka that holds the log. "
                 "`solo`: this is the only node, with a log of its own. `auto`: `kafka` where "
                 "kafkastore.bootstrap.servers is set, else `solo`. `zookeeper` is refused.",
                 {"election.backend"}),
          Address(
              "regent.grpc.listener", "127.0.0.1:50051",
              "Where gRPC listens: `host:port`, port 0 for any free one, or `unix:path`. There is no access control "
              "yet: leave it on a loopback address or a socket."),
          Address("regent.grpc.advertised", "",
                  "How other nodes and clients reach it; if empty, host.name and the port it listens on."),
          Bool("regent.grpc.tls", "false",
               "Whether gRPC speaks TLS, and so nodes to each other, with the certificate of ssl.keystore.location, "
               "which has to name the host that regent.grpc.advertised does. The same on all nodes."),
          Text("regent.grpc.tls.ca.location", "",
               "A PEM file with the authorities that sign the certificates of other nodes, and of callers that are "
               "asked for one. If empty, the system's."),
          Choice("regent.grpc.tls.client.authentication", "none", {"none", "required"},
                 "Whether who calls by gRPC needs a certificate of those authorities. Other nodes show their own."),
          message_bytes,
          Number("regent.grpc.max.metadata.bytes", "16384", 1024, 1 << 20, "All headers of one gRPC request together."),
          Number("regent.grpc.max.concurrent.streams", "256", 1, kInt32Max, "Calls under way on one connection."),
          Number("regent.grpc.max.reset.streams", "1000", 100, kInt32Max,
                 "Calls that clients began and gave up at once, over all connections, until the node has done with "
                 "them; some 25 kB each. Beyond it the connections with most of them are cut."),
          Number("shutdown.graceful.ms", "10000", 0, 3600000,
                 "How long calls under way may go on after SIGTERM. (Confluent's default is 5000.)"),
          Refused("regent.upstream", "The Regent nodes whose log this node follows.",
                  "This version cannot follow another registry. Remove it to run a registry of its own."),
      },
  };
}

ConfigGroup SchemaKeys() {
  ConfigKey level =
      Choice("schema.compatibility.level", "backward",
             {"none", "backward", "backward_transitive", "forward", "forward_transitive", "full", "full_transitive"},
             "The level of subjects for which, and for whose context, none was set.", {"avro.compatibility.level"});
  ConfigKey total_bytes = Number("regent.schema.max.total.bytes", "", 1, kInt32Max, "A schema with all it references.");
  total_bytes.default_from = "regent.schema.max.bytes";
  total_bytes.default_more = 7 << 20;
  return {
      "Schemas",
      {
          level,
          Bool(
              "schema.validate.new.schemas", "true",
              "Whether new schemas are held to the letter of their format (names, defaults). Those in the log are read "
              "leniently in any case."),
          Number("regent.schema.max.bytes", "1048576", 1, 64 << 20, "The largest schema text."),
          total_bytes,
          Number("regent.schema.max.depth", "256", 1, 1000,
                 "Levels of types within types. More than 1000 would need more stack than a thread has."),
          Number("regent.schema.max.references", "1000", 0, 1000000, "References of one schema, all levels together."),
          Number("regent.schema.cache.bytes", "67108864", 0, int64_t{1} << 40,
                 "Memory for parsed schemas, estimated from their text; and a quarter of it more to find equal "
                 "versions in large "
                 "subjects."),
          Number("regent.compare.max.steps", "2000000", 1, int64_t{1} << 40,
                 "Pairs of types that the comparison of two schemas may look at; about a microsecond each."),
          Number("regent.compare.max.differences", "100", 1, 100000, "Differences listed per comparison."),
          Bool("schema.validate.fields", "false",
               "Whether reserved field names are checked where no subject or global config says so."),
          Ignored("schema.reject.empty.subject", "Whether a subject may have an empty name.",
                  "A registration always needs a subject with a name."),
          Refused("schema.providers", "Java classes for more formats.",
                  "Regent loads no Java classes, and would not understand the schemas of those formats. Remove it.",
                  ""),
          Bool(
              "schema.providers.reference.versions.strict", "false",
              "Refuse a new schema that reaches two versions under one reference name; else the first one met counts."),
          Ignored("schema.providers.json.fetch.remote.schemas", "Whether remote `$ref`s are fetched.",
                  "Regent never opens an address that stands in a schema."),
          Ignored("schema.providers.*", "Settings of formats.", "The formats have no settings of their own."),
          Ignored("schema.cache.size", "Parsed schemas kept in memory.",
                  "The cache is bounded in bytes: regent.schema.cache.bytes."),
          Ignored("schema.cache.expiry.secs", "How long they are kept.", "They never change, so they do not expire."),
          Ignored("schema.canonicalize.on.consume", "Formats to print anew when the log is read.",
                  "Texts in the log are served as they were written; ids and GUIDs depend on it."),
          Bool("mode.mutability", "true", "Whether modes may be changed."),
          Bool("associations.enable", "true", "Whether topics and subjects can be associated."),
          Number("regent.associations.max", "100", 1, 100000,
                 "How many subjects one topic, or other resource, can be associated with."),
          Refused(
              "metadata.encoder.secret", "The key under which sensitive metadata is encrypted.",
              "This version would store in clear text what this setting asks to encrypt. Remove it if that is right."),
          Refused("metadata.encoder.old.secret", "The key before that.",
                  "This version cannot read encrypted metadata. Remove it if there is none."),
          Ignored("metadata.encoder.topic", "Where the keys are kept.", "Nothing is encrypted by this version."),
          Ignored("strict.validation", "Whether unknown settings are errors.",
                  "Unknown keys that begin with regent. are errors, others are warnings."),
      },
  };
}

ConfigGroup LoadKeys() {
  return {
      "Load",
      {
          Number("regent.write.timeout.ms", "10000", 1, 3600000,
                 "The longest that a write may take, waiting for a primary included; a caller's own deadline may be "
                 "sooner."),
          Number("regent.write.max.waiting", "10000", 1, 10000000,
                 "Writes under way at once; more are refused as OVERLOADED."),
          Number("regent.report.interval.ms", "1000", 10, 3600000,
                 "How often a node tells the primary how it fares; silent for five of them, it is shown as lost."),
          Number("regent.read.max.waiting", "256", 1, 1000000,
                 "Reads that parse or compare and wait for a thread; more are refused as OVERLOADED."),
          Number("regent.position.max.waiting", "10000", 1, 10000000,
                 "Reads that wait for a position, and as many that wait for a linearizable answer; more are refused as "
                 "OVERLOADED."),
          Number("regent.request.max.remembered", "10000", 1, 10000000,
                 "Writes with a request id whose answers are kept for retries."),
          Number("regent.watch.max.watches", "10000", 1, 10000000,
                 "Watches of one node at once; more are refused as OVERLOADED."),
          Number("regent.watch.max.changes", "10000", 1, 10000000,
                 "Changes kept for watches; a watch that falls further behind is ended."),
          Number("regent.watch.max.bytes", "67108864", 1 << 16, int64_t{1} << 40,
                 "The schema texts that those changes refer to, together."),
          Number("regent.watch.heartbeat.ms", "15000", 10, 3600000,
                 "How often a watch without a change is told that it lives."),
          Number("regent.watch.stuck.ms", "60000", 10, 3600000,
                 "How long a watch's client may take nothing before it is cut off."),
          Number("regent.page.size.default", "500", 1, 1000000,
                 "Entries on a page of a list (gRPC) whose caller did not say."),
          Number("regent.page.size.max", "1000", 1, 1000000, "The most entries on a page of a list."),
      },
  };
}

ConfigGroup LogKeys() {
  return {
      "Logging",
      {
          Choice("regent.log.level", "info", {"info", "warning", "error"}, "What is written to the log at all."),
          Number("regent.log.verbosity", "0", 0, 9, "Detail: 1 shows each request."),
          Text("regent.log.dir", "",
               "A directory for log files, which must exist and be writable; if empty, the log goes to stderr."),
          Ignored("debug", "Whether errors carry stack traces.", "Use regent.log.verbosity."),
          Ignored("metrics.*", "Names of Java metrics.", "GET /metrics has names of its own: docs/metrics.md."),
          Ignored("metric.reporters", "Java classes that report metrics.",
                  "Regent loads no Java classes; Prometheus reads GET /metrics."),
          Ignored("enable.store.health.check", "Whether health includes the log.",
                  "GET /readyz and the gRPC health service say whether the node answers reads."),
      },
  };
}

ConfigGroup KafkaKeys() {
  return {
      "The log on Kafka",
      {
          Text("kafkastore.bootstrap.servers", "",
               "The brokers that hold the log, `host:port` or `PROTOCOL://host:port`, with commas between; the log is "
               "then a topic of theirs. Without it the node keeps a log of its own in regent.data.dir."),
          Refused("kafkastore.connection.url", "The ZooKeeper ensemble.", kZooKeeper),
          Refused("schema.registry.zk.*", "The election in ZooKeeper.", kZooKeeper),
          Text("kafkastore.topic", "_schemas", "The topic that holds the log: one partition, compacted."),
          Number("kafkastore.topic.replication.factor", "3", 1, 32767,
                 "Its replicas, when it is created; fewer where there are fewer brokers."),
          Bool("kafkastore.topic.skip.validation", "false",
               "Whether the topic is neither created nor its settings looked at. Only for who sees to them otherwise."),
          Text("kafkastore.topic.config.*", "", "Its settings, when it is created; cleanup.policy is always compact."),
          Number("kafkastore.init.timeout.ms", "60000", 1, 3600000,
                 "How long one try to look at the topic, or to create it, may take; tries are repeated."),
          Choice("kafkastore.security.protocol", "plaintext", {"plaintext", "ssl", "sasl_plaintext", "sasl_ssl"},
                 "How to speak to the brokers; those of kafkastore.bootstrap.servers that name another are left out."),
          Text("kafkastore.ssl.*", "",
               "TLS to the brokers, under Kafka's names. Key stores are PEM or PKCS12, trust stores PEM; JKS is "
               "refused."),
          Text("kafkastore.sasl.*", "",
               "Authentication at the brokers: sasl.mechanism PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, user and password "
               "in sasl.jaas.config or in sasl.username and sasl.password."),
          Text("kafkastore.*", "",
               "Any other setting of the Kafka client (librdkafka's) that does not touch the safety of the log."),
          Ignored("kafkastore.timeout.ms", "How long a write may take.", "Use regent.write.timeout.ms."),
          Ignored("kafkastore.write.max.retries", "How often a write is tried again.",
                  "A write is tried until regent.write.timeout.ms is over."),
          Ignored("kafkastore.init.wait.for.reader", "Whether requests wait until the log was read.",
                  "Reads are answered once the log, or the local copy of it, was read."),
          Ignored("kafkastore.checkpoint.dir", "Where a copy of the log is kept.", "Use regent.data.dir."),
          Ignored("kafkastore.checkpoint.version", "The version of that copy.", "The copy knows its own version."),
          Ignored("kafkastore.update.handlers", "Classes called for each record.", "Regent loads no Java classes."),
          Ignored("kafkastore.group.id", "The consumer group of the reader, for access rules.",
                  "The reader joins no group and needs no right to one."),
      },
  };
}

ConfigGroup ElectionKeys() {
  ConfigKey rebalance = Number("kafkagroup.rebalance.timeout.ms", "", 100, 3600000,
                               "How long nodes that join or leave wait for the slowest of the others; at least the "
                               "session timeout. (Confluent's default is 300000.)");
  rebalance.default_from = "kafkagroup.session.timeout.ms";
  ConfigKey eligibility =
      Bool("leader.eligibility", "true",
           "Whether this node may become primary. One that may not never joins the election and never "
           "writes to the topic; it serves reads and hands writes to the primary.");
  eligibility.aliases = {"master.eligibility"};
  return {
      "The election on Kafka",
      {
          Text("schema.registry.group.id", "schema-registry",
               "The group in which the nodes elect: the same for all nodes of a registry, and one of its own for each "
               "registry on one Kafka."),
          Number("kafkagroup.session.timeout.ms", "6000", 100, 3600000,
                 "When a silent node is given up, and another is named if it was the primary. The brokers have a least "
                 "(group.min.session.timeout.ms, 6000 by default). (Confluent's default is 10000.)"),
          Number("kafkagroup.heartbeat.interval.ms", "50", 10, 3600000,
                 "How often nodes make themselves heard; at most a third of the session timeout. A graceful hand-over "
                 "takes about as long. (Confluent's default is 3000.)"),
          rebalance,
          Ignored("kafkagroup.*", "Any setting of the group's client.",
                  "The election's client is the one that kafkastore.* describes."),
          eligibility,
          Text("host.name", "",
               "The host under which other nodes and clients reach this one; if empty, the one it listens on, or where "
               "that is every address, the name of the machine."),
          Ignored("host.port", "The port that others are told.", "It is the listener's; see regent.grpc.advertised."),
          Ignored("leader.connect.timeout.ms", "How long a follower waits for a connection to the primary.",
                  "A write that is handed on has its caller's deadline, or regent.write.timeout.ms."),
          Ignored("leader.read.timeout.ms", "How long it waits for an answer.",
                  "A write that is handed on has its caller's deadline, or regent.write.timeout.ms."),
          Ignored("leader.election.delay", "Whether to join the election only when HTTP is served.",
                  "The election is always joined after the listeners are open."),
          Ignored("leader.election.sticky", "Whether a new node leaves the primary alone.", "It always does."),
          Ignored("inter.instance.protocol", "How nodes speak to each other.",
                  "They speak gRPC, at regent.grpc.advertised.", {"schema.registry.inter.instance.protocol"}),
          Ignored("inter.instance.listener.name", "The listener they use for it.",
                  "They speak gRPC, at regent.grpc.advertised."),
          Ignored("inter.instance.headers.whitelist", "Headers that are forwarded.",
                  "Nodes hand commands on, not HTTP requests."),
      },
  };
}

ConfigGroup SecurityKeys() {
  return {
      "Security",
      {
          Refused("authentication.method", "How callers prove who they are.", kNoAccessControl, "NONE"),
          Ignored("authentication.*", "Details of authentication.method.",
                  "They say nothing without authentication.method."),
          Text("ssl.keystore.location", "",
               "A PEM file with the certificate chain of the `https://` listeners and its private key. Java keystores "
               "cannot be read: `openssl pkcs12` makes PEM of them."),
          Choice("ssl.keystore.type", "PEM", {"PEM"}, "What that file is."),
          Refused("ssl.client.authentication", "Whether callers need a certificate.", kNoClientCertificates, "NONE"),
          Refused("ssl.client.auth", "The same, in old versions.", kNoClientCertificates, "false"),
          Ignored("ssl.*", "Details of TLS.", "HTTPS speaks TLS 1.2 and 1.3 with OpenSSL's defaults."),
          Refused("resource.extension.class", "Java classes that extend the server.", kNoPlugins, "",
                  {"schema.registry.resource.extension.class"}),
          Refused("init.resource.extension.class", "Java classes that extend the server early.", kNoPlugins, ""),
          Refused("rest.servlet.initializor.classes", "Java classes that change the HTTP server.", kNoPlugins, ""),
          Refused("confluent.schema.registry.*", "The commercial security plug-in.", kNoAccessControl),
          Refused("schema.registry.auth.mechanism", "How that plug-in authenticates.", kNoAccessControl),
          Ignored("confluent.*", "Confluent's commercial features.", "Regent has none of them."),
          Refused("enable.fips", "Whether only FIPS-validated cryptography is used.",
                  "Regent makes no such claim. Remove it or set it to false.", "false"),
      },
  };
}

ConfigGroup RestKeys() {
  ConfigKey body_bytes = Number("size.limit.filter.max.request.body.size", "", 1024, kInt32Max,
                                "The largest body of a request, inflated. (Confluent's default is none.)");
  body_bytes.default_from = "regent.schema.max.bytes";
  body_bytes.default_more = 7 << 20;
  ConfigKey request_timeout = Number("request.timeout.ms", "", 1, 3600000,
                                     "How long a request may take, waiting for a primary included. (Confluent's "
                                     "default is 600000.)");
  request_timeout.default_from = "regent.write.timeout.ms";
  return {
      "REST",
      {
          Text("listeners", "http://127.0.0.1:8081",
               "Where HTTP listens: `http://host:port`, several with commas between, port 0 for any free one. Empty: "
               "nowhere. There is no access control yet: leave it on a loopback address. (Confluent's default is "
               "`http://0.0.0.0:8081`.)"),
          Text("listener.protocol.map", "", "The protocols of named listeners: `NAME:http,OTHER:http`."),
          Choice("regent.compat.profile", "8", {"8", "7"},
                 "Which version of Confluent's registry answers are like where versions differ."),
          Number("regent.rest.threads", "2", 1, 256, "Threads that serve HTTP."),
          Number("regent.rest.max.connections", "20000", 1, 10000000, "Open at once; more are refused with 503."),
          request_timeout,
          Number("idle.timeout.ms", "30000", 10, 86400000, "When a connection without a request is closed."),
          Number("regent.rest.header.timeout.ms", "10000", 10, 3600000,
                 "How long the headers of a request may take to arrive, from its first byte."),
          Number("regent.rest.body.timeout.ms", "30000", 10, 3600000,
                 "How long its body may take after that; and how long a client may take no byte of an answer."),
          Number("max.request.header.size", "8192", 1024, 1 << 20, "Request line and headers of one request."),
          body_bytes,
          Number("regent.rest.max.buffered.bytes", "268435456", 1024, int64_t{1} << 40,
                 "Bodies that are being received, and large answers that their clients have not taken, of all "
                 "connections together; more are refused with 503."),
          Bool("compression.enable", "true", "Whether answers are compressed for clients that accept gzip."),
          Text("access.control.allow.origin", "",
               "Which web pages may call (CORS): `*`, or origins with commas between. Empty: none."),
          Text("access.control.allow.methods", "GET,POST,PUT,DELETE,HEAD,OPTIONS", "What they may do."),
          Text("access.control.allow.headers", "X-Requested-With,Content-Type,Accept,Origin,Authorization,X-Request-ID",
               "Which headers they may send."),
          Number("schema.search.default.limit", "1000", 1, 1000000,
                 "Schemas in a list (GET /schemas) whose caller did not say."),
          Number("schema.search.max.limit", "1000", 1, 1000000, "The most schemas in such a list."),
          Ignored("listener.name.*", "Settings of one listener.", "All listeners have the same."),
          Ignored("thread.pool.min", "Threads for requests, at least.", "Use regent.rest.threads."),
          Ignored("thread.pool.max", "Threads for requests, at most.",
                  "Requests hold no threads while they wait: regent.rest.threads are enough."),
          Ignored("http2.enabled", "Whether HTTP/2 is spoken.", "REST is HTTP/1.1; gRPC speaks HTTP/2."),
          Ignored("size.limit.filter.enabled", "Whether bodies have a limit.",
                  "They always have: size.limit.filter.max.request.body.size."),
          Ignored("access.control.*", "Details of CORS.", "Only origin, methods and headers can be set."),
          Ignored("dos.filter.*", "How many requests a caller may send.",
                  "Load is bounded as a whole: see the keys under Load."),
          Ignored("nosniff.*", "A header for browsers.", "Regent serves no web pages."),
          Ignored("csrf.*", "Protection of browsers.", "Regent knows no cookies."),
          Ignored("response.http.headers.config", "Headers of every answer.", "Set them in a proxy in front."),
          Ignored("subject.search.default.limit", "Subjects in a list.", "Lists of subjects have no limit."),
          Ignored("subject.search.max.limit", "The same.", "Lists of subjects have no limit."),
          Ignored("subject.version.search.default.limit", "Versions in a list.", "Lists of versions have no limit."),
          Ignored("subject.version.search.max.limit", "The same.", "Lists of versions have no limit."),
          Ignored("context.search.default.limit", "Contexts in a list.", "Lists of contexts have no limit."),
          Ignored("context.search.max.limit", "The same.", "Lists of contexts have no limit."),
      },
  };
}

// Insertions, deletions and changes of one character.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
    }
  }
  return row[b.size()];
}

bool IsPrefixKey(const ConfigKey& key) { return key.name.back() == '*'; }

}  // namespace

const std::vector<ConfigGroup>& ConfigGroups() {
  static const auto* const groups = new std::vector<ConfigGroup>{
      NodeKeys(), SchemaKeys(), LoadKeys(), LogKeys(), KafkaKeys(), ElectionKeys(), SecurityKeys(), RestKeys()};
  return *groups;
}

const ConfigKey* FindConfigKey(std::string_view name) {
  const ConfigKey* found = nullptr;
  for (const ConfigGroup& group : ConfigGroups()) {
    for (const ConfigKey& key : group.keys) {
      if (key.name == name || std::count(key.aliases.begin(), key.aliases.end(), name) > 0) return &key;
      const std::string_view prefix = key.name.substr(0, key.name.size() - 1);
      const bool matches = IsPrefixKey(key) && name.size() > prefix.size() && name.substr(0, prefix.size()) == prefix;
      if (matches && (found == nullptr || key.name.size() > found->name.size())) found = &key;
    }
  }
  return found;
}

std::string_view NearestConfigKey(std::string_view name) {
  constexpr size_t kLongest = 200;
  if (name.size() > kLongest) return "";
  std::string_view nearest;
  size_t least = name.size() / 4 + 2;
  for (const ConfigGroup& group : ConfigGroups()) {
    for (const ConfigKey& key : group.keys) {
      if (IsPrefixKey(key)) continue;
      const size_t distance = EditDistance(name, key.name);
      if (distance >= least) continue;
      least = distance;
      nearest = key.name;
    }
  }
  return nearest;
}

bool IsSecretConfigKey(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const std::string_view part :
       {"password", "passwd", "secret", "token", "credential", "jaas", "user.info", "private.key", "keystore.key"}) {
    if (lower.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace regent
