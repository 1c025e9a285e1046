// Reading and writing the JSON of records. Private to store/.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "base/json_value.h"

namespace regent {

// The object that `text` is. SCHEMA_INVALID when it is none, or nests deeper than any record does. `what` is "key" or
// "value", for the message. Of two members of one name the last one counts, as for other registries.
absl::StatusOr<JsonValue> ParseRecordJson(std::string_view text, std::string_view what);

// Reads fields into places and keeps the first complaint. A null resets the place, as absence would have left it.
class FieldReader {
 public:
  // `what` begins the complaint: "SCHEMA value".
  explicit FieldReader(std::string_view what) : what_(what) {}

  void Text(std::string_view name, const JsonValue& node, std::string* out);
  // The empty text is none: records omit it.
  void Text(std::string_view name, const JsonValue& node, std::optional<std::string>* out);
  void Bool(std::string_view name, const JsonValue& node, bool* out);
  void Bool(std::string_view name, const JsonValue& node, std::optional<bool>* out);
  // A whole number within [lowest, highest].
  void Number(std::string_view name, const JsonValue& node, int64_t lowest, int64_t highest, int64_t* out);
  // Nulls among the items are dropped.
  void TextSet(std::string_view name, const JsonValue& node, std::set<std::string>* out);
  // Calls `visit` with each member or item of an object or array that is not null.
  template <typename Visit>
  void Object(std::string_view name, const JsonValue& node, Visit visit) {
    if (node.is_null()) return;
    if (!node.is_object()) return Complain(name, "must be an object");
    for (const auto& [member, value] : node.members()) visit(std::string_view(member), value);
  }
  template <typename Visit>
  void Array(std::string_view name, const JsonValue& node, Visit visit) {
    if (node.is_null()) return;
    if (!node.is_array()) return Complain(name, "must be an array");
    for (const JsonValue& item : node.items()) {
      if (!item.is_null()) visit(item);
    }
  }

  void Complain(std::string_view name, std::string_view complaint);
  bool ok() const { return status_.ok(); }
  const absl::Status& status() const { return status_; }

 private:
  std::string_view what_;
  absl::Status status_;
};

// Writes one object's members in order of the calls. Close() once, last.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string* out) : out_(out) { out_->push_back('{'); }
  void Close() { out_->push_back('}'); }

  // Not omitted when empty: for a member that others would fill with a default.
  void Text(std::string_view name, std::string_view value);
  void Number(std::string_view name, int64_t value);
  // For a name that is not ours.
  void EscapedNumber(std::string_view name, int64_t value);
  void Bool(std::string_view name, bool value);
  // The name and the colon; the caller writes the value.
  std::string* Begin(std::string_view name);

  // As records omit what is empty.
  void TextUnlessEmpty(std::string_view name, std::string_view value) {
    if (!value.empty()) Text(name, value);
  }
  void TextIfAny(std::string_view name, const std::optional<std::string>& value) {
    if (value) TextUnlessEmpty(name, *value);
  }
  void BoolIfAny(std::string_view name, const std::optional<bool>& value) {
    if (value) Bool(name, *value);
  }

 private:
  std::string* const out_;
  bool first_ = true;
};

// Writes `[...]`, calling `write(item)` for each.
template <typename Items, typename Write>
void WriteArray(const Items& items, std::string* out, Write write) {
  out->push_back('[');
  bool first = true;
  for (const auto& item : items) {
    if (!std::exchange(first, false)) out->push_back(',');
    write(item);
  }
  out->push_back(']');
}

}  // namespace regent
