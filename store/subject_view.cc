#include "store/subject_view.h"

namespace regent {

const VersionEntry* SubjectView::LatestLive() const {
  for (auto it = versions.rbegin(); it != versions.rend(); ++it) {
    if (!it->deleted) return &*it;
  }
  return nullptr;
}

}  // namespace regent
