// Reading and writing the JSON of records, without a tree of strings: replay decodes a million of them.
//
// Private to store/. Not base/json_value, which keeps what a schema needs (number text, a heap string per member) and
// is several times slower. Nothing here recurses on the input.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "rapidjson/document.h"

namespace regent {

using JsonNode = rapidjson::Value;

inline std::string_view TextOf(const JsonNode& node) { return {node.GetString(), node.GetStringLength()}; }

// One parsed object. Neither moves nor outlives its nodes.
class RecordJson {
 public:
  static constexpr int kMaxDepth = 64;

  RecordJson() : allocator_(buffer_, sizeof(buffer_), kChunkBytes), document_(&allocator_, kStackBytes) {}
  RecordJson(const RecordJson&) = delete;
  RecordJson& operator=(const RecordJson&) = delete;

  // SCHEMA_INVALID when `text` is not one JSON object in UTF-8, or nests deeper than kMaxDepth. Once. `what` is "key"
  // or "value", for the message.
  absl::Status Parse(std::string_view text, std::string_view what);

  // The members in order; a name may occur twice, and the last one counts.
  JsonNode::ConstObject members() const { return document_.GetObject(); }

 private:
  static constexpr size_t kChunkBytes = 16 << 10;
  static constexpr size_t kStackBytes = 512;
  char buffer_[4096];
  rapidjson::MemoryPoolAllocator<> allocator_;
  rapidjson::Document document_;
};

// Reads fields into places and keeps the first complaint. A null resets the place, as absence would have left it.
class FieldReader {
 public:
  // `what` begins the complaint: "SCHEMA value".
  explicit FieldReader(std::string_view what) : what_(what) {}

  void Text(std::string_view name, const JsonNode& node, std::string* out);
  // The empty text is none: records omit it.
  void Text(std::string_view name, const JsonNode& node, std::optional<std::string>* out);
  void Bool(std::string_view name, const JsonNode& node, bool* out);
  void Bool(std::string_view name, const JsonNode& node, std::optional<bool>* out);
  // A whole number within [lowest, highest].
  void Number(std::string_view name, const JsonNode& node, int64_t lowest, int64_t highest, int64_t* out);
  // Nulls among the items are dropped.
  void TextSet(std::string_view name, const JsonNode& node, std::set<std::string>* out);
  // Calls `visit` with each member or item of an object or array that is not null.
  template <typename Visit>
  void Object(std::string_view name, const JsonNode& node, Visit visit) {
    if (node.IsNull()) return;
    if (!node.IsObject()) return Complain(name, "must be an object");
    for (const auto& member : node.GetObject()) visit(TextOf(member.name), member.value);
  }
  template <typename Visit>
  void Array(std::string_view name, const JsonNode& node, Visit visit) {
    if (node.IsNull()) return;
    if (!node.IsArray()) return Complain(name, "must be an array");
    for (const auto& item : node.GetArray()) {
      if (!item.IsNull()) visit(item);
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
