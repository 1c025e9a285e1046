// `regent serve` with something put between the registry and its log: for nodes that only tests have.
#pragma once

#include <functional>
#include <memory>

#include "store/log.h"

namespace regent::testing {

// Takes the same words as `regent serve`: serve --set KEY=VALUE ... Blocks until told to stop; returns the exit code.
int RunWrappedNode(int argc, char** argv, std::function<std::unique_ptr<Log>(std::unique_ptr<Log>)> wrap);

// Hands everything on; what a test changes is overridden.
class WrappedLog : public Log {
 public:
  explicit WrappedLog(std::unique_ptr<Log> log) : log_(std::move(log)) {}

  absl::Status StartReading(Offset from, LogSink* sink) override { return log_->StartReading(from, sink); }
  void Append(absl::Span<const Record> records, AppendDone done) override { log_->Append(records, std::move(done)); }
  void AbandonPending() override { log_->AbandonPending(); }
  std::string Id() const override { return log_->Id(); }
  LogDescription Describe() const override { return log_->Describe(); }
  void Close() override { log_->Close(); }

 private:
  const std::unique_ptr<Log> log_;
};

}  // namespace regent::testing
