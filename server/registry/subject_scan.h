// Walks the subjects of a state in the order of listings, without holding a lock over the walk.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/ids.h"
#include "store/state.h"

namespace regent {

struct SubjectRange {
  std::string context = "*";     // a context; "*": all of them
  std::string prefix;            // of the name, within the context
  std::optional<Subject> after;  // exclusive; nothing: from the first
};

// By context, default first, then by name; until `visit` says false. Sees each subject that stays throughout once;
// those that come or go meanwhile perhaps.
void ScanSubjects(const State& state, const SubjectRange& range,
                  const std::function<bool(const Subject&, const SubjectView&)>& visit);

}  // namespace regent
