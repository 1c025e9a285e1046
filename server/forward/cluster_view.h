// The cluster as this node sees it: itself, and what the log says of the primary.
#pragma once

#include <string>
#include <utility>

#include "base/clock.h"
#include "base/mutex.h"
#include "server/registry/cluster.h"
#include "server/registry/local_registry.h"

namespace regent {

// Thread-safe. Owns nothing; what it is given outlives it.
class ClusterView : public Cluster {
 public:
  struct Options {
    // schema.registry.group.id: tells registries apart that share a Kafka cluster.
    std::string registry_id = "schema-registry";
  };

  ClusterView(Options options, const LocalRegistry* registry, const Clock* clock);

  // Who this node is, as soon as it is known.
  void SetSelf(NodeInfo self) {
    MutexLock lock(&mutex_);
    self_ = std::move(self);
  }

  ClusterStatus Status() const override;

 private:
  NodeInfo Self() const {
    MutexLock lock(&mutex_);
    return self_;
  }
  NodeStatus SelfStatus() const;
  void JudgeWrites(ClusterStatus* status) const;

  const Options options_;
  const LocalRegistry* const registry_;
  const Clock* const clock_;
  mutable Mutex mutex_;
  NodeInfo self_ GUARDED_BY(mutex_);
};

}  // namespace regent
