// The REST door beside a bare Beast server that answers as many bytes, in the same run and from the same client:
//
//   bazel run -c opt //benchmarks/rest:rest_benchmark -- [SCHEMAS] [REQUESTS]
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <random>
#include <string>

#include "base/json_value.h"
#include "benchmarks/rest/http_load.h"
#include "tests/support/child_process.h"
#include "tests/support/node_process.h"

namespace regent::benchmarks {
namespace {

using testing::ChildProcess;
using testing::NewDirectory;
using testing::NodeProcess;
using testing::Runfile;

constexpr int kConnections = 64;

// Some three hundred bytes, as schemas of events are.
std::string SchemaText(int64_t number) {
  return R"({"type":"record","name":"Order)" + std::to_string(number) +
         R"(","namespace":"shop.orders","fields":[{"name":"id","type":"long"},{"name":"customer","type":"string"},)"
         R"({"name":"items","type":{"type":"array","items":"string"}},{"name":"placed","type":{"type":"long",)"
         R"("logicalType":"timestamp-millis"}},{"name":"note","type":["null","string"],"default":null}]})";
}

std::string SchemaBody(int64_t number) {
  return JsonValue::Object({{"schema", JsonValue::String(SchemaText(number))}}).ToString();
}

std::string Subject(int64_t number) { return "orders-" + std::to_string(number) + "-value"; }

void Print(const std::string& name, const LoadResult& result) {
  std::cout << "FIGURE rest: " << std::left << std::setw(44) << name << std::right << std::fixed << std::setprecision(1)
            << std::setw(9) << result.PerSecond() << " requests/s " << std::setw(7) << result.CpuMicrosPerRequest()
            << " us CPU, p50 " << result.p50_us << " us, p99 " << result.p99_us << " us";
  if (result.failures > 0) std::cout << ", " << result.failures << " FAILED";
  std::cout << std::endl;
}

uint16_t PortOf(const std::string& url) { return static_cast<uint16_t>(std::atoi(url.c_str() + url.rfind(':') + 1)); }

LoadResult RunBare(int64_t requests) {
  // As long as the answer by id is.
  const size_t size = JsonValue::String(SchemaText(5000)).ToString().size() + 110;
  ChildProcess bare({Runfile("benchmarks/rest/bare_beast"), std::to_string(size)});
  const std::string line = bare.WaitForLine("port ");
  const auto port = static_cast<uint16_t>(std::atoi(line.c_str() + 5));
  const std::string request = GetRequest("/schemas/ids/5000");
  return RunLoad(port, bare.id(), kConnections, requests, [&request] { return request; });
}

void Run(int64_t schemas, int64_t requests) {
  std::mt19937_64 random(1);
  const auto any = [&] { return static_cast<int64_t>(random() % static_cast<uint64_t>(schemas)); };

  NodeProcess node(NewDirectory("rest"));
  const uint16_t port = PortOf(node.rest_url());
  int64_t number = 0;
  const auto register_next = [&] {
    const int64_t n = number++;
    return PostRequest("/subjects/" + Subject(n) + "/versions", SchemaBody(n));
  };
  Print("register " + std::to_string(schemas) + " schemas",
        RunLoad(port, node.id(), kConnections, schemas, register_next));

  // Ids follow the order of arrival, which is nearly that of sending.
  const auto by_id = [&] { return GetRequest("/schemas/ids/" + std::to_string(any() + 1)); };
  const auto by_version = [&] { return GetRequest("/subjects/" + Subject(any()) + "/versions/latest"); };
  const auto look_up = [&] {
    const int64_t n = any();
    return PostRequest("/subjects/" + Subject(n), SchemaBody(n));
  };
  const auto register_again = [&] {
    const int64_t n = any();
    return PostRequest("/subjects/" + Subject(n) + "/versions", SchemaBody(n));
  };
  const auto mixed = [&] {
    const uint64_t dice = random() % 100;
    return dice < 90 ? by_id() : dice < 95 ? by_version() : dice < 99 ? register_again() : register_next();
  };
  RunBare(requests / 10);
  const LoadResult bare = RunBare(requests);
  Print("bare Beast", bare);
  RunLoad(port, node.id(), kConnections, requests / 10, by_id);
  const LoadResult get = RunLoad(port, node.id(), kConnections, requests, by_id);
  Print("GET /schemas/ids/{id}", get);
  std::cout << "FIGURE rest: GET by id has " << get.PerSecond() / bare.PerSecond() << " of bare throughput, "
            << get.CpuMicrosPerRequest() / bare.CpuMicrosPerRequest() << " of its CPU" << std::endl;
  Print("GET /subjects/{s}/versions/latest", RunLoad(port, node.id(), kConnections, requests, by_version));
  Print("look-up", RunLoad(port, node.id(), kConnections, requests / 2, look_up));
  Print("register again", RunLoad(port, node.id(), kConnections, requests / 2, register_again));
  Print("mixed 90/5/4/1", RunLoad(port, node.id(), kConnections, requests / 2, mixed));
}

}  // namespace
}  // namespace regent::benchmarks

int main(int argc, char** argv) {
  const int64_t schemas = argc > 1 ? std::atoll(argv[1]) : 10000;
  const int64_t requests = argc > 2 ? std::atoll(argv[2]) : 200000;
  regent::benchmarks::Run(schemas, requests);
}
