// What an operator sees of a node's log, and can do when writes have stopped: the domain behind the Cluster service.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/ids.h"

namespace regent {

// Whether writes through this node's log are taken, and if not, why.
enum class WriteState {
  kAccepting,      // this node is primary, or follows a claim that is current
  kElecting,       // no primary is known; this ends by itself
  kForeignWriter,  // another registry wrote to the log after a claim: until ResumeWrites
  kUntrustedKeys,  // this node read some fenced record too late to know what it hid: until another node settles it, or
                   // ResumeWrites
  kLogReplaced,    // the log is not the one this state came from: until RestoreLog, or ResumeWrites that accepts it
  kLogUnavailable  // the log takes no writes; this ends by itself
};

struct WriteStatus {
  WriteState state = WriteState::kElecting;
  std::string reason;                 // in words, with what to do; empty when accepting
  std::vector<std::string> raw_keys;  // with kUntrustedKeys: which; the first hundred
};

struct LogFacts {
  Position position;  // up to here the state is applied
  Epoch epoch;        // of the claim that is current; 0: none
  // Of the state at `position`: equal positions with different hashes mean that a node is wrong. Empty where the node
  // is not ready.
  std::string state_hash;
  int64_t fenced = 0;           // data records that did not count, foreign ones included
  int64_t foreign = 0;          // of these, another registry's
  int64_t foreign_markers = 0;  // bare NOOPs of another registry: one was started on this log
  int64_t unreadable = 0;
  int64_t claims_refused = 0;
  int64_t unsettled = 0;  // keys whose last record does not count
  int64_t untrusted = 0;  // of these, keys whose state this node cannot know
  int64_t settled = 0;    // keys that this node settled as primary
};

struct ResumeWrites {
  // What the operator saw and has dealt with; refused when it is not what stops writes now.
  WriteState reason = WriteState::kForeignWriter;
  // With kLogReplaced: gives up the state, which may be the last copy, and takes what stands in the log now.
  bool accept_log = false;
};

// Thread-safe.
class RegistryAdmin {
 public:
  using Done = std::function<void(absl::Status)>;
  virtual ~RegistryAdmin() = default;

  virtual WriteStatus GetWriteStatus() const = 0;
  virtual LogFacts GetLogFacts() const = 0;

  // Lets writes go on. For kForeignWriter only the primary can (NOT_PRIMARY elsewhere); the claim it makes tells the
  // others. For the rest it concerns this node alone. REQUEST_INVALID when `reason` is not what stops writes.
  // `done` runs once, on any thread.
  virtual void Resume(const ResumeWrites& request, Done done) = 0;

  // After kLogReplaced: writes this node's whole state into the log that took the old one's place, ids kept, and goes
  // on there. Refused when that log holds anything already.
  virtual void RestoreLog(Done done) = 0;
};

}  // namespace regent
