// Many clients that register the same schemas at the same moment agree on their ids.
#include <gtest/gtest.h>

#include <cstdio>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

constexpr int kClients = 32;
constexpr int kSchemas = 1000;

TEST(ManyClientsTest, EachSchemaGetsOneId) {
  NodeProcess node(NewDirectory("many-clients"), {"schema.compatibility.level=none"});
  ASSERT_NE(node.address(), "") << node.output();
  std::vector<std::vector<int>> ids(kClients, std::vector<int>(kSchemas));
  std::vector<std::string> errors(kClients);
  std::vector<std::thread> threads;
  for (int client = 0; client < kClients; ++client) {
    threads.emplace_back([&, client] {
      const client::RegistryClient registry = node.Client();
      for (int i = 0; i < kSchemas; ++i) {
        // Half of the clients go the other way, and subjects differ: the content decides the id.
        const int schema = client % 2 ? i : kSchemas - 1 - i;
        const auto result = registry.Register(
            Subject::Parse("s" + std::to_string(client % 4) + "-" + std::to_string(schema % 100)),
            {.text = R"({"type":"enum","name":"E","symbols":["S)" + std::to_string(schema) + R"("]})"});
        if (!result.ok()) {
          errors[client] = result.status().ToString();
          return;
        }
        ids[client][schema] = result->registered.stored->id.value();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& error : errors) ASSERT_EQ(error, "");
  for (int client = 1; client < kClients; ++client) ASSERT_EQ(ids[client], ids[0]) << "client " << client;
  EXPECT_EQ(std::set<int>(ids[0].begin(), ids[0].end()).size(), size_t{kSchemas});
  std::printf("FIGURE %d clients registered the same %d schemas: one id each\n", kClients, kSchemas);
}

}  // namespace
}  // namespace regent::testing
