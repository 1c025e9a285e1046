// The Protobuf format behind the seam of schema/format.h.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "schema/format.h"

namespace regent {

// Text is read by libprotobuf's own parser; base64 of a FileDescriptorProto is accepted too. Imports are found among
// the references by name, and among the bundled google/protobuf, google/type and confluent files. Strict validation
// builds real descriptors; lenient asks only that the text parses and its types are there.
//
// Dresses: `serialized` is base64 of a FileDescriptorProto called `default`; `ignore_extensions` is the canonical text
// without extensions, ranges for them and options that are extensions.
class ProtobufFormat : public Format {
 public:
  SchemaType type() const override { return SchemaType::kProtobuf; }

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

  // Also the differences that every reader copes with: for people who want to see what changed.
  absl::StatusOr<Comparison> CompareAll(const ParsedSchema& reader, const ParsedSchema& writer,
                                        const FormatLimits& limits) const;
};

}  // namespace regent
