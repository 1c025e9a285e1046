// The schemas of a document and of all that it references, and where each `$ref` leads.
//
// A schema may name: places in its own document (`#`, `#/definitions/a`, `#anchor`, `$id`s within it), the documents
// handed over as references (by the name they were registered with, or by their `$id`), and the official
// meta-schemas. Nothing is ever fetched.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/json_value.h"
#include "schema/format.h"
#include "schema/json_schema/keywords.h"

namespace regent::json_schema {

// A schema in its document: where it stands and what holds there.
struct Site {
  static constexpr int32_t kNone = -1;

  const JsonValue* value = nullptr;
  int32_t parent = kNone;    // the schema around it; none for roots
  std::string_view keyword;  // of the parent
  bool has_step = false;
  std::string step;      // see Subschema; for a root the pointer that leads to it, usually empty
  int32_t document = 0;  // 0 is the schema itself
  int32_t resource = 0;  // what relative references are relative to
  Draft draft = Draft::k7;
  int depth = 0;
  // Where `$ref` (or `$recursiveRef`, `$dynamicRef`) leads. A reference without a target is unresolved: only stored
  // schemas, or documents that they reference, may have any.
  bool is_reference = false;
  int32_t target = kNone;
};

// Does not change once built. Site 0 is the root of the schema itself.
class SchemaGraph {
 public:
  // With kStrict, what is wrong in the schema itself ends it: SCHEMA_INVALID naming the place. Otherwise only the
  // limits do: SCHEMA_TOO_LARGE, SCHEMA_TOO_COMPLEX. The first of several references with one name wins.
  static absl::StatusOr<std::unique_ptr<SchemaGraph>> Build(JsonValue schema, absl::Span<const NamedSchema> references,
                                                            Validation validation, const FormatLimits& limits);

  const Site& site(int32_t index) const { return sites_[index]; }
  int32_t size() const { return static_cast<int32_t>(sites_.size()); }
  // The site of a subschema that Subschema::value points to; kNone for what is no schema.
  int32_t SiteOf(const JsonValue* value) const;
  // A JSON pointer; after the document's name and `#` where it lies in another document.
  std::string PathOf(int32_t index) const;

  struct Document {
    std::string name;  // as it was registered; the schema itself has none
    JsonValue root;
  };
  // What all values above lie in, once the rest is no longer needed; the schema itself comes first.
  static std::deque<Document> Documents(std::unique_ptr<SchemaGraph> graph) { return std::move(graph->documents_); }

 private:
  friend class GraphBuilder;
  std::string PointerOf(int32_t index) const;

  std::deque<Document> documents_;  // never moves: sites point into it
  std::deque<Site> sites_;
  absl::flat_hash_map<const JsonValue*, int32_t> by_value_;
};

}  // namespace regent::json_schema
