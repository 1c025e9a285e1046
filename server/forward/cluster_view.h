// The cluster as this node sees it: itself, and what the log says of the primary.
#pragma once

#include <string>

#include "base/clock.h"
#include "server/registry/cluster.h"
#include "server/registry/local_registry.h"

namespace regent {

// Thread-safe once SetSelf was called. Owns nothing; what it is given outlives it.
class ClusterView : public Cluster {
 public:
  struct Options {
    std::string registry_id;  // schema.registry.group.id
  };

  ClusterView(Options options, const LocalRegistry* registry, const Clock* clock);

  // Who this node is; before anybody asks.
  void SetSelf(NodeInfo self) { self_ = std::move(self); }

  ClusterStatus Status() const override;

 private:
  NodeStatus SelfStatus() const;
  void JudgeWrites(ClusterStatus* status) const;

  const Options options_;
  const LocalRegistry* const registry_;
  const Clock* const clock_;
  NodeInfo self_;
};

}  // namespace regent
