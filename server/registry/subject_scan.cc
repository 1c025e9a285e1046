#include "server/registry/subject_scan.h"

namespace regent {
namespace {

constexpr size_t kBatch = 1024;

}  // namespace

void ScanSubjects(const State& state, const SubjectRange& range,
                  const std::function<bool(const Subject&, const SubjectView&)>& visit) {
  const bool one_context = range.context != "*";
  std::optional<Subject> after = range.after;
  if (one_context) {
    // Nothing before the prefix itself can match; it may be a name.
    const Subject first(range.context, range.prefix);
    if (!after || *after < first) {
      const auto view = state.FindSubject(first);
      if (view != nullptr && !visit(first, *view)) return;
      after = first;
    }
  }
  while (true) {
    const auto batch = state.SubjectsAfter(after, kBatch);
    for (const auto& [subject, view] : batch) {
      after = subject;
      const bool matches = subject.name.compare(0, range.prefix.size(), range.prefix) == 0;
      // Matches stand together.
      if (one_context && (subject.context != range.context || !matches)) return;
      if (matches && !visit(subject, *view)) return;
    }
    if (batch.size() < kBatch) return;
  }
}

}  // namespace regent
