// A JSON schema understood: its texts and its meaning.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "schema/format.h"
#include "schema/json_schema/model.h"

namespace regent::json_schema {

class Parsed : public ParsedSchema {
 public:
  // As Format::Parse.
  static absl::StatusOr<std::shared_ptr<const Parsed>> Parse(std::string_view text,
                                                             absl::Span<const NamedSchema> references,
                                                             Validation validation, const FormatLimits& limits);

  SchemaType type() const override { return SchemaType::kJson; }
  const std::string& canonical() const override { return canonical_; }
  std::string normalized() const override;
  const Model& model() const { return *model_; }

 private:
  std::string canonical_;
  std::unique_ptr<const Model> model_;
};

}  // namespace regent::json_schema
