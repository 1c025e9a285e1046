// The REST door beside a bare Beast server that answers as many bytes, in the same run and from the same client:
//
//   ./dev bench rest [--quick] [--schemas=N,M] [--requests=N]
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>

#include "base/json_value.h"
#include "benchmarks/report.h"
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

void Print(const std::string& name, const LoadResult& result, Report* report) {
  report->Print("| %s | %.0f | %.1f | %.2f | %.2f | %lld |", name.c_str(), result.PerSecond(),
                result.CpuMicrosPerRequest(), result.p50_us / 1e3, result.p99_us / 1e3,
                static_cast<long long>(result.failures));
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

// A node with `schemas` schemas, and `requests` requests of each kind.
void Run(int64_t schemas, int64_t requests, Report* report) {
  report->Heading(std::to_string(schemas) + " schemas");
  report->Line("| request | requests/s | server CPU us each | p50 ms | p99 ms | failed |");
  report->Line("|---|---|---|---|---|---|");
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
        RunLoad(port, node.id(), kConnections, schemas, register_next), report);

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
  Print("bare Beast", bare, report);
  RunLoad(port, node.id(), kConnections, requests / 10, by_id);
  const LoadResult get = RunLoad(port, node.id(), kConnections, requests, by_id);
  Print("GET /schemas/ids/{id}", get, report);
  Print("GET /subjects/{s}/versions/latest", RunLoad(port, node.id(), kConnections, requests, by_version), report);
  Print("look-up", RunLoad(port, node.id(), kConnections, requests / 2, look_up), report);
  Print("register again", RunLoad(port, node.id(), kConnections, requests / 2, register_again), report);
  Print("mixed 90/5/4/1", RunLoad(port, node.id(), kConnections, requests / 2, mixed), report);
  report->Print("\nGET by id has **%.2f** of the bare server's throughput (asked: 0.6) at %.2f of its CPU.",
                get.PerSecond() / bare.PerSecond(), get.CpuMicrosPerRequest() / bare.CpuMicrosPerRequest());
}

int Main(int argc, char** argv) {
  std::string heading = "Benchmarks of the REST door";
  std::string markdown;
  std::string schemas = "10000,100000";
  std::string requests = "200000";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&](const std::string& flag, std::string* out) {
      if (word.rfind(flag + "=", 0) != 0) return false;
      *out = word.substr(flag.size() + 1);
      return true;
    };
    if (word == "--quick") {
      schemas = "1000";
      requests = "20000";
    } else if (!value("--schemas", &schemas) && !value("--requests", &requests) && !value("--markdown", &markdown) &&
               !value("--heading", &heading)) {
      std::fprintf(stderr, "unknown word %s\n", word.c_str());
      return 2;
    }
  }
  Report report(heading, markdown);
  report.Print(
      "Client and server share it; %d connections. The bare server is Boost.Beast with an answer of as many bytes. "
      "Targets: GET by id 15 us, look-up 30 us, register again 35 us of CPU.",
      kConnections);
  std::istringstream counts(schemas);
  for (std::string count; std::getline(counts, count, ',');) {
    Run(std::atoll(count.c_str()), std::atoll(requests.c_str()), &report);
  }
  report.Save();
  return 0;
}

}  // namespace
}  // namespace regent::benchmarks

int main(int argc, char** argv) { return regent::benchmarks::Main(argc, argv); }
