#include "server/rest/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <sstream>
#include <utility>

namespace regent {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

// Seconds. A read takes some ten microseconds, a write some milliseconds, one that waits for a primary up to its
// deadline.
const prometheus::Histogram::BucketBoundaries& Buckets() {
  static const auto* const buckets = new prometheus::Histogram::BucketBoundaries{
      0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
  return *buckets;
}

// Families whose values are read when somebody asks.
class Readings {
 public:
  explicit Readings(std::vector<MetricFamily>* families) : families_(families) {}

  Readings& Family(std::string name, std::string help, MetricType type) {
    families_->push_back({std::move(name), std::move(help), type, {}});
    return *this;
  }
  Readings& Value(double value, std::vector<ClientMetric::Label> labels = {}) {
    ClientMetric& metric = families_->back().metric.emplace_back();
    metric.label = std::move(labels);
    metric.gauge.value = value;
    metric.counter.value = value;
    return *this;
  }
  void Gauge(std::string name, std::string help, double value) {
    Family(std::move(name), std::move(help), MetricType::Gauge).Value(value);
  }
  void Counter(std::string name, std::string help, double value) {
    Family(std::move(name), std::move(help), MetricType::Counter).Value(value);
  }

 private:
  std::vector<MetricFamily>* const families_;
};

void ReadNode(const NodeFigures& node, Readings* readings) {
  readings->Gauge("regent_ready", "Whether the node answers reads from a complete copy.", node.ready);
  readings->Family("regent_role", "1 for the role that the node has.", MetricType::Gauge);
  readings->Value(1, {{"role", node.role}});
  readings->Gauge("regent_primary", "Whether the node is the primary.", node.role == "primary");
  readings->Gauge("regent_epoch", "The epoch of the claim that is current.", static_cast<double>(node.epoch));
  readings->Gauge("regent_log_applied_offset", "The offset of the last record applied.",
                  static_cast<double>(node.applied));
  readings->Counter("regent_log_records_fenced_total", "Records that did not count.", static_cast<double>(node.fenced));
  readings->Counter("regent_log_records_foreign_total", "Of these, what other registries wrote.",
                    static_cast<double>(node.foreign));
  readings->Counter("regent_log_records_unreadable_total", "Records that were not understood.",
                    static_cast<double>(node.unreadable));
  readings->Counter("regent_log_id_clashes_total", "Records that gave a living id another text.",
                    static_cast<double>(node.id_clashes));
  readings->Counter("regent_grpc_connections_cut_total", "gRPC connections cut because of floods of resets.",
                    static_cast<double>(node.grpc_connections_cut));
  readings->Gauge("regent_subjects", "Subjects with a version that is not deleted.",
                  static_cast<double>(node.subjects));
  readings->Family("regent_schema_versions", "Versions, by schema type and whether they are softly deleted.",
                   MetricType::Gauge);
  for (const auto& [type, count] : node.versions) {
    readings->Value(static_cast<double>(count), {{"type", type}, {"state", "active"}});
  }
  for (const auto& [type, count] : node.versions_deleted) {
    readings->Value(static_cast<double>(count), {{"type", type}, {"state", "deleted"}});
  }
}

void ReadHttp(const HttpServer::Counts& http, Readings* readings) {
  readings->Gauge("regent_http_connections", "Open connections.", static_cast<double>(http.connections));
  readings->Counter("regent_http_connections_accepted_total", "Connections taken.",
                    static_cast<double>(http.connections_accepted));
  readings->Counter("regent_http_connections_refused_total", "Connections beyond the limit.",
                    static_cast<double>(http.connections_refused));
  readings->Counter("regent_http_timeouts_total", "Connections closed in the midst of a request.",
                    static_cast<double>(http.timeouts));
  readings->Counter("regent_http_malformed_requests_total", "Requests refused before they were understood.",
                    static_cast<double>(http.malformed));
}

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>* requests = nullptr;
  struct PerEndpoint {
    prometheus::Labels labels;
    prometheus::Histogram* seconds = nullptr;
    prometheus::Counter* ok = nullptr;  // the status of most answers
  };
  std::vector<PerEndpoint> endpoints;  // the last one is "other"
};

Metrics::Metrics(const std::vector<Endpoint>& endpoints) : impl_(std::make_unique<Impl>()) {
  impl_->requests = &prometheus::BuildCounter()
                         .Name("regent_http_requests_total")
                         .Help("Requests answered, by endpoint and status.")
                         .Register(impl_->registry);
  auto& seconds = prometheus::BuildHistogram()
                      .Name("regent_http_request_duration_seconds")
                      .Help("From the last byte of a request to the handing over of its answer.")
                      .Register(impl_->registry);
  std::vector<Endpoint> all = endpoints;
  all.push_back({"other", "other"});
  for (const Endpoint& endpoint : all) {
    Impl::PerEndpoint& each = impl_->endpoints.emplace_back();
    each.labels = {{"method", endpoint.method}, {"path", endpoint.path}};
    each.seconds = &seconds.Add(each.labels, Buckets());
    prometheus::Labels ok = each.labels;
    ok["code"] = "200";
    each.ok = &impl_->requests->Add(ok);
  }
}

Metrics::~Metrics() = default;

void Metrics::CountRequest(size_t endpoint, int status, std::chrono::steady_clock::duration took) {
  Impl::PerEndpoint& each = endpoint < impl_->endpoints.size() ? impl_->endpoints[endpoint] : impl_->endpoints.back();
  each.seconds->Observe(std::chrono::duration<double>(took).count());
  if (status == 200) return each.ok->Increment();
  prometheus::Labels labels = each.labels;
  labels["code"] = std::to_string(status);
  impl_->requests->Add(labels).Increment();
}

std::string Metrics::Render(const NodeFigures& node, const HttpServer::Counts& http) const {
  std::vector<MetricFamily> families;
  Readings readings(&families);
  ReadNode(node, &readings);
  ReadHttp(http, &readings);
  for (MetricFamily& family : impl_->registry.Collect()) families.push_back(std::move(family));
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return out.str();
}

}  // namespace regent
