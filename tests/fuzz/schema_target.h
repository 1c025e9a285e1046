// A schema language under hostile text.
#pragma once

#include <string_view>

#include "schema/format.h"
#include "schema/logical/table_of.h"
#include "tests/fuzz/fuzz_input.h"

namespace regent::fuzz {

// Limits of a size that a fuzzer can reach.
inline FormatLimits Limits() {
  FormatLimits limits;
  limits.max_text_bytes = 64u << 10;
  limits.max_total_bytes = 128u << 10;
  limits.max_depth = 64;
  limits.max_comparison_steps = 20000;
  return limits;
}

// The text, and up to four references as name, text, name, text ... behind it.
inline void ParseOne(const Format& format, std::string_view input) {
  const std::vector<std::string_view> parts = Split(input, 9);
  std::vector<NamedSchema> references;
  for (size_t i = 1; i + 1 < parts.size(); i += 2) {
    references.push_back({std::string(parts[i]), std::string(parts[i + 1])});
  }
  for (const Validation validation : {Validation::kStrict, Validation::kLenient}) {
    const auto parsed = format.Parse(parts[0], references, validation, Limits());
    if (!parsed.ok()) continue;
    FUZZ_CHECK(format.Equivalent(**parsed, **parsed));
    const std::string normalized = (*parsed)->normalized();
    // What is stored is read again: it may be no other schema then, and a lenient reader may not refuse it.
    const auto again = format.Parse((*parsed)->canonical(), references, Validation::kLenient, Limits());
    if (!again.ok()) {
      // A canonical text may be longer than what was written.
      FUZZ_CHECK((*parsed)->canonical().size() > parts[0].size());
      continue;
    }
    FUZZ_CHECK((*again)->canonical() == (*parsed)->canonical());
    FUZZ_CHECK((*again)->normalized() == normalized);
    for (const char* dress : {"", "resolved", "serialized"}) format.Render(**parsed, dress).status().IgnoreError();
  }
}

// Two texts.
inline void CompareTwo(const Format& format, std::string_view input) {
  const std::vector<std::string_view> parts = Split(input, 2);
  const auto first = format.Parse(parts[0], {}, Validation::kLenient, Limits());
  if (!first.ok()) return;
  // What only a lenient reader takes, two fields of one number, say, need not agree with itself.
  const bool is_valid = format.Parse(parts[0], {}, Validation::kStrict, Limits()).ok();
  // Whatever has a table can go on as it is.
  const auto table = logical::TableOf(**first);
  if (table.ok()) FUZZ_CHECK(logical::CompareTables(*table, *table, Limits()).differences.empty());
  for (const CompatibilityPolicy policy : {CompatibilityPolicy::kStrict, CompatibilityPolicy::kLenient}) {
    const auto itself = format.Compare(**first, **first, policy, Limits());
    FUZZ_CHECK(!is_valid || !itself.ok() || itself->differences.empty());
    if (parts.size() < 2) continue;
    const auto second = format.Parse(parts[1], {}, Validation::kLenient, Limits());
    if (!second.ok()) return;
    for (const auto& [reader, writer] : {std::pair(&*first, &*second), std::pair(&*second, &*first)}) {
      const auto comparison = format.Compare(**reader, **writer, policy, Limits());
      if (comparison.ok()) FUZZ_CHECK(comparison->differences.size() <= static_cast<size_t>(Limits().max_differences));
    }
    FUZZ_CHECK(format.Equivalent(**first, **second) == format.Equivalent(**second, **first));
  }
}

}  // namespace regent::fuzz
