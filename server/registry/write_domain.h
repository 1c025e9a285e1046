// What the write operations work on, and the little that several of them share.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/mutex.h"
#include "server/registry/effective_config.h"
#include "server/registry/schema_catalog.h"
#include "server/registry/unfinished_deletes.h"
#include "store/state.h"

namespace regent {

// Hands out ids above every id that was ever seen. Gaps are harmless, repeats are not. Thread-safe.
class IdAllocator {
 public:
  explicit IdAllocator(const State* state) : state_(state) {}
  // False only for an id that no write of this node can carry.
  bool MayHaveHandedOut(const std::string& context, SchemaId id) const;

  // The ids that one operation gives out. Until it ends, no other takes them.
  class Lease {
   public:
    explicit Lease(IdAllocator* ids) : ids_(ids) {}
    ~Lease() { Release(); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    // A new one; 0 when there is none left.
    SchemaId Next(const std::string& context);
    // This one; false while another operation has it: its outcome decides.
    bool Take(const std::string& context, SchemaId id);

   private:
    void Release();
    IdAllocator* const ids_;
    std::string context_;
    SchemaId id_;
  };

 private:
  // Ids of one context. Old ones are forgotten, and count as handed out.
  struct HandedOut {
    SchemaId last;
    std::set<SchemaId> recent;
  };
  static constexpr size_t kRemembered = 20000;

  void RememberLocked(const std::string& context, SchemaId id) REQUIRES(mutex_);

  const State* const state_;
  mutable Mutex mutex_;
  std::map<std::string, HandedOut> contexts_ GUARDED_BY(mutex_);
  std::set<std::pair<std::string, SchemaId>> leased_ GUARDED_BY(mutex_);
};

// The id of the log that the state came from: another one, once the log was replaced and restored or accepted.
class CurrentLogId {
 public:
  explicit CurrentLogId(const State* state) : state_(state) {}
  operator std::string() const { return state_->log_id(); }  // as text, wherever a text is wanted

 private:
  const State* state_;
};

// Not owned; outlives every operation.
struct WriteDomain {
  const State* state;
  const SchemaCatalog* catalog;
  IdAllocator* ids;
  RegistryDefaults defaults;
  CurrentLogId log_id;
  const UnfinishedDeletes* unfinished_deletes;
  const Clock* clock;
};

// Names of what operations hold.
std::string SubjectHold(const Subject& subject);
std::string ContentHold(const std::string& context, SchemaType type, const ContentHash& hash);
std::string ContextHold(const std::string& context);
std::string ConfigHold(const std::optional<Subject>& target);

// Tombstones for every spelling under which `key` has a value.
void AppendTombstones(const State& state, const RecordKey& key, std::vector<Record>* records);
RecordKey SchemaKey(const Subject& subject, Version version);

}  // namespace regent
