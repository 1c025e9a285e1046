// A node of a later release, as far as an older one can tell: its claims carry a format that is one newer than this
// build's, and it understands them. `regent serve` has no such thing.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/record.h"
#include "tests/support/wrapped_node.h"

namespace regent::testing {
namespace {

std::string FormatField(int version) { return "\"claimFormat\":" + std::to_string(version); }

// A claim is known by its value: no schema's begins so.
void Restamp(int from, int to, Record* record) {
  const std::string sign = "{" + FormatField(from) + ",";
  if (record->value && record->value->rfind(sign, 0) == 0) {
    record->value->replace(0, sign.size(), "{" + FormatField(to) + ",");
  }
}

class NewerLog : public WrappedLog, private LogSink {
 public:
  using WrappedLog::WrappedLog;

  absl::Status StartReading(Offset from, LogSink* sink) override {
    sink_ = sink;
    return WrappedLog::StartReading(from, this);
  }
  void Append(absl::Span<const Record> records, AppendDone done) override {
    std::vector<Record> newer(records.begin(), records.end());
    for (Record& record : newer) Restamp(ClaimRecord::kFormatVersion, ClaimRecord::kFormatVersion + 1, &record);
    WrappedLog::Append(newer, std::move(done));
  }

 private:
  void OnRecord(LogRecord record) override {
    Restamp(ClaimRecord::kFormatVersion + 1, ClaimRecord::kFormatVersion, &record.record);
    sink_->OnRecord(std::move(record));
  }
  void OnCaughtUp(Offset next) override { sink_->OnCaughtUp(next); }
  void OnCopyRead() override { sink_->OnCopyRead(); }
  void OnReplaced(const absl::Status& what) override { sink_->OnReplaced(what); }
  void OnError(const absl::Status& status) override { sink_->OnError(status); }

  LogSink* sink_ = nullptr;
};

}  // namespace
}  // namespace regent::testing

int main(int argc, char** argv) {
  return regent::testing::RunWrappedNode(argc, argv,
                                         [](std::unique_ptr<regent::Log> log) -> std::unique_ptr<regent::Log> {
                                           return std::make_unique<regent::testing::NewerLog>(std::move(log));
                                         });
}
