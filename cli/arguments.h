// The words of one command, told apart: flags, their values, and the rest.
//
// `--flag value` and `--flag=value` mean the same; a switch takes no value, or `=true` and `=false`. Flags may stand
// between and after the other words; `--` ends them. `-` and what looks like a negative number are ordinary words.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace regent::cli {

struct Flag {
  std::string_view name;        // without the dashes
  std::string_view value_name;  // how help calls the value; empty: a switch
  std::string_view help;
  bool repeated = false;
};

// What a command line said. Immutable.
class Arguments {
 public:
  // REQUEST_INVALID, in words for the person who typed it: an unknown flag (with the nearest known one), a missing or
  // unwanted value, a flag given twice.
  static absl::StatusOr<Arguments> Parse(absl::Span<const std::string> words, absl::Span<const Flag> flags);

  const std::vector<std::string>& words() const { return words_; }
  bool Has(std::string_view flag) const;
  // The value of a flag that was given; of a switch, "true" or "false".
  std::optional<std::string> Value(std::string_view flag) const;
  // In the order given.
  std::vector<std::string> Values(std::string_view flag) const;
  // A switch that is on.
  bool IsOn(std::string_view flag) const { return Value(flag) == "true"; }

 private:
  absl::Status Add(const Flag& flag, std::string value);

  std::vector<std::string> words_;
  std::map<std::string, std::vector<std::string>, std::less<>> flags_;
};

// The candidate with the fewest typing mistakes in `word`, or nothing when none is near.
std::optional<std::string_view> Nearest(std::string_view word, absl::Span<const std::string_view> candidates);

// "true", "false", "yes", "no", "on", "off"; nothing otherwise.
std::optional<bool> ParseBool(std::string_view text);

// Digits only, from 1 to the largest int32.
std::optional<int32_t> ParsePositive(std::string_view text);

}  // namespace regent::cli
