#include "cli/watch_dump.h"

#include <utility>
#include <variant>

namespace regent::cli {
namespace {

class Gatherer {
 public:
  Gatherer(const client::RegistryClient* client, std::chrono::milliseconds timeout, DumpSpool* spool)
      : client_(client), timeout_(timeout), spool_(spool) {}

  absl::Status Run(const std::function<void(int64_t)>& told) {
    const auto stream = client_->Watch({.from = client::WatchRequest::From::kSnapshot});
    if (!stream.ok()) return stream.status();
    while (true) {
      const auto event = (*stream)->Next(timeout_);
      if (!event.ok()) return event.status();
      const absl::Status status = std::visit([this](const auto& what) { return Take(what); }, event->what);
      if (!status.ok()) return status;
      told(static_cast<int64_t>(spool_->schemas()));
      // What was told before may be from before or after a change meanwhile; with all changes up to here it is whole.
      if (until_ && event->position.log_id == until_->log_id && event->position.offset >= until_->offset) {
        return absl::OkStatus();
      }
    }
  }

 private:
  absl::Status Take(const client::SnapshotBegins&) {
    spool_->Clear();
    until_.reset();
    return absl::OkStatus();
  }

  absl::Status Take(const client::SchemaVersionChange& change) {
    if (!change.now) {
      spool_->Remove(change.subject, change.version);
      return absl::OkStatus();
    }
    const client::SchemaVersion& now = *change.now;
    return spool_->Put(DumpSchema{.subject = now.subject,
                                  .version = now.version,
                                  .id = now.stored->id,
                                  .deleted = now.deleted,
                                  .guid = now.stored->hash,
                                  .content = now.stored->content});
  }

  absl::Status Take(const client::ConfigChange& change) {
    if (change.now) {
      spool_->Put(DumpConfig{change.target, *change.now});
    } else {
      spool_->RemoveConfig(change.target);
    }
    return absl::OkStatus();
  }

  absl::Status Take(const client::ModeChange& change) {
    if (change.now) {
      spool_->Put(DumpMode{change.target, *change.now});
    } else {
      spool_->RemoveMode(change.target);
    }
    return absl::OkStatus();
  }

  // All of the snapshot was read by now: what a watch that begins now has behind it is the end of what it may hold.
  absl::Status Take(const client::CaughtUp&) {
    const auto now = client_->Watch({.from = client::WatchRequest::From::kNow});
    if (!now.ok()) return now.status();
    const auto first = (*now)->Next(timeout_);
    if (!first.ok()) return first.status();
    until_ = first->position;
    return absl::OkStatus();
  }

  static absl::Status Take(const client::Heartbeat&) { return absl::OkStatus(); }

  const client::RegistryClient* const client_;
  const std::chrono::milliseconds timeout_;
  DumpSpool* const spool_;
  std::optional<Position> until_;  // nothing before the end of the snapshot
};

}  // namespace

absl::Status GatherFromWatch(const client::RegistryClient& client, std::chrono::milliseconds timeout, DumpSpool* spool,
                             const std::function<void(int64_t)>& told) {
  return Gatherer(&client, timeout, spool).Run(told);
}

}  // namespace regent::cli
