#include "server/registry/await_read.h"

#include <utility>

namespace regent {

void AwaitRead(Registry* registry, const CallContext& context, const ReadOptions& options, PositionDone done) {
  if (options.consistency == Consistency::kLinearizable) {
    registry->Write(context, ReadBarrier{},
                    [registry, context, minimum = options.min_position,
                     done = std::move(done)](absl::StatusOr<WriteResult> barrier) mutable {
                      if (!barrier.ok()) return done(barrier.status());
                      // Whatever the client has seen was acknowledged before; what is left to check is the log.
                      if (!minimum.log_id.empty() && minimum.log_id != barrier->position.log_id) {
                        return registry->AwaitPosition(context, minimum, std::move(done));
                      }
                      Position position = barrier->position;
                      if (!minimum.log_id.empty() && minimum.offset > position.offset) position = minimum;
                      registry->AwaitPosition(context, position, std::move(done));
                    });
    return;
  }
  if (options.min_position.log_id.empty()) return done(absl::OkStatus());
  registry->AwaitPosition(context, options.min_position, std::move(done));
}

}  // namespace regent
