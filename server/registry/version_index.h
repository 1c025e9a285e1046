// Finds versions of subjects that have very many by what they hold, without looking at each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "store/subject_view.h"

namespace regent {

// Learns what it is asked for: the first question about a subject looks at all its versions, each later one at those
// that came since. It is a memory only: whoever asks looks at what he is given, as it may be gone or changed.
// Thread-safe.
class VersionIndex {
 public:
  // Below this it costs more to ask than to look at each.
  static constexpr size_t kWorthwhile = 16;

  // What is found separately.
  enum class By : uint8_t { kHash, kMeaning };
  using Keys = std::vector<uint64_t>;
  // The keys under which a version is found. Nothing where they cannot be told: it is then among what is found always.
  // Depends on what the version holds and nothing else. No lock is held meanwhile.
  using KeysOf = std::function<std::optional<Keys>(const VersionEntry&)>;

  // Forgets subjects that were not asked about for long when it would know more versions than this.
  explicit VersionIndex(size_t versions_max) : versions_max_(versions_max) {}

  // Newest first: every version of `view` that has `key`, and perhaps others. `view` has more than one version.
  std::vector<Version> Find(const SubjectView& view, By by, uint64_t key, const KeysOf& keys_of);

  size_t versions_known() const;

 private:
  struct Learnt {
    Mutex mutex;
    Version known_to GUARDED_BY(mutex);
    absl::btree_set<std::pair<uint64_t, Version>> by_key GUARDED_BY(mutex);
    absl::btree_set<Version> without_keys GUARDED_BY(mutex);
  };
  // Of one line of version lists, by one By.
  struct Entry {
    uint64_t id = 0;
    std::shared_ptr<Learnt> learnt;
    size_t versions = 0;
  };

  std::shared_ptr<Learnt> LearntOf(uint64_t id);
  void Account(uint64_t id, size_t new_versions);

  const size_t versions_max_;
  mutable Mutex mutex_;
  std::list<Entry> by_use_ GUARDED_BY(mutex_);  // the latest first
  absl::flat_hash_map<uint64_t, std::list<Entry>::iterator> entries_ GUARDED_BY(mutex_);
  size_t versions_ GUARDED_BY(mutex_) = 0;
};

}  // namespace regent
