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
      // What was told up to here is what was there at this position.
      if (std::holds_alternative<client::CaughtUp>(event->what)) return TakeRest(event->position);
    }
  }

 private:
  absl::Status Take(const client::SnapshotBegins&) {
    spool_->Clear();
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

  // What no watch tells, as it is at once after that.
  absl::Status TakeRest(const Position& position) {
    const client::RegistryClient client = client_->At(position);
    const auto contexts = client.ListContexts();
    if (!contexts.ok()) return contexts.status();
    const auto highest = client.HighestIds();
    if (!highest.ok()) return highest.status();
    for (const std::string& context : *contexts) {
      const auto id = highest->find(context);
      // The default one is always there.
      if (id == highest->end() && context == kDefaultContext) continue;
      spool_->Put(DumpContext{context, id == highest->end() ? SchemaId() : id->second});
    }
    const auto associations = client.ListAssociations();
    if (!associations.ok()) return associations.status();
    for (const Association& association : *associations) spool_->Put(DumpAssociation{association});
    return absl::OkStatus();
  }

  static absl::Status Take(const client::CaughtUp&) { return absl::OkStatus(); }
  static absl::Status Take(const client::Heartbeat&) { return absl::OkStatus(); }

  const client::RegistryClient* const client_;
  const std::chrono::milliseconds timeout_;
  DumpSpool* const spool_;
};

}  // namespace

absl::Status GatherFromWatch(const client::RegistryClient& client, std::chrono::milliseconds timeout, DumpSpool* spool,
                             const std::function<void(int64_t)>& told) {
  return Gatherer(&client, timeout, spool).Run(told);
}

}  // namespace regent::cli
