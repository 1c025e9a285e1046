// The bytes of recent changes, made once for all who watch.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <deque>
#include <memory>

#include "base/mutex.h"
#include "server/registry/registry.h"

namespace regent {

// Thread-safe.
class EncodedEvents {
 public:
  using EventPtr = std::shared_ptr<const WatchEvent>;

  // A regent.v1.WatchEvent. Copies of a buffer share its bytes.
  grpc::ByteBuffer Of(const EventPtr& event);

 private:
  struct Entry {
    EventPtr event;
    grpc::ByteBuffer bytes;
  };

  Mutex mutex_;
  std::deque<Entry> recent_ GUARDED_BY(mutex_);  // the latest last
  size_t bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace regent
