// A JSON document that forgets nothing a schema depends on: members stay in order, numbers stay as written.
//
// Fed by RapidJSON's iterative SAX parser, so nesting costs heap and not stack. Not thread-safe while being changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace regent {

struct JsonLimits {
  // Bytes of input. Raise it together with the schema size limit.
  size_t max_bytes = 10u << 20;
  // Levels of arrays and objects within each other.
  int max_depth = 512;
  // What to do when one object names a member twice.
  enum class Duplicates { kRefuse, kKeepLast } duplicates = Duplicates::kKeepLast;
};

class JsonValue {
 public:
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };
  using Member = std::pair<std::string, JsonValue>;

  JsonValue() = default;  // null
  static JsonValue Bool(bool value);
  // `text` must be a JSON number; it is written back as it is.
  static JsonValue Number(std::string text);
  static JsonValue Number(int64_t value);
  static JsonValue String(std::string text);
  static JsonValue Array(std::vector<JsonValue> items = {});
  static JsonValue Object(std::vector<Member> members = {});

  // SCHEMA_INVALID naming line and column (1-based) for malformed text, invalid UTF-8, a byte-order mark, trailing text
  // or a duplicate member where refused; SCHEMA_TOO_LARGE and SCHEMA_TOO_COMPLEX beyond the limits.
  static absl::StatusOr<JsonValue> Parse(std::string_view text, const JsonLimits& limits = {});

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_bool() const { return kind_ == Kind::kBool; }
  bool is_number() const { return kind_ == Kind::kNumber; }
  bool is_string() const { return kind_ == Kind::kString; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_object() const { return kind_ == Kind::kObject; }

  // The accessors below CHECK the kind.
  bool bool_value() const;
  const std::string& number_text() const;
  const std::string& string_value() const;
  const std::vector<JsonValue>& items() const;
  std::vector<JsonValue>& items();
  const std::vector<Member>& members() const;
  std::vector<Member>& members();

  // A whole number that fits, written without fraction or exponent; nothing otherwise, or when this is no number.
  std::optional<int64_t> ToInt64() const;

  // The member's value, or null when there is none or this is no object. The last one wins.
  const JsonValue* Find(std::string_view name) const;
  void Set(std::string name, JsonValue value);  // replaces in place, or appends

  // Compact: no spaces, non-ASCII raw, `/` not escaped, control characters as \u00XX or their short form.
  std::string ToString() const;
  void AppendTo(std::string* out) const;
  // The same with two-space indentation, for people.
  std::string ToPrettyString() const;

  // Structural: member order counts, numbers compare as text.
  bool operator==(const JsonValue& other) const;

  JsonValue(const JsonValue&);
  JsonValue(JsonValue&&) noexcept;
  JsonValue& operator=(const JsonValue&);
  JsonValue& operator=(JsonValue&&) noexcept;
  // Iterative, as are copying, comparing and printing: a deep document never exhausts the stack.
  ~JsonValue();

 private:
  Kind kind_ = Kind::kNull;
  bool bool_ = false;
  std::string text_;  // of a string or number
  std::vector<JsonValue> items_;
  std::vector<Member> members_;
};

// Appends `text` as a JSON string with its quotes, escaped as JsonValue::ToString does.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace regent
