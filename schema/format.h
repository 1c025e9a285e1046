// The seam of schema formats: Avro, JSON Schema, Protobuf. Pure: no I/O, no time, no shared state.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/model.h"

namespace regent {

// A referenced schema, already looked up. A list of these is closed under references and lists children first.
struct NamedSchema {
  std::string name;  // what the referrer calls it
  std::string text;
  bool operator==(const NamedSchema&) const = default;
};

// New schemas are held to all rules. Stored ones are not: a registry never fails to load its own log.
enum class Validation { kStrict, kLenient };

struct FormatLimits {
  size_t max_text_bytes = 1u << 20;        // of one schema
  size_t max_total_bytes = 8u << 20;       // of a schema with all it references
  int max_depth = 256;                     // types within types
  int64_t max_comparison_steps = 2000000;  // pairs looked at by one comparison; ~1 us each
  int max_differences = 100;               // listed per comparison
};

// A schema understood. Immutable; every format has its own subclass, and only it looks inside.
class ParsedSchema {
 public:
  virtual ~ParsedSchema() = default;
  virtual SchemaType type() const = 0;
  // The text that is stored, hashed and served.
  virtual const std::string& canonical() const = 0;
  // The canonical text with everything that has no meaning put in one order.
  virtual std::string normalized() const = 0;
};

struct Comparison {
  // Empty: compatible. `breaks` is left for the caller to set; `old_snippet` is the writer's, `new_snippet` the
  // reader's.
  std::vector<Difference> differences;
  bool truncated = false;
};

// Thread-safe and stateless.
class Format {
 public:
  virtual ~Format() = default;
  virtual SchemaType type() const = 0;

  // SCHEMA_INVALID naming path (and line, where the text itself is malformed), SCHEMA_TOO_LARGE, SCHEMA_TOO_COMPLEX.
  virtual absl::StatusOr<std::shared_ptr<const ParsedSchema>> Parse(std::string_view text,
                                                                    absl::Span<const NamedSchema> references,
                                                                    Validation validation,
                                                                    const FormatLimits& limits) const = 0;

  // Whether both mean the same to a registry, so that registering one finds the other (semantics 4.2).
  virtual bool Equivalent(const ParsedSchema& a, const ParsedSchema& b) const = 0;
  // The same for all that are equivalent and hardly ever for others, so that whoever looks for an equivalent schema
  // among many compares few. Good for this process only.
  virtual uint64_t EquivalenceKey(const ParsedSchema& schema) const = 0;

  // What data written with `writer` the `reader` cannot read. In every format's report the reader is the later
  // schema: `path` points into it unless the format's rules say otherwise. SCHEMA_TOO_COMPLEX beyond the budget.
  virtual absl::StatusOr<Comparison> Compare(const ParsedSchema& reader, const ParsedSchema& writer,
                                             CompatibilityPolicy policy, const FormatLimits& limits) const = 0;

  // The names of the fields at the top: of the record, of the object, of the first message. None where there is no
  // such.
  virtual std::vector<std::string> TopLevelFields(const ParsedSchema& schema) const = 0;

  // The text in another dress (semantics 3.3: AVRO `resolved`, PROTOBUF `serialized`); the canonical text where the
  // format knows no such dress.
  virtual absl::StatusOr<std::string> Render(const ParsedSchema& schema, std::string_view dress) const = 0;
};

}  // namespace regent
