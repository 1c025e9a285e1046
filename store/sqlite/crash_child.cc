// Appends to a log and prints the key of every acknowledged record, until it is killed. For sqlite_log_crash_test.
#include <unistd.h>

#include <cstdio>
#include <string>
#include <thread>

#include "store/sqlite/sqlite_log.h"

namespace regent {
namespace {

constexpr int kInFlight = 32;

void Print(const std::string& line) {
  // One write, so that a line is whole or not there.
  const std::string text = line + "\n";
  if (write(STDOUT_FILENO, text.data(), text.size()) < 0) _exit(1);
}

// Appends records named `<run>/<lane>/<n>`, each when the one before is on the disk.
class Lane {
 public:
  Lane(Log* log, std::string prefix) : log_(log), prefix_(std::move(prefix)) {}

  void AppendNext() {
    const std::string key = prefix_ + std::to_string(next_++);
    const Record record{key, std::string(next_ % 3000, 'v'), {{"regent-claim", prefix_}}};
    log_->Append({&record, 1}, [this, key](const AppendOutcome& outcome) {
      if (outcome.kind != AppendOutcome::Kind::kAppended) _exit(1);
      Print(std::to_string(outcome.last_offset.value()) + " " + key);
      AppendNext();
    });
  }

 private:
  Log* const log_;
  const std::string prefix_;
  int next_ = 0;
};

int Main(const std::string& directory, const std::string& run) {
  SqliteLogOptions options;
  options.directory = directory;
  absl::StatusOr<std::unique_ptr<Log>> log = OpenSqliteLog(options);
  if (!log.ok()) {
    std::fprintf(stderr, "%s\n", log.status().ToString().c_str());
    return 1;
  }
  Print("ready");
  std::vector<std::unique_ptr<Lane>> lanes;
  for (int i = 0; i < kInFlight; ++i) {
    lanes.push_back(std::make_unique<Lane>(log->get(), run + "/" + std::to_string(i) + "/"));
    lanes.back()->AppendNext();
  }
  while (true) pause();
}

}  // namespace
}  // namespace regent

int main(int argc, char** argv) { return argc == 3 ? regent::Main(argv[1], argv[2]) : 2; }
