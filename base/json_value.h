// A JSON document that forgets nothing a schema depends on: members stay in order, numbers stay as written.
//
// Strictly RFC 8259 in UTF-8, read by a parser of our own: docs/decisions/ says why. Nesting costs heap and not stack.
// Not thread-safe while being changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

namespace regent {

struct JsonLimits {
  // Bytes of input. Raise it together with the schema size limit.
  size_t max_bytes = 10u << 20;
  // Levels of arrays and objects within each other.
  int max_depth = 512;
  // What to do when one object names a member twice. kKeepLast: the last value, in the first one's place.
  enum class Duplicates { kRefuse, kKeepLast } duplicates = Duplicates::kKeepLast;
};

class JsonValue {
 public:
  enum class Kind { kNull, kBool, kNumber, kString, kArray, kObject };
  using Member = std::pair<std::string, JsonValue>;

  JsonValue() = default;  // null
  static JsonValue Bool(bool value);
  // CHECKs that `text` is a JSON number; it is written back as it is.
  static JsonValue Number(std::string text);
  static JsonValue Number(int64_t value);
  static JsonValue String(std::string text);
  static JsonValue Array(std::vector<JsonValue> items = {});
  static JsonValue Object(std::vector<Member> members = {});

  // SCHEMA_INVALID naming line and column (1-based, in code points) for malformed text, invalid UTF-8, half a surrogate
  // pair, a byte-order mark, trailing text or a duplicate member where refused; SCHEMA_TOO_LARGE and SCHEMA_TOO_COMPLEX
  // beyond the limits. A string may hold NUL, written \u0000; numbers have no limit of size.
  static absl::StatusOr<JsonValue> Parse(std::string_view text, const JsonLimits& limits = {});

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_null() const { return kind() == Kind::kNull; }
  bool is_bool() const { return kind() == Kind::kBool; }
  bool is_number() const { return kind() == Kind::kNumber; }
  bool is_string() const { return kind() == Kind::kString; }
  bool is_array() const { return kind() == Kind::kArray; }
  bool is_object() const { return kind() == Kind::kObject; }

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

  // The member's value, or null when there is none or this is no object. The last one wins. Takes linear time.
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
  JsonValue(JsonValue&&) noexcept;  // leaves null behind
  JsonValue& operator=(const JsonValue&);
  JsonValue& operator=(JsonValue&&) noexcept;
  // Iterative, as are copying, comparing and printing: a deep document never exhausts the stack.
  ~JsonValue();

 private:
  struct NumberText {
    std::string text;
    bool operator==(const NumberText&) const = default;
  };
  // In the order of Kind.
  using Data = std::variant<std::monostate, bool, NumberText, std::string, std::vector<JsonValue>, std::vector<Member>>;

  static size_t ChildCount(const JsonValue& value);
  static const JsonValue& Child(const JsonValue& value, size_t index);
  bool HasDepth() const;
  void MoveDeepChildrenTo(std::vector<JsonValue>* out);
  void Append(std::string* out, bool pretty) const;

  Data data_;
};

// The length of the JSON number that `text` begins with; 0 when there is none.
size_t JsonNumberLength(std::string_view text);

// Appends `text` as a JSON string with its quotes, escaped as JsonValue::ToString does.
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace regent
