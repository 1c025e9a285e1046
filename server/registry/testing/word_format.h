// A format simple enough to see through in tests of the registry: a schema is a set of words.
#pragma once

#include <atomic>
#include <cstdint>

#include "schema/format.h"

namespace regent {

// Canonical: the words in order, one space between. Normalised: sorted. Equivalent: the same set. A reader can read a
// writer whose words it knows all; every word is a field; a word ending in '?' may be unknown. "!" anywhere makes a
// text invalid; strict parsing refuses capitals as well. "@name" needs a reference of that name.
class WordFormat : public Format {
 public:
  explicit WordFormat(SchemaType type = SchemaType::kAvro) : type_(type) {}
  SchemaType type() const override { return type_; }
  absl::StatusOr<std::shared_ptr<const ParsedSchema>> Parse(std::string_view text,
                                                            absl::Span<const NamedSchema> references,
                                                            Validation validation,
                                                            const FormatLimits& limits) const override;
  bool Equivalent(const ParsedSchema& a, const ParsedSchema& b) const override;
  uint64_t EquivalenceKey(const ParsedSchema& schema) const override;
  absl::StatusOr<Comparison> Compare(const ParsedSchema& reader, const ParsedSchema& writer, CompatibilityPolicy policy,
                                     const FormatLimits& limits) const override;
  std::vector<std::string> TopLevelFields(const ParsedSchema& schema) const override;
  absl::StatusOr<std::string> Render(const ParsedSchema& schema, std::string_view dress) const override;

  // How often each was asked of all formats of this kind: what an operation costs, whatever the machine.
  struct Work {
    std::atomic<int64_t> parsed{0};
    std::atomic<int64_t> tested_for_equivalence{0};
    std::atomic<int64_t> compared{0};
  };
  static Work& work();

 private:
  const SchemaType type_;
};

}  // namespace regent
