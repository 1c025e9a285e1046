// One subject at one moment: its versions and what they hold.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/container/inlined_vector.h"
#include "base/ids.h"
#include "base/stored_schema.h"

namespace regent {

struct VersionEntry {
  Version version;
  bool deleted = false;
  std::shared_ptr<const StoredSchema> stored;
  int64_t timestamp_ms = 0;
  Offset offset = kBeforeFirst;
};

// A change makes a new view: whoever holds an old one sees that it is old by comparing pointers.
struct SubjectView {
  // Ascending; never empty. Most subjects of a large registry have one version, which then lies in the view itself.
  absl::InlinedVector<VersionEntry, 1> versions;

  const VersionEntry* Find(Version version) const;
  const VersionEntry* LatestLive() const;
  Version Highest() const { return versions.back().version; }
  bool AnyLive() const { return LatestLive() != nullptr; }
};

}  // namespace regent
