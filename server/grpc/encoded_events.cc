#include "server/grpc/encoded_events.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "regent/v1/watch.pb.h"
#include "server/convert/watch.h"
#include "server/grpc/messages.h"

namespace regent {
namespace {

// Those who keep up ask for the last few; who is behind has its own made.
constexpr size_t kMaxEvents = 64;
constexpr size_t kMaxBytes = 4u << 20;

bool IsBefore(const Position& a, const Position& b) { return a.log_id == b.log_id && a.offset < b.offset; }

// What a snapshot tells is made for one watch, and nobody else will ask for it.
bool IsForAll(const WatchEvent& event) {
  return !event.position.log_id.empty() && !std::holds_alternative<CaughtUp>(event.what);
}

}  // namespace

grpc::ByteBuffer EncodedEvents::Of(const EventPtr& event) {
  const bool for_all = IsForAll(*event);
  // Made with the lock held: the others want the same, and would make it again meanwhile.
  MutexLock lock(&mutex_);
  if (for_all) {
    const auto known =
        std::find_if(recent_.rbegin(), recent_.rend(), [&](const Entry& entry) { return entry.event == event; });
    if (known != recent_.rend()) return known->bytes;
  }
  v1::WatchEvent proto;
  ToProto(*event, &proto);
  grpc::ByteBuffer bytes;
  Serialize(proto, &bytes);
  // Not an old one: it would push out what the others are about to ask for.
  if (!for_all || (!recent_.empty() && IsBefore(event->position, recent_.back().event->position))) return bytes;
  bytes_ += bytes.Length();
  recent_.push_back({event, bytes});
  while (recent_.size() > kMaxEvents || (bytes_ > kMaxBytes && recent_.size() > 1)) {
    bytes_ -= recent_.front().bytes.Length();
    recent_.pop_front();
  }
  return bytes;
}

}  // namespace regent
