#include "server/rest/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace regent {
namespace {

using ::testing::HasSubstr;

TEST(MetricsTest, CountsRequestsByEndpointAndStatus) {
  Metrics metrics({{"GET", "/a"}, {"PUT", "/b/{}"}});
  metrics.CountRequest(0, 200, std::chrono::milliseconds(3));
  metrics.CountRequest(0, 200, std::chrono::milliseconds(3));
  metrics.CountRequest(1, 422, std::chrono::milliseconds(3));
  metrics.CountRequest(Metrics::kOther, 404, std::chrono::milliseconds(3));
  const std::string text = metrics.Render({}, {});
  EXPECT_THAT(text, HasSubstr("regent_http_requests_total{code=\"200\",method=\"GET\",path=\"/a\"} 2"));
  EXPECT_THAT(text, HasSubstr("regent_http_requests_total{code=\"422\",method=\"PUT\",path=\"/b/{}\"} 1"));
  EXPECT_THAT(text, HasSubstr("regent_http_requests_total{code=\"404\",method=\"other\",path=\"other\"} 1"));
  EXPECT_THAT(text, HasSubstr("regent_http_request_duration_seconds_count{method=\"GET\",path=\"/a\"} 2"));
}

TEST(MetricsTest, ShowsHowTheNodeStands) {
  const Metrics metrics({});
  NodeFigures node;
  node.ready = true;
  node.role = "primary";
  node.epoch = 7;
  node.applied = 41;
  node.grpc_connections_cut = 2;
  node.versions["AVRO"] = 3;
  node.versions_deleted["JSON"] = 1;
  const std::string text = metrics.Render(node, {.connections = 5});
  for (const char* line :
       {"regent_ready 1", "regent_role{role=\"primary\"} 1", "regent_primary 1", "regent_epoch 7",
        "regent_log_applied_offset 41", "regent_http_connections 5", "regent_grpc_connections_cut_total 2",
        "regent_schema_versions{type=\"AVRO\",state=\"active\"} 3",
        "regent_schema_versions{type=\"JSON\",state=\"deleted\"} 1"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

}  // namespace
}  // namespace regent
