// What a command is: its name, its words and flags, its manual, and what it does.
#pragma once

#include <string_view>
#include <vector>

#include "cli/arguments.h"

namespace regent::cli {

class Session;

// What scripts see. `check` in a build must not take an outage for an incompatible schema: hence kUnreachable.
enum class ExitCode {
  kOk = 0,
  kNo = 1,           // the answer is no: not found, incompatible, refused
  kUsage = 2,        // the command line or the configuration is wrong
  kUnreachable = 3,  // no answer could be had: no server reached, no primary, out of time
};

// A word that a command takes.
struct Operand {
  std::string_view name;
  bool required = true;
  bool repeated = false;  // any number of words, at the end
};

struct Command {
  std::string_view name;  // one or two words: "get", "config set"
  std::string_view summary;
  std::vector<Operand> operands;  // required ones first
  std::vector<Flag> flags;        // beside the global ones
  std::string_view manual;        // for `help`: what the summary does not say; lines of at most 80 columns
  ExitCode (*run)(Session& session);
};

// Understood by every command, before and after its name.
const std::vector<Flag>& GlobalFlags();

}  // namespace regent::cli
