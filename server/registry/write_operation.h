// One write, from request to answer: what every use case of the registry implements.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "server/registry/hold_table.h"
#include "server/registry/registry.h"
#include "store/log.h"

namespace regent {

using WriteAnswer = absl::StatusOr<WriteResult>;

// What to do next with an operation.
struct WriteStep {
  enum class Kind {
    kAnswer,        // done: `answer`
    kAppend,        // append `records`, in this order, and come back when they were read back
    kPrepareAgain,  // what Prepare() saw is no longer so
  } kind = Kind::kAnswer;
  WriteAnswer answer = absl::UnknownError("no answer");
  std::vector<Record> records;
  // Some record may remove a schema from the log: the highest ids must be claimed first, or one could be given out
  // again.
  bool removes_schema = false;

  static WriteStep Answer(WriteAnswer answer) { return {.kind = Kind::kAnswer, .answer = std::move(answer)}; }
  static WriteStep Append(std::vector<Record> records, bool removes_schema = false) {
    return {.kind = Kind::kAppend, .records = std::move(records), .removes_schema = removes_schema};
  }
  static WriteStep PrepareAgain() { return {.kind = Kind::kPrepareAgain}; }
};

// The pipeline calls these one at a time, on changing threads. All may be called again: an operation whose records did
// not count is decided afresh from its request, so every step starts from the state and every prefix of its records is
// legal.
class WriteOperation {
 public:
  virtual ~WriteOperation() = default;
  // False for what only asks where the log ends: it goes on while writes are stopped.
  virtual bool IsChange() const { return true; }
  // Looks at the state, parses and compares; holds nothing, may take milliseconds. An answer ends the operation.
  virtual std::optional<WriteAnswer> Prepare() = 0;
  // What must not change between Decide() and the read-back. After Prepare().
  virtual std::vector<HoldKey> Holds() const = 0;
  // With the holds: sees applied state only, takes microseconds.
  virtual WriteStep Decide() = 0;
  // All records so far were read back and count; `position` is that of the last one. Called again where the records it
  // asks for had to wait for a new claim, so it looks at the state and not at what it asked for before.
  virtual WriteStep AfterReadBack(const Position& position) = 0;
};

}  // namespace regent
