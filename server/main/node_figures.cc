#include "server/main/node_figures.h"

namespace regent {
namespace {

std::string TypeName(const SchemaContent& content) {
  return content.type == SchemaType::kOther ? content.other_type : std::string(SchemaTypeName(content.type));
}

void CountVersions(const State& state, NodeFigures* figures) {
  constexpr size_t kBatch = 1000;
  std::optional<Subject> after;
  while (true) {
    const auto batch = state.SubjectsAfter(after, kBatch);
    for (const auto& [subject, view] : batch) {
      after = subject;
      if (view->AnyLive()) ++figures->subjects;
      for (const VersionEntry& entry : view->versions) {
        ++(entry.deleted ? figures->versions_deleted : figures->versions)[TypeName(entry.stored->content)];
      }
    }
    if (batch.size() < kBatch) return;
  }
}

}  // namespace

NodeFigures FiguresOf(const LocalRegistry& registry) {
  const State& state = registry.state();
  const StateCounters counters = state.counters();
  NodeFigures figures;
  figures.ready = registry.Ready().ok();
  figures.role = std::string(RoleName(registry.gate().role()));
  figures.epoch = state.current_claim().epoch.value();
  figures.applied = state.applied().value();
  figures.fenced = counters.fenced;
  figures.foreign = counters.foreign;
  figures.unreadable = counters.unreadable;
  figures.id_clashes = counters.id_clashes;
  CountVersions(state, &figures);
  return figures;
}

}  // namespace regent
