// Which requests were done already, so that a retry gets the first answer instead of being done again.
//
// Every record of a write carries the write's request id in a header, and where there are several, its number and how
// many there are ("ID 2/5"): a node that became primary meanwhile knows from the log alone whether all of it was done.
// Beside the state, not part of it: bounded, and forgotten where the log was compacted.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "server/registry/write_operation.h"
#include "store/state.h"

namespace regent {

// Thread-safe. `state` outlives it.
class RequestMemory {
 public:
  struct Options {
    size_t max_requests = 10000;
  };

  RequestMemory(Options options, const State* state) : options_(options), state_(state) {}

  // The header of the `number`-th (from 1) of `count` records.
  static std::string Header(const std::string& request_id, size_t number, size_t count);

  // From the thread that applies the log, after the state holds the record.
  void OnApplied(const Applied& applied);
  // What this node answered. `command` is the index of the command in WriteCommand.
  void Remember(const std::string& request_id, size_t command, const WriteResult& result);
  // What was answered first, or would have been: an answer that this node did not give is made up from the records, and
  // lacks what they do not tell (the old configuration or mode of a delete). REQUEST_INVALID where the id was used for
  // another kind of command.
  std::optional<WriteAnswer> Find(const std::string& request_id, size_t command) const;

 private:
  struct Entry {
    std::set<size_t> seen;  // of its records
    size_t count = 0;       // of records; 0: none was seen
    std::vector<RecordKey> keys;
    Offset offset = kBeforeFirst;
    std::shared_ptr<const SubjectConfig> config;
    std::optional<Mode> mode;
    // Answered by this node:
    std::optional<size_t> command;
    std::optional<WriteResult> result;
  };

  Entry& EntryOf(const std::string& request_id) REQUIRES(mutex_);
  std::optional<WriteAnswer> FromRecords(const Entry& entry, size_t command) const;

  const Options options_;
  const State* const state_;
  mutable Mutex mutex_;
  std::unordered_map<std::string, Entry> entries_ GUARDED_BY(mutex_);
  std::deque<std::string> by_age_ GUARDED_BY(mutex_);
};

// `operation`, but answered from `memory` where the request was done before; looked up before it prepares, and again
// with its holds, so that a retry that comes while the first is under way waits for it.
std::unique_ptr<WriteOperation> OncePerRequest(std::unique_ptr<WriteOperation> operation, const RequestMemory* memory,
                                               std::string request_id, size_t command);

}  // namespace regent
