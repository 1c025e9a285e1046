// One node against the limits of its machine, measured in the same run: `./dev bench`.
//
// Usage: regent_benchmark [--quick] [--million] [--only=get,register,versions,watch,growth] [--markdown=FILE
// --heading=TEXT]
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "benchmarks/echo/echo.pb.h"
#include "benchmarks/load.h"
#include "benchmarks/report.h"
#include "benchmarks/server_process.h"
#include "benchmarks/sync_rate.h"
#include "benchmarks/watchers.h"
#include "regent/v1/schema_registry.pb.h"
#include "regent/v1/subject_admin.pb.h"

namespace regent::benchmarks {
namespace {

constexpr int kRounds = 5;
constexpr int kInFlight = 64;
constexpr int kSchemasRead = 1000;  // distinct ids that reads go over
constexpr int kVersions = 100;
constexpr int kManyVersions = 5000;
constexpr int kWatchers = 1000;
constexpr int kRegistrationsMeasured = 3000;  // at each size of the store

constexpr char kRegister[] = "/regent.v1.SchemaRegistry/RegisterSchema";
constexpr char kGet[] = "/regent.v1.SchemaRegistry/GetSchema";
constexpr char kEcho[] = "/spike.echo.v1.Echo/Say";

struct Settings {
  bool quick = false;
  bool million = false;
  std::string only;
  std::string markdown;
  std::string heading = "Benchmarks";

  bool Wants(const std::string& scenario) const {
    return only.empty() || ("," + only + ",").find("," + scenario + ",") != std::string::npos;
  }
  double seconds() const { return quick ? 1 : 4; }
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::string NewDirectory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "regent-bench.XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::exit(1);
  return pattern;
}

// A record of about `bytes` bytes that no other number has.
std::string SchemaText(uint64_t number, size_t bytes) {
  std::string text =
      R"({"type":"record","name":"R)" + std::to_string(number) + R"(","namespace":"com.example","fields":[)";
  for (int field = 0; text.size() + 64 < bytes; ++field) {
    text += R"({"name":"field_)" + std::to_string(field) + R"(","type":["null","string"],"default":null},)";
  }
  return text + R"({"name":"id","type":"long"}]})";
}

std::string RegisterRequest(const std::string& subject, const std::string& text) {
  v1::RegisterSchemaRequest request;
  request.mutable_subject()->set_subject(subject);
  request.mutable_schema()->set_text(text);
  return request.SerializeAsString();
}

std::string GetRequest(int id) {
  v1::GetSchemaRequest request;
  request.mutable_id_in_context()->set_id(id);
  return request.SerializeAsString();
}

// Ends the program: a figure over errors would say nothing.
void MustBeWell(const LoadResult& result) {
  if (result.errors == 0) return;
  std::fprintf(stderr, "%llu calls failed, first: %s\n", static_cast<unsigned long long>(result.errors),
               result.first_error.c_str());
  std::exit(1);
}

// New schemas under subjects of their own, numbers from `first`.
LoadResult Register(const ServerProcess& node, uint64_t first, size_t bytes, uint64_t calls, double seconds) {
  LoadOptions load{.target = node.address(), .method = kRegister, .in_flight = kInFlight};
  load.calls = calls;
  load.seconds = seconds;
  LoadResult result = RunLoad(load, [&](uint64_t n) {
    return RegisterRequest("subject-" + std::to_string(first + n), SchemaText(first + n, bytes));
  });
  MustBeWell(result);
  return result;
}

void MeasureGet(const Settings& settings, Report* report) {
  report->Heading("GetSchema by id, 64 in flight, against a bare echo of the same answer size");
  const std::string directory = NewDirectory();
  ServerProcess node = StartRegent(directory);
  Register(node, 0, 300, kSchemasRead, 0);
  // The ids that were given out: the first may not be 1.
  std::vector<std::string> requests;
  size_t answer_bytes = 0;
  for (int i = 0; i < kSchemasRead; ++i) {
    const std::string answer = CallOnce(node.address(), "/regent.v1.SchemaRegistry/GetSchemaVersion", [&] {
      v1::GetSchemaVersionRequest request;
      request.mutable_subject()->set_subject("subject-" + std::to_string(i));
      return request.SerializeAsString();
    }());
    v1::SchemaVersion version;
    if (!version.ParseFromString(answer)) std::exit(1);
    requests.push_back(GetRequest(version.stored().id()));
    answer_bytes = CallOnce(node.address(), kGet, requests.back()).size();
  }
  spike::echo::v1::EchoRequest echo_request;
  echo_request.set_key("tenant-42/feature-7");
  // An echo answer is its payload, the key, a time, and their tags.
  ServerProcess echo = StartEcho(answer_bytes - echo_request.key().size() - 14);
  const size_t echo_bytes = CallOnce(echo.address(), kEcho, echo_request.SerializeAsString()).size();

  std::vector<double> rates[2];
  std::vector<double> cpu[2];
  std::vector<double> client_cpu[2];
  std::vector<double> p99[2];
  std::vector<double> ratios;
  for (int round = -1; round < kRounds; ++round) {
    for (const int which : {0, 1}) {
      ServerProcess& server = which == 0 ? echo : node;
      LoadOptions load{.target = server.address(), .method = which == 0 ? kEcho : kGet, .in_flight = kInFlight};
      load.seconds = round < 0 ? settings.seconds() / 4 : settings.seconds();  // the first round warms up
      const double before = server.cpu_seconds();
      const LoadResult result = RunLoad(load, [&](uint64_t n) {
        return which == 0 ? echo_request.SerializeAsString() : requests[n * 7919 % requests.size()];
      });
      MustBeWell(result);
      if (round < 0) continue;
      rates[which].push_back(result.rate());
      cpu[which].push_back((server.cpu_seconds() - before) * 1e6 / result.calls);
      client_cpu[which].push_back(result.client_cpu_seconds * 1e6 / result.calls);
      p99[which].push_back(result.quantile(0.99));
    }
    if (round >= 0) ratios.push_back(rates[1].back() / rates[0].back());
  }
  report->Line("| | answer bytes | calls/s | server CPU us/call | client CPU us/call | p99 ms |");
  report->Line("|---|---|---|---|---|---|");
  const char* names[] = {"bare echo", "Regent GetSchema"};
  const size_t bytes[] = {echo_bytes, answer_bytes};
  for (const int which : {0, 1}) {
    report->Print("| %s | %zu | %.0f | %.1f | %.1f | %.2f |", names[which], bytes[which], Median(rates[which]),
                  Median(cpu[which]), Median(client_cpu[which]), Median(p99[which]));
  }
  report->Print("\nRatio of rates, median of %d rounds: **%.2f** (asked: 0.85); of server CPU: %.2f.", kRounds,
                Median(ratios), Median(cpu[1]) / Median(cpu[0]));
  echo.Stop();
  node.Stop();
  std::filesystem::remove_all(directory);
}

void MeasureRegister(const Settings& settings, Report* report) {
  report->Heading("New registrations on SQLite, 64 in flight, against 64 x the disk's own sync rate");
  const std::string directory = NewDirectory();
  ServerProcess node = StartRegent(directory);
  Register(node, 0, 400, 1000, 0);
  uint64_t next = 1000;
  std::vector<double> rates;
  std::vector<double> syncs;
  std::vector<double> ratios;
  std::vector<double> cpu;
  std::vector<double> p99;
  for (int round = 0; round < kRounds; ++round) {
    // Half before and half after: the disk may be another one a second later.
    const double before = SyncsPerSecond(directory, settings.seconds() / 4);
    const double cpu_before = node.cpu_seconds();
    const LoadResult result = Register(node, next, 400, 0, settings.seconds());
    next += result.calls + kInFlight;
    cpu.push_back((node.cpu_seconds() - cpu_before) * 1e6 / result.calls);
    const double after = SyncsPerSecond(directory, settings.seconds() / 4);
    rates.push_back(result.rate());
    syncs.push_back((before + after) / 2);
    ratios.push_back(result.rate() / (kInFlight * syncs.back()));
    p99.push_back(result.quantile(0.99));
  }
  report->Line(
      "| registrations/s | p99 ms | server CPU us each | syncs/s | registrations / (64 x syncs), asked 0.50 |");
  report->Line("|---|---|---|---|---|");
  report->Print("| %.0f | %.1f | %.0f | %.0f | **%.2f** |", Median(rates), Median(p99), Median(cpu), Median(syncs),
                Median(ratios));
  node.Stop();
  std::filesystem::remove_all(directory);
}

// Compatible versions one after the other, by one client, numbers from `first`.
LoadResult RegisterVersions(const ServerProcess& node, const std::string& subject, uint64_t first, uint64_t count,
                            const std::function<std::string(uint64_t)>& text) {
  LoadOptions load{
      .target = node.address(), .method = kRegister, .in_flight = 1, .channels = 1, .threads = 1, .calls = count};
  LoadResult result = RunLoad(load, [&](uint64_t n) { return RegisterRequest(subject, text(first + n)); });
  MustBeWell(result);
  return result;
}

void SetLevel(const ServerProcess& node, const std::string& subject, v1::CompatibilityLevel level) {
  v1::UpdateConfigRequest request;
  request.mutable_target()->mutable_subject()->set_subject(subject);
  request.mutable_config()->set_level(level);
  CallOnce(node.address(), "/regent.v1.SubjectAdmin/UpdateConfig", request.SerializeAsString());
}

// Rate and cost at both ends of a subject that grows to kManyVersions.
void MeasureManyVersions(const ServerProcess& node, v1::CompatibilityLevel level, const std::string& name,
                         Report* report) {
  const std::string subject = "many-" + name;
  SetLevel(node, subject, level);
  const auto text = [](uint64_t n) {
    std::string same = SchemaText(0, 612);
    return same.insert(same.find(R"("fields")"), R"("doc":"version )" + std::to_string(n) + R"(",)");
  };
  double rates[2];
  double cpu[2];
  for (const int end : {0, 1}) {
    if (end == 1) RegisterVersions(node, subject, kVersions, kManyVersions - 2 * kVersions, text);
    const double before = node.cpu_seconds();
    rates[end] = RegisterVersions(node, subject, end == 0 ? 0 : kManyVersions - kVersions, kVersions, text).rate();
    cpu[end] = (node.cpu_seconds() - before) * 1e6 / kVersions;
  }
  report->Print("| %s | %.0f | %.0f | %.2f | %.0f | %.0f |", name.c_str(), rates[0], rates[1], rates[1] / rates[0],
                cpu[0], cpu[1]);
}

void MeasureVersions(const Settings& settings, Report* report) {
  report->Heading("100 compatible versions of one subject, one client, one after the other");
  const std::string directory = NewDirectory();
  ServerProcess node = StartRegent(directory);
  std::vector<double> rates;
  std::vector<double> p50;
  for (int round = 0; round < kRounds; ++round) {
    const LoadResult result = RegisterVersions(node, "versions-" + std::to_string(round), 0, kVersions, [](uint64_t n) {
      std::string text = R"({"type":"record","name":"R","fields":[)";
      for (uint64_t field = 0; field <= n; ++field) {
        text += R"({"name":"f)" + std::to_string(field) + R"(","type":"int","default":0})" + (field < n ? "," : "");
      }
      return text + "]}";
    });
    rates.push_back(result.rate());
    p50.push_back(result.quantile(0.5));
  }
  const double syncs = SyncsPerSecond(directory, settings.seconds() / 2);
  report->Print("%.0f versions/s (asked: 1,000), median %.2f ms each; the disk syncs %.0f times a second.",
                Median(rates), Median(p50), syncs);

  report->Print("\nOne subject that grows to %d versions of 612 bytes: the first %d and the last.\n", kManyVersions,
                kVersions);
  report->Line("| level | first, versions/s | last, versions/s | last / first | server CPU us each, first | last |");
  report->Line("|---|---|---|---|---|---|");
  MeasureManyVersions(node, v1::COMPATIBILITY_LEVEL_NONE, "NONE", report);
  MeasureManyVersions(node, v1::COMPATIBILITY_LEVEL_BACKWARD, "BACKWARD", report);
  node.Stop();
  std::filesystem::remove_all(directory);
}

// Fan-out of changes that come ten times a second, beside as many echo answers that are all asked for at once: what
// it costs this machine to send and take so many messages.
void MeasureWatch(const Settings& settings, Report* report) {
  report->Heading("Watch: 1,000 watchers on connections of their own, one of which never reads");
  const std::string directory = NewDirectory();
  ServerProcess node = StartRegent(directory);
  Register(node, 0, 300, 1, 0);
  Watchers watchers(node.address(), kWatchers);
  const int changes = settings.quick ? 20 : 100;
  const double resident_before = node.resident_mebibytes();
  const double cpu_before = node.cpu_seconds();
  for (int change = 1; change <= changes; ++change) {
    CallOnce(node.address(), kRegister, RegisterRequest(Watchers::Subject(), SchemaText(0, 300)));
    if (!watchers.AwaitChanges(change)) {
      std::fprintf(stderr, "a change did not reach all watchers\n");
      std::exit(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  const double cpu = node.cpu_seconds() - cpu_before;
  const double grown = node.resident_mebibytes() - resident_before;
  const std::vector<double> delays = watchers.End();
  ServerProcess echo = StartEcho(300);
  spike::echo::v1::EchoRequest echo_request;
  echo_request.set_key("tenant-42/feature-7");
  std::vector<double> bursts;
  for (int round = 0; round < kRounds; ++round) {
    LoadOptions load{.target = echo.address(), .method = kEcho, .in_flight = kWatchers};
    load.calls = kWatchers;
    const LoadResult result = RunLoad(load, [&](uint64_t) { return echo_request.SerializeAsString(); });
    MustBeWell(result);
    bursts.push_back(result.quantile(0.99));
  }
  const double p99 = delays[delays.size() * 99 / 100];
  report->Line(
      "| changes | p50 ms | p99 ms, asked 50 | node's CPU us for each message | grown by MiB | burst of 1,000 echoes, "
      "p99 ms |");
  report->Line("|---|---|---|---|---|---|");
  report->Print("| %d | %.1f | **%.1f** | %.1f | %.0f | %.1f |", changes, delays[delays.size() / 2], p99,
                cpu * 1e6 / delays.size(), grown, Median(bursts));
  report->Print("\nRatio of the two p99: %.2f.", p99 / Median(bursts));
  echo.Stop();
  node.Stop();
  std::filesystem::remove_all(directory);
}

// Fills a store step by step and starts a node on it at each size.
void MeasureGrowth(const Settings& settings, Report* report) {
  report->Heading("Memory, start and the cost of a registration as the store grows, schemas of 612 bytes");
  report->Line(
      "| schemas | start to serving s | resident MiB | registrations/s, 64 in flight | server CPU us each | p99 ms |");
  report->Line("|---|---|---|---|---|---|");
  std::vector<uint64_t> sizes = {0, 10000, 50000};
  if (settings.quick) sizes = {0, 2000};
  if (settings.million) sizes.insert(sizes.end(), {100000, 1000000});
  const std::string directory = NewDirectory();
  uint64_t registered = 0;
  for (const uint64_t size : sizes) {
    if (size > registered) {
      ServerProcess filler = StartRegent(directory);
      Register(filler, registered, 612, size - registered, 0);
      registered = size;
      filler.Stop();
    }
    ServerProcess node = StartRegent(directory);
    const double start = node.start_seconds();
    const double resident = node.resident_mebibytes();
    const double cpu_before = node.cpu_seconds();
    const LoadResult result = Register(node, registered, 612, kRegistrationsMeasured, 0);
    registered += kRegistrationsMeasured;
    report->Print("| %llu | %.2f | %.0f | %.0f | %.0f | %.1f |", static_cast<unsigned long long>(size), start, resident,
                  result.rate(), (node.cpu_seconds() - cpu_before) * 1e6 / result.calls, result.quantile(0.99));
    node.Stop();
  }
  report->Line("\nTargets: 25 / 40 / 90 MiB at 0 / 10k / 50k; a start within 0.3 s empty and 1 s at 50k.");
  std::filesystem::remove_all(directory);
}

int Main(const Settings& settings) {
  Report report(settings.heading, settings.markdown);
  report.Print(
      "Client and server share it. Medians of %d rounds; where two servers are compared, their rounds alternate.",
      kRounds);
  if (settings.Wants("get")) MeasureGet(settings, &report);
  if (settings.Wants("register")) MeasureRegister(settings, &report);
  if (settings.Wants("versions")) MeasureVersions(settings, &report);
  if (settings.Wants("watch")) MeasureWatch(settings, &report);
  if (settings.Wants("growth")) MeasureGrowth(settings, &report);
  report.Save();
  return 0;
}

}  // namespace
}  // namespace regent::benchmarks

int main(int argc, char** argv) {
  regent::benchmarks::Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&](const std::string& flag, std::string* out) {
      if (word.rfind(flag + "=", 0) != 0) return false;
      *out = word.substr(flag.size() + 1);
      return true;
    };
    if (word == "--quick") {
      settings.quick = true;
    } else if (word == "--million") {
      settings.million = true;
    } else if (!value("--only", &settings.only) && !value("--markdown", &settings.markdown) &&
               !value("--heading", &settings.heading)) {
      std::fprintf(stderr, "unknown word %s\n", word.c_str());
      return 2;
    }
  }
  return regent::benchmarks::Main(settings);
}
