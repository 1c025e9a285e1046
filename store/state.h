// Everything a node knows: the fold of the log, kept in memory, read by everybody.
//
// One thread applies records; any thread reads. What readers get is immutable and shared, so that no lock outlives a
// look-up. No clock, no randomness and no parsing of schema text: the same records make the same state on every node.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/container/node_hash_map.h"
#include "absl/hash/hash.h"
#include "base/mutex.h"
#include "base/stored_schema.h"
#include "store/association_table.h"
#include "store/claim_tracker.h"
#include "store/log.h"
#include "store/record.h"
#include "store/schema_uses.h"
#include "store/state_digest.h"
#include "store/subject_view.h"
#include "store/unsettled_keys.h"

namespace regent {

// The record that keeps `stored` as it is, its hash included: one that other registries froze cannot be computed.
SchemaRecord RecordOf(const StoredSchema& stored, bool deleted);

// What became of one record.
struct Applied {
  Offset offset;
  Verdict verdict = Verdict::kFenced;
  bool understood = true;  // false: skipped, nothing below is set
  RecordKey key;
  std::string raw_key;
  std::string claim_token;  // under which it was written; of a claim: its own
  std::string request_id;
  bool late = false;  // as Apply() was told
};

// Whether a record was read soon enough after its append to know what else the log held then. The cleaner of a log
// keeps the last record of a key, whether it counts or not: who reads a fenced record too late may never have seen the
// one that it hides.
enum class Reading { kInTime, kLate };

struct StateCounters {
  int64_t fenced = 0;           // data records that did not count, foreign ones included
  int64_t foreign = 0;          // of these, without a token
  int64_t unreadable = 0;       // keys or values not understood
  int64_t id_clashes = 0;       // history records that gave a living id another text, ignored
  int64_t foreign_markers = 0;  // bare NOOPs of another registry after a claim
  int64_t claims_refused = 0;
  int64_t unsettled = 0;  // keys, now
  int64_t untrusted = 0;  // of these
};

class State {
 public:
  explicit State(std::string log_id);

  // --- for the one thread that applies the log -------------------------------------------------------------------
  Applied Apply(const LogRecord& record, Reading reading = Reading::kInTime);
  // Becomes what `other` is, which was read from this log, or another, from the start, and leaves there what this was.
  // A reader who looks up several things meanwhile may see some of both; the position is the new one once all is.
  void Become(State&& other);
  // Takes every key as this node knows it, on an operator's word.
  void TrustAll();

  // --- for everybody ---------------------------------------------------------------------------------------------
  // What a record for this key must hold to leave the state as it is: the value, or a Tombstone.
  RecordValue ValueOf(const RecordKey& key) const;
  // By raw key bytes.
  std::map<std::string, UnsettledKey> unsettled() const;
  std::optional<UnsettledKey> FindUnsettled(const std::string& raw_key) const;
  // See UnsettledKeys.
  std::vector<UnsettledPlace> UnsettledAfter(const UnsettledPlace& place, size_t limit) const;
  std::vector<std::string> UntrustedKeys(size_t limit) const;
  bool AnyUnsettled() const { return unsettled_count_.load(std::memory_order_acquire) > 0; }
  bool AnyUntrusted() const { return untrusted_count_.load(std::memory_order_acquire) > 0; }
  // Up to which version the DELETE_SUBJECT with this raw key hides; nothing when none stands in the log.
  std::optional<Version> HiddenUpTo(const std::string& raw_key) const;
  // The raw SCHEMA keys that the CLEAR_SUBJECT with this raw key removed and that have no value now.
  std::vector<std::pair<Subject, std::string>> ClearedBy(const std::string& raw_key) const;
  std::shared_ptr<const StoredSchema> FindById(const std::string& context, SchemaId id) const;
  // In the default context if it is there, else in the first by name.
  std::shared_ptr<const StoredSchema> FindByGuid(const ContentHash& hash) const;
  std::shared_ptr<const StoredSchema> FindByContent(const std::string& context, SchemaType type,
                                                    const ContentHash& hash) const;
  // Null when the subject has no version, not even a deleted one.
  std::shared_ptr<const SubjectView> FindSubject(const Subject& subject) const;
  // Null when there is none of its own. No subject: the global one.
  std::shared_ptr<const SubjectConfig> FindConfig(const std::optional<Subject>& target) const;
  std::optional<Mode> FindMode(const std::optional<Subject>& target) const;
  // Who has a configuration, or a mode, of its own; nothing stands for the global one.
  std::vector<std::optional<Subject>> ConfigTargets() const;
  std::vector<std::optional<Subject>> ModeTargets() const;
  // Up to `limit` subjects after `after` in the order of contexts (default first) and names.
  std::vector<std::pair<Subject, std::shared_ptr<const SubjectView>>> SubjectsAfter(const std::optional<Subject>& after,
                                                                                    size_t limit) const;
  // Every raw spelling under which `key` has a value now; the canonical one alone, in most logs. To remove the value,
  // all of them are tombstoned in this order: the one that says what the key says is the last, so that none of the
  // others is uncovered half way.
  std::vector<std::string> RawKeysOf(const RecordKey& key) const;
  // Versions, deleted ones included, that refer to this one.
  std::vector<std::pair<Subject, Version>> ReferrersOf(const Subject& subject, Version version) const;
  // Versions, deleted ones included, that have this id.
  std::vector<std::pair<Subject, Version>> UsesOf(const std::string& context, SchemaId id) const;
  // Those of them in this subject, ascending.
  std::vector<Version> UsesIn(const Subject& subject, SchemaId id) const;
  // The newest of them under the first subject that has one.
  std::optional<std::pair<Subject, Version>> FirstUseOf(const std::string& context, SchemaId id) const;
  std::vector<std::string> Contexts() const;  // default first
  // By resource name, then by what else makes their keys.
  std::vector<std::shared_ptr<const Association>> Associations(const AssociationFilter& filter) const;
  // Rises with every change of any configuration or mode.
  uint64_t config_revision() const { return config_revision_.load(std::memory_order_acquire); }
  // The last record applied, and the log it stands in.
  Position position() const;
  Offset applied() const { return Offset(applied_.load(std::memory_order_acquire)); }
  CurrentClaim current_claim() const;
  // See ClaimTracker.
  std::string Lineage() const;
  // What the next claim must say: see ClaimTracker.
  Epoch NextEpoch() const;
  std::map<std::string, SchemaId> HighIds() const;
  SchemaId HighId(const std::string& context) const;
  bool MarksClaimed() const;
  int NewestClaimFormat() const;
  std::string log_id() const;
  // True after another registry's record, until a claim accepts it.
  bool ForeignWriter() const;
  Offset LastForeign() const;
  Offset AcceptedForeign() const;
  StateCounters counters() const;
  // Equal for equal states (see state_dump.h), with the position up to which it holds.
  std::pair<Position, std::string> Digest() const;
  // The keys of a type that have a value now, in order. Not for kSchema: see SubjectsAfter.
  std::vector<RecordKey> KeysOfType(KeyType type) const;

 private:
  using StoredPtr = std::shared_ptr<const StoredSchema>;
  using ViewPtr = std::shared_ptr<const SubjectView>;
  // What is kept for each schema is kept in few bytes: the maps below hold pointers, and find them by what they point
  // to.
  struct IdKey {
    std::string_view context;
    SchemaId id;
    bool operator==(const IdKey&) const = default;
    template <typename H>
    friend H AbslHashValue(H hash, const IdKey& key) {
      return H::combine(std::move(hash), key.context, key.id);
    }
  };
  struct ContentKey {
    ContentHash hash;
    SchemaType type;
    std::string_view context;
    bool operator==(const ContentKey&) const = default;
    template <typename H>
    friend H AbslHashValue(H hash, const ContentKey& key) {
      return H::combine(std::move(hash), key.hash, static_cast<int>(key.type), key.context);
    }
  };
  static IdKey KeyOf(const StoredPtr& stored, const IdKey*) { return {stored->context, stored->id}; }
  static ContentKey KeyOf(const StoredPtr& stored, const ContentKey*) {
    return {stored->hash, stored->content.type, stored->context};
  }
  template <typename Key>
  struct HashBy {
    using is_transparent = void;
    size_t operator()(const Key& key) const { return absl::Hash<Key>()(key); }
    size_t operator()(const StoredPtr& stored) const { return (*this)(KeyOf(stored, static_cast<Key*>(nullptr))); }
  };
  template <typename Key>
  struct EqualBy {
    using is_transparent = void;
    static const Key& Of(const Key& key) { return key; }
    static Key Of(const StoredPtr& stored) { return KeyOf(stored, static_cast<Key*>(nullptr)); }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return Of(a) == Of(b);
    }
  };
  template <typename Map>
  struct Sharded {
    static constexpr size_t kShards = 16;
    struct Shard {
      mutable SharedMutex mutex;
      Map map GUARDED_BY(mutex);
    };
    std::array<Shard, kShards> shards;
    // By the upper bits of the hash: the map goes by the others.
    template <typename Key>
    static size_t IndexOf(const Key& key) {
      return absl::Hash<Key>()(key) >> (sizeof(size_t) * 8 - 4);
    }
    template <typename Key>
    Shard& ShardOf(const Key& key) {
      return shards[IndexOf(key)];
    }
    template <typename Key>
    const Shard& ShardOf(const Key& key) const {
      return shards[IndexOf(key)];
    }
  };
  struct ByName {
    bool operator()(const Subject* a, const Subject* b) const { return *a < *b; }
  };
  // One raw spelling of a key and what it says.
  struct Spelling {
    Offset offset;
    int64_t timestamp_ms = 0;
    RecordValue value;
  };

  void ApplyValue(const LogRecord& record, const DecodedRecord& decoded, const std::string& canonical_key);
  void Unsettle(const LogRecord& record, const DecodedRecord& decoded, bool fresh_id, bool late);
  void UnsettleClearSubjects(Offset offset);
  void UnsettleUnreadable(const LogRecord& record, bool late);
  void Settle(const std::string& raw_key);
  void CountUnsettledLocked() REQUIRES(unsettled_mutex_);
  // Notes what one spelling of a key says; gives what the key says now, with the offset and time of that.
  Spelling Spell(const LogRecord& record, const DecodedRecord& decoded, const std::string& canonical_key);
  bool HasSpellings(const RecordKey& key) const;
  void SetLogical(const std::string& raw_key, const RecordKey& key, const RecordValue& value, Offset offset,
                  int64_t timestamp_ms);
  void SetSchema(const Subject& subject, Version version, const SchemaRecord& record, Offset offset,
                 int64_t timestamp_ms);
  void RemoveSchema(const Subject& subject, Version version);
  void ApplyDeleteSubject(const Subject& subject, Version up_to);
  void ApplyClearSubject(const std::string& raw_key, const std::optional<Subject>& scope);
  bool ClashesWithLivingId(const DecodedRecord& decoded) const;
  // The one object for this content, from now on used by the version.
  StoredPtr Intern(const Subject* subject, Version version, const SchemaRecord& record);
  // The version uses it no longer; who used it last is gone already.
  void Disuse(const StoredSchema& stored, const Subject& subject, Version version);
  void ForgetUnused(const StoredSchema& stored);
  // The subject's name, which stays where it is while the subject has a version; from now on it will.
  const Subject* Name(const Subject& subject);
  void PutView(const Subject& subject, ViewPtr view);
  // Around every change of what a key says.
  void DigestWithout(const RecordKey& key);
  void DigestWith(const RecordKey& key);
  void LinkReferences(const Subject& subject, Version version, const SchemaContent& content, bool add);

  mutable Mutex tracker_mutex_;
  ClaimTracker tracker_ GUARDED_BY(tracker_mutex_);
  int64_t claim_time_ms_ GUARDED_BY(tracker_mutex_) = 0;
  mutable Mutex unsettled_mutex_;
  UnsettledKeys unsettled_ GUARDED_BY(unsettled_mutex_);
  std::atomic<int64_t> unsettled_count_{0};
  std::atomic<int64_t> untrusted_count_{0};
  // Only for keys that were seen in another spelling than the canonical one: raw bytes -> what they say.
  mutable SharedMutex spellings_mutex_;
  std::map<RecordKey, std::map<std::string, Spelling>> spellings_ GUARDED_BY(spellings_mutex_);

  // Owns the names of subjects, which others refer to: each of these is looked at under its own lock, and gives a name
  // up before it goes here. No view: the first version is being put in.
  Sharded<absl::node_hash_map<Subject, ViewPtr>> subjects_;
  Sharded<absl::flat_hash_map<StoredPtr, SchemaUses, HashBy<IdKey>, EqualBy<IdKey>>> ids_;
  Sharded<absl::flat_hash_set<StoredPtr, HashBy<ContentKey>, EqualBy<ContentKey>>> contents_;

  mutable SharedMutex listing_mutex_;
  absl::btree_set<const Subject*, ByName> listing_ GUARDED_BY(listing_mutex_);
  absl::btree_map<std::string, int> subjects_per_context_ GUARDED_BY(listing_mutex_);
  absl::btree_set<std::string> declared_contexts_ GUARDED_BY(listing_mutex_);
  absl::flat_hash_map<std::pair<Subject, Version>, absl::btree_set<std::pair<Subject, Version>>> referrers_
      GUARDED_BY(listing_mutex_);
  // DELETE_SUBJECT keys that stand in the log, raw.
  std::map<std::string, Version> delete_subjects_ GUARDED_BY(listing_mutex_);
  // What CLEAR_SUBJECT keys that stand in the log removed: raw key -> version -> its raw keys.
  std::map<std::string, std::map<RecordKey, std::vector<std::string>>> cleared_ GUARDED_BY(listing_mutex_);
  AssociationTable associations_ GUARDED_BY(listing_mutex_);

  mutable SharedMutex config_mutex_;
  std::map<std::optional<Subject>, std::shared_ptr<const SubjectConfig>> configs_ GUARDED_BY(config_mutex_);
  std::map<std::optional<Subject>, Mode> modes_ GUARDED_BY(config_mutex_);
  StateCounters counters_ GUARDED_BY(config_mutex_);

  StateDigest digest_;  // of the applier
  std::pair<Offset, StateDigest> published_digest_ GUARDED_BY(tracker_mutex_){kBeforeFirst, {}};
  std::atomic<uint64_t> config_revision_{0};
  std::atomic<int64_t> applied_{-1};
};

}  // namespace regent
