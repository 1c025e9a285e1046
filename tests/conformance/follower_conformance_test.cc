// The same table through a follower of three nodes over a real Kafka: each write goes on to the primary, and each read
// after it, on the follower, sees it.
#include <gtest/gtest.h>

#include <iostream>
#include <string>

#include "tests/conformance/case_runner.h"
#include "tests/support/cluster.h"

namespace regent::testing {
namespace {

// What tells of the node itself, or of its default level, which is another one in a test's cluster.
bool IsOfOneNode(const Case& each) { return each.file == "node.json" || each.file == "config.json"; }

TEST(FollowerConformanceTest, AFollowerAnswersAsTheTableSays) {
  Cluster cluster;
  cluster.WriteThrough(0);
  const int primary = cluster.Primary();
  ASSERT_GE(primary, 0);
  const std::string url = cluster.node((primary + 1) % cluster.size()).rest_url();
  ASSERT_EQ(Send(url, {.method = "PUT",
                       .path = "/config",
                       .headers = {{"Content-Type", "application/json"}},
                       .body = "{\"compatibility\":\"BACKWARD\"}"})
                .status,
            200);
  std::vector<Case> cases = LoadCases();
  std::erase_if(cases, IsOfOneNode);
  int64_t requests = 0;
  RunCases(cases, "f", [&](const HttpCall& call, const Step&) {
    ++requests;
    return CallOverRest(url, call);
  });
  std::cout << "FIGURE conformance: " << cases.size() << " cases, " << requests << " requests through a follower"
            << std::endl;
}

}  // namespace
}  // namespace regent::testing
