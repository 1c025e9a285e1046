// What a read may ask to be true before it is answered.
#pragma once

#include "server/registry/registry.h"

namespace regent {

enum class Consistency {
  kLocal,         // what this node has applied
  kLinearizable,  // all that was acknowledged, anywhere, before the read was asked for
};

struct ReadOptions {
  Consistency consistency = Consistency::kLocal;
  Position min_position;  // no log id: none
  bool operator==(const ReadOptions&) const = default;
};

// Runs `done` when `registry` may answer the read: at once, before this returns, where nothing is asked. Errors are
// those of AwaitPosition and of a write. `registry` must be there until then.
void AwaitRead(Registry* registry, const CallContext& context, const ReadOptions& options, PositionDone done);

}  // namespace regent
