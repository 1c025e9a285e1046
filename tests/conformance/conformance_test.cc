// The conformance table against a node, through REST, and through gRPC as far as it has the calls.
//
// REGENT_CONFORMANCE_URL=http://host:port runs it against any registry instead, e.g. another vendor's.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "tests/conformance/case_runner.h"
#include "tests/conformance/case_table.h"
#include "tests/conformance/grpc_door.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

// What was seen of each endpoint: its parameters by name, its codes as numbers.
using Seen = std::map<std::string, std::set<std::string>>;

TEST(ConformanceTest, RestAnswersAsTheTableSaysAndTheTableIsComplete) {
  const char* given = std::getenv("REGENT_CONFORMANCE_URL");
  std::optional<NodeProcess> node;
  if (given == nullptr) node.emplace(NewDirectory("conformance"));
  const std::string url = given == nullptr ? node->rest_url() : given;
  ASSERT_NE(url, "");
  const std::vector<Case> cases = LoadCases();
  const std::vector<Endpoint> endpoints = LoadEndpoints();
  Seen seen;
  int64_t steps = 0;
  RunCases(cases, "r" + std::to_string(std::random_device{}() % 100000) + "x", [&](const HttpCall& call, const Step&) {
    ++steps;
    const HttpAnswer answer = CallOverRest(url, call);
    if (const Endpoint* endpoint = EndpointOf(endpoints, call)) {
      seen[endpoint->pattern].insert(std::to_string(CodeOf(answer)));
      for (std::string& parameter : ParametersOf(call)) seen[endpoint->pattern].insert(std::move(parameter));
    }
    return answer;
  });
  int64_t pairs = 0;
  for (const Endpoint& endpoint : endpoints) {
    for (const std::string& parameter : endpoint.parameters) {
      ++pairs;
      EXPECT_TRUE(seen[endpoint.pattern].contains(parameter)) << "uncovered: " << endpoint.pattern << " " << parameter;
    }
    for (const int code : endpoint.codes) {
      ++pairs;
      EXPECT_TRUE(seen[endpoint.pattern].contains(std::to_string(code)))
          << "uncovered: " << endpoint.pattern << " " << code;
    }
    for (const std::string& parameter : endpoint.missing) {
      std::cout << "not in Regent yet: " << endpoint.pattern << " " << parameter << std::endl;
    }
  }
  std::cout << "FIGURE conformance: " << cases.size() << " cases, " << steps << " requests, " << pairs
            << " pairs of endpoint and parameter or code" << std::endl;
}

// regent.compat.profile=7: what Confluent's registries of 7.x answered otherwise.
TEST(ConformanceTest, Profile7AnswersAsItsTableSays) {
  NodeProcess node(NewDirectory("profile7"), {"regent.compat.profile=7"});
  ASSERT_NE(node.rest_url(), "") << node.output();
  const std::vector<Case> cases = LoadCases("profile7");
  ASSERT_FALSE(cases.empty());
  RunCases(cases, "p", [&](const HttpCall& call, const Step&) { return CallOverRest(node.rest_url(), call); });
}

TEST(ConformanceTest, BothDoorsAgree) {
  NodeProcess node(NewDirectory("doors"));
  ASSERT_NE(node.rest_url(), "") << node.output();
  const client::RegistryClient client = node.Client();
  int64_t over_grpc = 0;
  RunCases(LoadCases(), "g", [&](const HttpCall& call, const Step& step) {
    const std::optional<HttpAnswer> answer = step.rest_only ? std::nullopt : CallOverGrpc(client, call);
    if (!answer) return CallOverRest(node.rest_url(), call);
    ++over_grpc;
    if (answer->status < 400 || !step.answer) return *answer;
    // The messages are the doors' own; the number is the same.
    HttpAnswer told = *answer;
    const size_t comma = step.answer->find(",\"message\"");
    const std::string number = "{\"error_code\":" + std::to_string(CodeOf(*answer));
    if (step.answer->substr(0, comma) == number) {
      Variables none;
      told.body = CallOverRest(node.rest_url(), call).body;
    }
    return told;
  });
  EXPECT_GT(over_grpc, 150);
  std::cout << "FIGURE conformance: " << over_grpc << " requests over gRPC too" << std::endl;
}

}  // namespace
}  // namespace regent::testing
