// The keys whose last record does not count, by key and in the order of the log.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "base/ids.h"
#include "store/record.h"

namespace regent {

// A key whose last record does not count: compaction would keep only that record, so the primary writes the key's
// state again ("settles" it).
struct UnsettledKey {
  RecordKey key;
  Offset first_offset;  // of the first record since the key was last settled
  Offset last_offset;
  bool foreign = false;  // some record was another registry's
  bool trusted = true;   // false: some record was read late, so this node cannot know the key's state
  // Of the last record, where it is another registry's schema: what it says, and whether its id was above every id seen
  // before.
  std::optional<SchemaRecord> foreign_schema;
  bool fresh_id = false;
};

// A place in the order of the log; of one offset there may be several keys.
struct UnsettledPlace {
  Offset last_offset = kBeforeFirst;
  std::string raw_key;
};

// By raw key bytes. Whatever a flood of records leaves here, each further one costs the logarithm of it. Not
// thread-safe; can be moved.
class UnsettledKeys {
 public:
  // Null when it is not here. Until the next change.
  const UnsettledKey* Find(const std::string& raw_key) const;
  // In place of what it was before.
  void Put(const std::string& raw_key, UnsettledKey key);
  // What it was; nothing when it was not here.
  std::optional<UnsettledKey> Remove(const std::string& raw_key);
  void TrustAll();

  size_t size() const { return keys_.size(); }
  size_t untrusted() const { return untrusted_.size(); }
  const std::map<std::string, UnsettledKey>& all() const { return keys_; }
  // Trusted ones behind a place, up to `limit`.
  std::vector<UnsettledPlace> TrustedAfter(const UnsettledPlace& place, size_t limit) const;
  // Up to `limit` of those that are not trusted.
  std::vector<std::string> Untrusted(size_t limit) const;

 private:
  using Keys = std::map<std::string, UnsettledKey>;
  void Enlist(const Keys::value_type& entry);
  void Delist(const Keys::value_type& entry);

  Keys keys_;
  // Both refer to the texts of keys_, whose nodes stay where they are.
  absl::btree_set<std::pair<Offset, std::string_view>> trusted_;
  absl::btree_set<std::string_view> untrusted_;
};

}  // namespace regent
