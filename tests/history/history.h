// What clients asked of a registry and what they were told, with times: enough to judge afterwards, by itself.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace regent::history {

struct Operation {
  enum class Kind {
    kRegister,  // argument: the text. Answered: version and id
    kLookup,    // argument: the text. Answered: version and id, or not found
    kLatest,    // answered: version, id and text, or not found
  } kind = Kind::kRegister;
  enum class Result {
    kOk,
    kNotFound,
    kFailed,   // surely without effect
    kUnknown,  // it may have taken effect, or may yet
  } result = Result::kUnknown;
  enum class Read { kLinearizable, kDefault } read = Read::kLinearizable;

  int client = 0;
  int node = 0;  // who was asked
  std::string subject;
  std::string text;
  int version = 0;
  int id = 0;
  // When it was asked and answered, by one clock.
  int64_t call = 0;
  int64_t answer = std::numeric_limits<int64_t>::max();
  // Of a read: it was asked to be at least here; of every answer: what it was answered from. -1: none.
  int64_t min_position = -1;
  int64_t position = -1;

  bool operator==(const Operation&) const = default;
};

// One line for each operation: tab-separated fields under a first line that names them. Texts hold no tabs or ends of
// lines.
std::string ToText(const std::vector<Operation>& history);
// An error names the line.
absl::StatusOr<std::vector<Operation>> FromText(std::string_view text);

}  // namespace regent::history
