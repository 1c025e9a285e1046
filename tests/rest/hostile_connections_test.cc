// Connections that misbehave, against a real node: others are served meanwhile, and the node goes on.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "server/rest/http/testing/raw_client.h"
#include "tests/rest/http_call.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

constexpr char kGet[] = "GET /subjects HTTP/1.1\r\nHost: x\r\n\r\n";

uint16_t PortOf(const std::string& url) { return static_cast<uint16_t>(std::atoi(url.c_str() + url.rfind(':') + 1)); }

// As many as the test's own limit of descriptors allows.
int RaiseDescriptors(int wanted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur - 100, static_cast<rlim_t>(wanted)));
}

TEST(HostileConnectionsTest, IdleAndSlowOnesDisturbNobody) {
  const bool full = std::getenv("REGENT_FULL") != nullptr;
  const int count = RaiseDescriptors(full ? 10000 : 2000);
  NodeProcess node(NewDirectory("idle"), {"regent.rest.header.timeout.ms=600000", "idle.timeout.ms=600000"});
  ASSERT_NE(node.rest_url(), "") << node.output();
  std::vector<std::unique_ptr<RawClient>> others;
  for (int i = 0; i < count; ++i) {
    others.push_back(std::make_unique<RawClient>(PortOf(node.rest_url())));
    if (i % 2 == 1) others.back()->Send("GET /subjects HTTP/1.1\r\nHo");  // and never the rest
  }
  RawClient client(PortOf(node.rest_url()));
  for (int i = 0; i < 100; ++i) {
    client.Send(kGet);
    ASSERT_EQ(client.Read().status, 200);
  }
  // The slow ones may finish.
  others[1]->Send("st: x\r\n\r\n");
  EXPECT_EQ(others[1]->Read().status, 200);
  std::cout << "FIGURE rest: " << count << " idle and half-sent requests held open beside a client that is served"
            << std::endl;
}

TEST(HostileConnectionsTest, SlowOnesAreClosedInTimeAndCounted) {
  NodeProcess node(NewDirectory("slow"), {"regent.rest.header.timeout.ms=200", "regent.rest.body.timeout.ms=200"});
  ASSERT_NE(node.rest_url(), "") << node.output();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 50; ++i) {
    slow.push_back(std::make_unique<RawClient>(PortOf(node.rest_url())));
    slow.back()->Send(i % 2 == 0 ? "GET /sub"
                                 : "POST /subjects/a/versions HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{");
  }
  for (const auto& each : slow) EXPECT_EQ(each->Read().status, 408);
  const std::string metrics = Send(node.rest_url(), {.path = "/metrics"}).body;
  EXPECT_NE(metrics.find("regent_http_timeouts_total 50\n"), std::string::npos) << metrics.substr(0, 3000);
}

TEST(HostileConnectionsTest, ThoseThatEndInTheMidstOfItAreForgotten) {
  NodeProcess node(NewDirectory("gone"));
  ASSERT_NE(node.rest_url(), "") << node.output();
  for (int i = 0; i < 200; ++i) {
    RawClient client(PortOf(node.rest_url()));
    client.Send(i % 3 == 0   ? "POST /subjects/a/versions HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{"
                : i % 3 == 1 ? kGet
                             : "\r\n\r\n\x01\x02");
  }
  RawClient half_closed(PortOf(node.rest_url()));
  half_closed.Send(std::string(kGet) + kGet);
  half_closed.ShutdownSend();
  EXPECT_EQ(half_closed.Read().status, 200);
  EXPECT_EQ(half_closed.Read().status, 200);
  EXPECT_TRUE(half_closed.WaitForClose());
  EXPECT_EQ(Send(node.rest_url(), {.path = "/subjects"}).body, "[]");
}

}  // namespace
}  // namespace regent::testing
