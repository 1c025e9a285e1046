#include "schema/avro/avro_format.h"

#include <utility>

#include "base/error_reason.h"
#include "schema/avro/avro_schema.h"
#include "schema/avro/canonical.h"
#include "schema/avro/compatibility.h"
#include "schema/avro/equivalence.h"
#include "schema/avro/parser.h"
#include "schema/avro/validator.h"

namespace regent {
namespace {

// With all references written out a text may be deeper than any of its parts.
constexpr int kMaxResolvedDepth = 1000;

class ParsedAvro : public ParsedSchema {
 public:
  ParsedAvro(std::unique_ptr<avro::AvroDocument> document, std::string canonical, int max_depth)
      : document_(std::move(document)), canonical_(std::move(canonical)), max_depth_(max_depth) {}

  SchemaType type() const override { return SchemaType::kAvro; }
  const std::string& canonical() const override { return canonical_; }
  std::string normalized() const override {
    // Same names, same nesting: what could be written in one dress can be in the other.
    return avro::WriteSchema(*document_, avro::Dress::kNormalized, max_depth_).value_or(canonical_);
  }

  const avro::AvroDocument& document() const { return *document_; }

 private:
  const std::unique_ptr<avro::AvroDocument> document_;
  const std::string canonical_;
  const int max_depth_;
};

class AvroFormatImpl : public Format {
 public:
  SchemaType type() const override { return SchemaType::kAvro; }

  absl::StatusOr<std::shared_ptr<const ParsedSchema>> Parse(std::string_view text,
                                                            absl::Span<const NamedSchema> references,
                                                            Validation validation,
                                                            const FormatLimits& limits) const override {
    absl::StatusOr<std::unique_ptr<avro::AvroDocument>> document =
        avro::ParseAvro(text, references, validation, limits);
    if (!document.ok()) return document.status();
    absl::StatusOr<std::string> canonical = avro::WriteSchema(**document, avro::Dress::kCanonical, limits.max_depth);
    if (!canonical.ok()) return canonical.status();
    if (absl::Status valid = avro::ValidateSchema(**document, validation); !valid.ok()) return valid;
    return std::make_shared<const ParsedAvro>(*std::move(document), *std::move(canonical), limits.max_depth);
  }

  bool Equivalent(const ParsedSchema& a, const ParsedSchema& b) const override {
    const auto* left = dynamic_cast<const ParsedAvro*>(&a);
    const auto* right = dynamic_cast<const ParsedAvro*>(&b);
    if (left == nullptr || right == nullptr) return false;
    return avro::EquivalentSchemas(*left->document().root, *right->document().root);
  }

  uint64_t EquivalenceKey(const ParsedSchema& schema) const override {
    const auto* parsed = dynamic_cast<const ParsedAvro*>(&schema);
    return parsed == nullptr ? 0 : avro::EquivalenceKey(*parsed->document().root);
  }

  absl::StatusOr<Comparison> Compare(const ParsedSchema& reader, const ParsedSchema& writer, CompatibilityPolicy policy,
                                     const FormatLimits& limits) const override {
    const auto* from = dynamic_cast<const ParsedAvro*>(&writer);
    const auto* to = dynamic_cast<const ParsedAvro*>(&reader);
    if (from == nullptr || to == nullptr) return NotAvro();
    return avro::CompareSchemas(*to->document().root, *from->document().root, limits);
  }

  std::vector<std::string> TopLevelFields(const ParsedSchema& schema) const override {
    std::vector<std::string> names;
    const auto* parsed = dynamic_cast<const ParsedAvro*>(&schema);
    if (parsed == nullptr) return names;
    for (const avro::AvroField& field : parsed->document().root->fields) names.push_back(field.name);
    return names;
  }

  absl::StatusOr<std::string> Render(const ParsedSchema& schema, std::string_view dress) const override {
    const auto* parsed = dynamic_cast<const ParsedAvro*>(&schema);
    if (parsed == nullptr) return NotAvro();
    if (dress != "resolved") return parsed->canonical();
    return avro::WriteSchema(parsed->document(), avro::Dress::kResolved, kMaxResolvedDepth);
  }

 private:
  static absl::Status NotAvro() {
    return MakeError(ErrorReason::kInternal, "a schema of another format was handed to the Avro format");
  }
};

}  // namespace

const avro::AvroSchema* AvroRootOf(const ParsedSchema& schema) {
  const auto* parsed = dynamic_cast<const ParsedAvro*>(&schema);
  return parsed == nullptr ? nullptr : parsed->document().root;
}

const Format& AvroFormat() {
  static const auto* const kFormat = new AvroFormatImpl();
  return *kFormat;
}

}  // namespace regent
