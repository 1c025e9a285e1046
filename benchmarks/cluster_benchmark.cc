// New registrations on two nodes over a real Kafka of one broker, on the primary and through the follower, against the
// log alone: a record of the same size appended, which the broker acknowledges, and read back; nothing decided. And the
// replay of a full topic.
// Run by ./dev bench cluster; every comparison is made of rounds that alternate.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "benchmarks/load.h"
#include "benchmarks/report.h"
#include "regent/v1/schema_registry.pb.h"
#include "store/kafka/kafka_log.h"
#include "store/log_scan.h"
#include "tests/support/cluster.h"

namespace regent::benchmarks {
namespace {

constexpr char kRegister[] = "/regent.v1.SchemaRegistry/RegisterSchema";
constexpr int kRounds = 5;
constexpr size_t kSchemaBytes = 400;
constexpr int kReplayed = 50000;

using SteadyClock = std::chrono::steady_clock;

double Since(SteadyClock::time_point begin) {
  return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

std::string SchemaText(uint64_t number) {
  std::string text = R"({"type":"record","name":"R)" + std::to_string(number) + R"(","doc":")";
  text.append(kSchemaBytes - text.size(), 'x');
  return text + R"(","fields":[]})";
}

// A number of appends on their way at any time; one is over when it was read back.
class BareLog : public LogSink {
 public:
  struct Results {
    LoadResult read_back;
    LoadResult acknowledged;  // of the same appends: until the broker's answer
  };

  explicit BareLog(std::unique_ptr<Log> log) : log_(std::move(log)) {
    if (!log_->StartReading(Offset(0), this).ok()) std::abort();
  }
  ~BareLog() override { log_->Close(); }

  Results Run(int in_flight, double seconds) {
    const auto begin = SteadyClock::now();
    MutexLock lock(&mutex_);
    while (Since(begin) < seconds) {
      while (static_cast<int>(sent_.size()) >= in_flight) changed_.Wait(&mutex_);
      Send();
    }
    while (!sent_.empty() || unacknowledged_ > 0) changed_.Wait(&mutex_);
    const double taken = Since(begin);
    const auto result = [&](std::vector<uint32_t>* micros) {
      LoadResult result;
      result.seconds = taken;
      result.micros.swap(*micros);
      result.calls = result.micros.size();
      std::sort(result.micros.begin(), result.micros.end());
      return result;
    };
    return {result(&read_back_micros_), result(&acknowledged_micros_)};
  }

  void OnRecord(LogRecord record) override {
    MutexLock lock(&mutex_);
    const auto sent = sent_.find(record.record.key);
    if (sent == sent_.end()) return;
    read_back_micros_.push_back(static_cast<uint32_t>(Since(sent->second) * 1e6));
    sent_.erase(sent);
    changed_.NotifyOne();
  }
  void OnCaughtUp(Offset) override {}
  void OnReplaced(const absl::Status&) override { std::abort(); }
  void OnError(const absl::Status&) override {}

 private:
  void Send() REQUIRES(mutex_) {
    const Record record{"key-" + std::to_string(next_++), std::string(kSchemaBytes + 120, 'x'), {}};
    const auto now = SteadyClock::now();
    sent_.emplace(record.key, now);
    ++unacknowledged_;
    log_->Append({&record, 1}, [this, now](const AppendOutcome& outcome) {
      if (outcome.kind != AppendOutcome::Kind::kAppended) std::abort();
      MutexLock lock(&mutex_);
      acknowledged_micros_.push_back(static_cast<uint32_t>(Since(now) * 1e6));
      if (--unacknowledged_ == 0) changed_.NotifyOne();
    });
  }

  const std::unique_ptr<Log> log_;
  Mutex mutex_;
  CondVar changed_;
  uint64_t next_ GUARDED_BY(mutex_) = 0;
  std::unordered_map<std::string, SteadyClock::time_point> sent_ GUARDED_BY(mutex_);
  int unacknowledged_ GUARDED_BY(mutex_) = 0;
  std::vector<uint32_t> read_back_micros_ GUARDED_BY(mutex_);
  std::vector<uint32_t> acknowledged_micros_ GUARDED_BY(mutex_);
};

std::unique_ptr<Log> OpenTopic(const testing::KafkaCluster& kafka, const std::string& topic) {
  KafkaLogOptions options;
  options.client = kafka.ClientConfig();
  options.topic.name = topic;
  auto log = OpenKafkaLog(options);
  if (!log.ok()) std::abort();
  return *std::move(log);
}

LoadResult Register(const std::string& target, uint64_t first, int in_flight, double seconds, uint64_t calls) {
  LoadOptions load;
  load.target = target;
  load.method = kRegister;
  load.in_flight = in_flight;
  load.channels = in_flight > 1 ? 2 : 1;
  load.threads = load.channels;
  load.seconds = seconds;
  load.calls = calls;
  LoadResult result = RunLoad(load, [&](uint64_t n) {
    v1::RegisterSchemaRequest request;
    request.mutable_subject()->set_subject("subject-" + std::to_string(first + n));
    request.mutable_schema()->set_text(SchemaText(first + n));
    return request.SerializeAsString();
  });
  if (result.errors > 0) {
    std::fprintf(stderr, "%s\n", result.first_error.c_str());
    std::exit(1);
  }
  return result;
}

void Compare(testing::Cluster* cluster, BareLog* bare, int in_flight, double seconds, uint64_t* next, Report* report) {
  const int primary = cluster->Primary();
  const std::string targets[] = {cluster->node(primary).address(), cluster->node(1 - primary).address()};
  const char* const names[] = {"the log alone: append acknowledged", "the log alone: append, read back",
                               "new schemas on the primary", "new schemas through the follower"};
  std::vector<double> rates[4];
  std::vector<double> p50[4];
  std::vector<double> p99[4];
  for (int round = -1; round < kRounds; ++round) {
    BareLog::Results alone = bare->Run(in_flight, seconds);
    std::vector<LoadResult> results = {std::move(alone.acknowledged), std::move(alone.read_back)};
    for (const std::string& target : targets) {
      results.push_back(Register(target, *next, in_flight, seconds, 0));
      *next += results.back().calls + static_cast<uint64_t>(in_flight);
    }
    if (round < 0) continue;  // warms up
    for (size_t which = 0; which < results.size(); ++which) {
      rates[which].push_back(results[which].rate());
      p50[which].push_back(results[which].quantile(0.5));
      p99[which].push_back(results[which].quantile(0.99));
    }
  }
  for (size_t which = 0; which < std::size(names); ++which) {
    report->Print("| %d | %s | %.0f | %.2f | %.2f | %.2f | %.2f |", in_flight, names[which], Median(rates[which]),
                  Median(p50[which]), Median(p99[which]), Median(rates[which]) / Median(rates[0]),
                  Median(p50[which]) / Median(p50[0]));
  }
  report->Print("| %d | *follower against primary* | | | | %.2f | |", in_flight, Median(rates[3]) / Median(rates[2]));
}

void Replay(testing::Cluster* cluster, uint64_t* next, Report* report) {
  const int primary = cluster->Primary();
  const std::unique_ptr<Log> before = OpenTopic(cluster->kafka(), "_schemas");
  int64_t records = 0;
  const auto count = [&](const LogRecord&) {
    ++records;
    return absl::OkStatus();
  };
  if (!ScanLog(before.get(), count).ok()) std::abort();
  if (records < kReplayed) {
    Register(cluster->node(primary).address(), *next, 64, 0, static_cast<uint64_t>(kReplayed - records));
  }
  std::vector<double> bare;
  std::vector<double> node;
  for (int round = 0; round < 3; ++round) {
    const std::unique_ptr<Log> log = OpenTopic(cluster->kafka(), "_schemas");
    records = 0;
    auto begin = SteadyClock::now();
    if (!ScanLog(log.get(), count).ok()) std::abort();
    bare.push_back(Since(begin));
    cluster->Signal(1 - primary, SIGTERM);
    cluster->node(1 - primary).Wait();
    begin = SteadyClock::now();
    cluster->Restart(1 - primary);
    node.push_back(Since(begin));
  }
  report->Print(
      "\n%lld records: the log alone delivers them in %.2f s (%.0f records/s); a node that starts answers reads after "
      "%.2f s, process and election included.",
      static_cast<long long>(records), Median(bare), records / Median(bare), Median(node));
}

int Main(int argc, char** argv) {
  std::string markdown;
  std::string heading = "Benchmarks of a cluster";
  double seconds = 3;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.rfind("--markdown=", 0) == 0) markdown = word.substr(11);
    if (word.rfind("--heading=", 0) == 0) heading = word.substr(10);
    if (word == "--quick") seconds = 1;
  }
  Report report(heading, markdown);
  report.Print(
      "\nTwo nodes and one broker, all on the machine that makes the load. Medians of %d rounds of %.0f s that "
      "alternate.\n",
      kRounds, seconds);
  testing::ClusterOptions options;
  options.nodes = 2;
  options.kafka.brokers = 1;
  testing::Cluster cluster(options);
  cluster.WriteThrough(0);
  BareLog bare(OpenTopic(cluster.kafka(), "bare"));
  uint64_t next = 1;
  report.Line(
      "| clients | what | per second | p50 ms | p99 ms | rate / append acknowledged | p50 / append acknowledged |");
  report.Line("|---|---|---|---|---|---|---|");
  for (const int in_flight : {1, 32}) Compare(&cluster, &bare, in_flight, seconds, &next, &report);
  Replay(&cluster, &next, &report);
  report.Save();
  return 0;
}

}  // namespace
}  // namespace regent::benchmarks

int main(int argc, char** argv) { return regent::benchmarks::Main(argc, argv); }
