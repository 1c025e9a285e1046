// A node that stops itself (SIGSTOP) between deciding on a write and appending it, when a test asks for it by making
// the file $REGENT_TEST_PAUSE.<process id>: the append then comes late for certain. `regent serve` has no such thing.
//
// Takes the same words as `regent serve`: serve --set KEY=VALUE ...
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "base/config.h"
#include "server/main/serve.h"
#include "store/log.h"

namespace regent {
namespace {

class PausingLog : public Log {
 public:
  PausingLog(std::unique_ptr<Log> log, std::string sign) : log_(std::move(log)), sign_(std::move(sign)) {}

  absl::Status StartReading(Offset from, LogSink* sink) override { return log_->StartReading(from, sink); }
  void Append(absl::Span<const Record> records, AppendDone done) override {
    // What is decided under the claim at hand, and not the claim itself.
    if (!records[0].headers.empty() && unlink(sign_.c_str()) == 0) raise(SIGSTOP);
    log_->Append(records, std::move(done));
  }
  void AbandonPending() override { log_->AbandonPending(); }
  std::string Id() const override { return log_->Id(); }
  LogDescription Describe() const override { return log_->Describe(); }
  void Close() override { log_->Close(); }

 private:
  const std::unique_ptr<Log> log_;
  const std::string sign_;
};

int Main(int argc, char** argv) {
  ConfigSources sources;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--set") == 0) sources.settings.push_back(argv[i + 1]);
  }
  const auto config = Config::Load(sources);
  if (!config.ok()) {
    std::cerr << config.status().message() << std::endl;
    return 2;
  }
  const char* sign = std::getenv("REGENT_TEST_PAUSE");
  if (sign == nullptr) std::abort();
  return RunServe(*config, [&](std::unique_ptr<Log> log) -> std::unique_ptr<Log> {
    return std::make_unique<PausingLog>(std::move(log), std::string(sign) + "." + std::to_string(getpid()));
  });
}

}  // namespace
}  // namespace regent

int main(int argc, char** argv) { return regent::Main(argc, argv); }
