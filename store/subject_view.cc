#include "store/subject_view.h"

#include <algorithm>

namespace regent {

const VersionEntry* SubjectView::Find(Version version) const {
  const auto it = std::lower_bound(versions.begin(), versions.end(), version,
                                   [](const VersionEntry& entry, Version wanted) { return entry.version < wanted; });
  return it != versions.end() && it->version == version ? &*it : nullptr;
}

const VersionEntry* SubjectView::LatestLive() const {
  for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
    if (!it->deleted) return &*it;
  }
  return nullptr;
}

}  // namespace regent
