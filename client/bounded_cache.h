// A cache that never holds more than its bytes: what was used longest ago goes first.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <iterator>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "base/mutex.h"

namespace regent::client {

// Thread-safe; nothing blocks for longer than a few pointers take to turn. `Value` should be cheap to copy: a pointer.
// Does not own the clock.
template <typename Value>
class BoundedCache {
 public:
  // Shared out among the shards: an entry larger than a shard is not kept.
  BoundedCache(size_t bytes_max, const Clock* clock) : shard_bytes_max_(bytes_max / kShards), clock_(clock) {}

  // Nothing for an unknown key and for one whose time is up.
  std::optional<Value> Get(std::string_view key) {
    Shard& shard = ShardOf(key);
    MutexLock lock(&shard.mutex);
    const auto found = shard.index.find(key);
    if (found == shard.index.end()) return std::nullopt;
    if (found->second->expires != SteadyTime::max() && found->second->expires <= clock_->Now()) {
      DropLocked(shard, found->second);
      return std::nullopt;
    }
    shard.entries.splice(shard.entries.begin(), shard.entries, found->second);
    return found->second->value;
  }

  // `bytes` is what the value takes; the key and the bookkeeping are added to it.
  void Put(std::string key, Value value, size_t bytes, SteadyTime expires = SteadyTime::max()) {
    const size_t total = bytes + key.size() + kEntryBytes;
    Shard& shard = ShardOf(key);
    MutexLock lock(&shard.mutex);
    if (const auto found = shard.index.find(std::string_view(key)); found != shard.index.end()) {
      DropLocked(shard, found->second);
    }
    if (total > shard_bytes_max_) return;
    while (shard.bytes + total > shard_bytes_max_) DropLocked(shard, std::prev(shard.entries.end()));
    shard.entries.push_front(Entry{std::move(key), std::move(value), total, expires});
    shard.index.emplace(shard.entries.front().key, shard.entries.begin());
    shard.bytes += total;
  }

  void Erase(std::string_view key) {
    Shard& shard = ShardOf(key);
    MutexLock lock(&shard.mutex);
    if (const auto found = shard.index.find(key); found != shard.index.end()) DropLocked(shard, found->second);
  }

  void Clear() {
    for (Shard& shard : shards_) {
      MutexLock lock(&shard.mutex);
      shard.index.clear();
      shard.entries.clear();
      shard.bytes = 0;
    }
  }

  // What all entries take now.
  size_t bytes() const {
    size_t sum = 0;
    for (const Shard& shard : shards_) {
      MutexLock lock(&shard.mutex);
      sum += shard.bytes;
    }
    return sum;
  }

 private:
  // A list node and a map node with their allocators' share.
  static constexpr size_t kEntryBytes = 192;
  static constexpr size_t kShards = 8;

  struct Entry {
    std::string key;
    Value value;
    size_t bytes;
    SteadyTime expires;
  };
  using Entries = std::list<Entry>;

  struct Shard {
    mutable Mutex mutex;
    Entries entries GUARDED_BY(mutex);  // the one used last comes first
    std::unordered_map<std::string_view, typename Entries::iterator> index GUARDED_BY(mutex);  // keys live in entries
    size_t bytes GUARDED_BY(mutex) = 0;
  };

  static void DropLocked(Shard& shard, typename Entries::iterator entry) REQUIRES(shard.mutex) {
    shard.bytes -= entry->bytes;
    shard.index.erase(std::string_view(entry->key));
    shard.entries.erase(entry);
  }

  Shard& ShardOf(std::string_view key) { return shards_[std::hash<std::string_view>()(key) / 7 % kShards]; }

  const size_t shard_bytes_max_;
  const Clock* const clock_;
  std::array<Shard, kShards> shards_;
};

}  // namespace regent::client
