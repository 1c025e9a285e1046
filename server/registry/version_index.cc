#include "server/registry/version_index.h"

#include <algorithm>
#include <utility>

namespace regent {

std::vector<Version> VersionIndex::Find(const SubjectView& view, By by, uint64_t key, const KeysOf& keys_of) {
  const uint64_t id = uint64_t{view.versions.line()} << 1 | static_cast<uint64_t>(by);
  const std::shared_ptr<Learnt> learnt = LearntOf(id);
  Version known_to;
  {
    MutexLock lock(&learnt->mutex);
    known_to = learnt->known_to;
  }
  std::vector<std::pair<Version, std::optional<Keys>>> news;
  for (auto it = view.versions.rbegin(); it != view.versions.rend() && it->version > known_to; ++it) {
    news.emplace_back(it->version, keys_of(*it));
  }
  std::vector<Version> found;
  {
    MutexLock lock(&learnt->mutex);
    for (const auto& [version, keys] : news) {
      if (!keys) learnt->without_keys.insert(version);
      for (const uint64_t each : keys.value_or(Keys())) learnt->by_key.insert({each, version});
      learnt->known_to = std::max(learnt->known_to, version);
    }
    for (auto it = learnt->by_key.lower_bound({key, Version()}); it != learnt->by_key.end() && it->first == key; ++it) {
      found.push_back(it->second);
    }
    found.insert(found.end(), learnt->without_keys.begin(), learnt->without_keys.end());
  }
  if (!news.empty()) Account(id, news.size());
  std::sort(found.begin(), found.end(), std::greater<>());
  return found;
}

std::shared_ptr<VersionIndex::Learnt> VersionIndex::LearntOf(uint64_t id) {
  MutexLock lock(&mutex_);
  const auto [it, is_new] = entries_.try_emplace(id);
  if (is_new) {
    by_use_.push_front({id, std::make_shared<Learnt>(), 0});
    it->second = by_use_.begin();
  } else {
    by_use_.splice(by_use_.begin(), by_use_, it->second);
  }
  return it->second->learnt;
}

void VersionIndex::Account(uint64_t id, size_t new_versions) {
  std::list<Entry> forgotten;  // destroyed after the lock
  MutexLock lock(&mutex_);
  const auto it = entries_.find(id);
  if (it == entries_.end()) return;
  it->second->versions += new_versions;
  versions_ += new_versions;
  while (versions_ > versions_max_ && by_use_.size() > 1) {
    versions_ -= by_use_.back().versions;
    entries_.erase(by_use_.back().id);
    forgotten.splice(forgotten.begin(), by_use_, std::prev(by_use_.end()));
  }
}

size_t VersionIndex::versions_known() const {
  MutexLock lock(&mutex_);
  return versions_;
}

}  // namespace regent
