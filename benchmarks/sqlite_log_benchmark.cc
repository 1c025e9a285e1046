// How many single-record appends a second the SQLite log acknowledges with 64 in flight, against how often the same
// directory can be synced: group commit should come near 64 records a sync. Then how fast it replays.
//
// Usage: sqlite_log_benchmark [directory [seconds]]     (default: a new directory under $TMPDIR, 5)
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "benchmarks/sync_rate.h"
#include "store/log_testing.h"
#include "store/sqlite/sqlite_log.h"

namespace regent {
namespace {

using std::chrono::steady_clock;

constexpr int kInFlight = 64;
constexpr int kRounds = 5;

double SecondsSince(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

// Keeps kInFlight appends on their way, as so many callers would: each appends again when it was answered.
class Load {
 public:
  explicit Load(Log* log) : log_(log) {}

  double AppendsPerSecond(double seconds) {
    const auto start = steady_clock::now();
    until_ = start + std::chrono::duration_cast<steady_clock::duration>(std::chrono::duration<double>(seconds));
    const size_t before = appended_;
    for (int i = 0; i < kInFlight; ++i) AppendOne();
    outcomes_.WaitForAll();
    return (appended_ - before) / SecondsSince(start);
  }
  size_t appended() const { return appended_; }

 private:
  // The outcome of a lane is expected once, for its last append.
  void AppendOne() { Again(std::make_shared<AppendDone>(outcomes_.Expect())); }

  void Again(std::shared_ptr<AppendDone> lane) {
    const Record record{
        "{\"keytype\":\"SCHEMA\",\"subject\":\"subject-" + std::to_string(number_++) + "\",\"version\":1,\"magic\":1}",
        std::string(400, 's'),
        {{"regent-claim", "0123456789abcdef"}}};
    log_->Append({&record, 1}, [this, lane](const AppendOutcome& outcome) {
      if (outcome.kind == AppendOutcome::Kind::kAppended) ++appended_;
      if (outcome.kind != AppendOutcome::Kind::kAppended || steady_clock::now() >= until_) return (*lane)(outcome);
      Again(lane);
    });
  }

  Log* const log_;
  Outcomes outcomes_;
  steady_clock::time_point until_;
  std::atomic<size_t> number_{0};
  std::atomic<size_t> appended_{0};
};

class CountingSink : public RecordingSink {
 public:
  void OnRecord(LogRecord) override { ++count_; }
  size_t count() const { return count_; }

 private:
  std::atomic<size_t> count_{0};
};

std::unique_ptr<Log> Open(const std::string& directory) {
  SqliteLogOptions options;
  options.directory = directory;
  absl::StatusOr<std::unique_ptr<Log>> log = OpenSqliteLog(options);
  if (log.ok()) return std::move(*log);
  std::fprintf(stderr, "%s\n", log.status().ToString().c_str());
  std::exit(1);
}

int Main(const std::string& directory, double seconds) {
  std::vector<double> ratios;
  {
    const std::unique_ptr<Log> log = Open(directory);
    Load load(log.get());
    for (int round = 0; round < kRounds; ++round) {
      // Half before and half after: the disk may be another one a second later.
      const double before = benchmarks::SyncsPerSecond(directory, seconds / kRounds / 4);
      const double appends = load.AppendsPerSecond(seconds / kRounds / 2);
      const double after = benchmarks::SyncsPerSecond(directory, seconds / kRounds / 4);
      const double syncs = (before + after) / 2;
      ratios.push_back(appends / (kInFlight * syncs));
      std::printf("%8.0f appends/s with %d in flight, %6.0f syncs/s: %.2f of %d x syncs\n", appends, kInFlight, syncs,
                  ratios.back(), kInFlight);
    }
    log->Close();
  }
  std::sort(ratios.begin(), ratios.end());
  std::printf("median ratio %.2f (at least 0.50 is asked)\n", ratios[ratios.size() / 2]);

  const std::unique_ptr<Log> log = Open(directory);
  CountingSink sink;
  const auto start = steady_clock::now();
  if (!log->StartReading(Offset(0), &sink).ok() || !sink.WaitForCaughtUp()) return 1;
  std::printf("replay: %zu records, %.0f/s\n", sink.count(), sink.count() / SecondsSince(start));
  log->Close();
  return 0;
}

}  // namespace
}  // namespace regent

int main(int argc, char** argv) {
  const double seconds = argc > 2 ? std::atof(argv[2]) : 5;
  if (argc > 1) return regent::Main(argv[1], seconds);
  std::string pattern = (std::filesystem::temp_directory_path() / "regent.XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) return 1;
  const int result = regent::Main(pattern, seconds);
  std::filesystem::remove_all(pattern);
  return result;
}
