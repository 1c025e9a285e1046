// Who should claim the log next. A suggestion only: the log decides (docs/architecture.md).
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace regent {

// Called on the election's own thread, one at a time, never after Leave() returned. Must not block.
class ElectionListener {
 public:
  virtual ~ElectionListener() = default;
  virtual void ShouldClaim() = 0;
  virtual void ShouldResign() = 0;
  // The coordinator cannot be reached, and may have named another node by now. A primary goes on: the log tells when
  // another one took over. ShouldClaim or ShouldResign follows when the coordinator is back.
  virtual void ContactLost() = 0;
  // This node must not take part; nothing follows. The status says why and what to do.
  virtual void Rejected(const absl::Status& status) = 0;
};

struct ElectionDescription {
  std::string backend;               // "solo", "kafka"
  std::vector<std::string> members;  // as far as this node knows
  bool elected = false;              // the last suggestion to this node
};

// Thread-safe.
class Election {
 public:
  virtual ~Election() = default;
  // Once; `node` is the name under which the others see this one. Returns at once; a backend that can never work says
  // so here rather than through Rejected.
  virtual absl::Status Start(const std::string& node, ElectionListener* listener) = 0;
  // Takes no part for so long, e.g. because this node cannot lead now and another one may, and then again, as one that
  // has just come. Where this node was elected, ShouldResign follows and another node is named. Returns at once, and
  // may be called within a callback. Called again, the last pause counts: one of zero ends it, and is nothing where
  // there is none.
  virtual void Yield(std::chrono::milliseconds pause) = 0;
  // Gives the office back before a shutdown, so that another node is named at once. Blocks until no callback runs.
  virtual void Leave() = 0;
  virtual ElectionDescription Describe() const = 0;
};

}  // namespace regent
