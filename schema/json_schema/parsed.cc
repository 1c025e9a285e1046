#include "schema/json_schema/parsed.h"

#include <utility>

#include "base/error_reason.h"
#include "base/json_value.h"
#include "schema/json_schema/canonical.h"
#include "schema/json_schema/schema_graph.h"

namespace regent::json_schema {

absl::StatusOr<std::shared_ptr<const Parsed>> Parsed::Parse(std::string_view text,
                                                            absl::Span<const NamedSchema> references,
                                                            Validation validation, const FormatLimits& limits) {
  JsonLimits json_limits;
  json_limits.max_bytes = limits.max_text_bytes;
  json_limits.max_depth = 2 * limits.max_depth + 64;  // a schema within a schema is two levels of JSON away
  absl::StatusOr<JsonValue> value = JsonValue::Parse(text, json_limits);
  if (!value.ok()) return value.status();
  if (!value->is_object() && !value->is_bool()) {
    return errors::SchemaInvalid("a JSON schema is an object or a boolean", "", 1, 1);
  }
  absl::Status status = Canonicalize(&*value);
  if (!status.ok()) return status;
  auto parsed = std::make_shared<Parsed>();
  parsed->canonical_ = value->ToString();
  absl::StatusOr<std::unique_ptr<SchemaGraph>> graph =
      SchemaGraph::Build(*std::move(value), references, validation, limits);
  if (!graph.ok()) return graph.status();
  absl::StatusOr<std::unique_ptr<const Model>> model = Model::Build(*std::move(graph), validation);
  if (!model.ok()) return model.status();
  parsed->model_ = *std::move(model);
  return std::shared_ptr<const Parsed>(std::move(parsed));
}

std::string Parsed::normalized() const { return Normalize(model_->root()).ToString(); }

}  // namespace regent::json_schema
