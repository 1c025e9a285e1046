// One subject at one moment: its versions and what they hold.
#pragma once

#include "base/ids.h"
#include "store/version_list.h"

namespace regent {

// A change makes a new view: whoever holds an old one sees that it is old by comparing pointers.
struct SubjectView {
  VersionList versions;  // never empty

  const VersionEntry* Find(Version version) const { return versions.Find(version); }
  const VersionEntry* LatestLive() const;
  Version Highest() const { return versions.back().version; }
  bool AnyLive() const { return LatestLive() != nullptr; }
};

}  // namespace regent
