// What a node shows of itself to Prometheus.
#pragma once

#include "server/registry/local_registry.h"
#include "server/rest/metrics.h"

namespace regent {

// Walks all subjects: some milliseconds for a hundred thousand.
NodeFigures FiguresOf(const LocalRegistry& registry);

}  // namespace regent
