// The identity of a schema's content: equal content has an equal hash, and within a context one id.
// The bytes hashed are Confluent's (semantics 1.7), so that ids and GUIDs agree with theirs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/model.h"

namespace regent {

// An MD5 over text, references, metadata and rules; as text, a UUID.
class ContentHash {
 public:
  ContentHash() = default;
  explicit ContentHash(const std::array<uint8_t, 16>& bytes) : bytes_(bytes) {}
  // "095d71cf-1255-6b9d-5e33-0ad575b3df5d", or the same 32 digits without dashes; either case.
  static std::optional<ContentHash> ParseGuid(std::string_view text);
  // The record field `md5`.
  static std::optional<ContentHash> ParseBase64(std::string_view text);

  std::string ToGuid() const;
  std::string ToBase64() const;
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }

  auto operator<=>(const ContentHash&) const = default;
  template <typename H>
  friend H AbslHashValue(H hash, const ContentHash& value) {
    return H::combine(std::move(hash), value.bytes_);
  }

 private:
  std::array<uint8_t, 16> bytes_ = {};
};

// The schema type is not part of the hash. References are hashed with their subject as `references` spell it in the
// record: see SpellReferenceSubject.
ContentHash HashOf(const SchemaContent& content, std::string_view context = kDefaultContext);

// How a record names a reference's subject: bare within the referrer's own context, qualified otherwise.
std::string SpellReferenceSubject(const Subject& subject, std::string_view context);

}  // namespace regent
