#include "server/convert/wire_check.h"

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/convert/utf8.h"
#include "server/convert/violations.h"

namespace regent {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

struct Finding {
  std::string field;
  std::string what;
};

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8CharacterLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// Takes numbers and pieces off the front of a message.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}
  bool done() const { return rest_.empty(); }

  std::optional<uint64_t> Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (rest_.empty()) return std::nullopt;
      const auto byte = static_cast<uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }

  std::optional<std::string_view> Take(uint64_t size) {
    if (size > rest_.size()) return std::nullopt;
    const std::string_view piece = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return piece;
  }

 private:
  std::string_view rest_;
};

// The messages of regent.v1 are not recursive, so the descriptors bound the depth; this bounds a mistake in them.
constexpr int kMaxDepth = 32;

std::optional<Finding> Check(const Descriptor& type, std::string_view bytes, const std::string& path, int depth) {
  const Finding broken = {path, "the encoding breaks off or is no protobuf"};
  Cursor cursor(bytes);
  while (!cursor.done()) {
    const std::optional<uint64_t> tag = cursor.Varint();
    if (!tag || (*tag >> 3) == 0 || (*tag >> 3) > static_cast<uint64_t>(FieldDescriptor::kMaxNumber)) return broken;
    const FieldDescriptor* field = type.FindFieldByNumber(static_cast<int>(*tag >> 3));
    const std::string name = field == nullptr ? absl::StrCat(path, path.empty() ? "" : ".", *tag >> 3)
                                              : absl::StrCat(path, path.empty() ? "" : ".", field->name());
    const Finding broken_field = {name, "the encoding breaks off or is no protobuf"};
    switch (*tag & 7) {
      case 0:
        if (!cursor.Varint()) return broken_field;
        continue;
      case 1:
        if (!cursor.Take(8)) return broken_field;
        continue;
      case 5:
        if (!cursor.Take(4)) return broken_field;
        continue;
      case 2:
        break;
      default:  // groups: none of ours
        return broken_field;
    }
    const std::optional<uint64_t> size = cursor.Varint();
    const std::optional<std::string_view> piece = size ? cursor.Take(*size) : std::nullopt;
    if (!piece) return broken_field;
    if (field == nullptr) continue;
    if (field->type() == FieldDescriptor::TYPE_STRING && !IsUtf8(*piece)) return Finding{name, "not valid UTF-8"};
    if (field->type() == FieldDescriptor::TYPE_MESSAGE && depth < kMaxDepth) {
      if (auto finding = Check(*field->message_type(), *piece, name, depth + 1)) return finding;
    }
  }
  return std::nullopt;
}

}  // namespace

absl::Status ExplainParseFailure(const Descriptor& type, std::string_view bytes) {
  const Finding finding = Check(type, bytes, "", 0).value_or(Finding{"", "the encoding is not that of this message"});
  Violations violations;
  violations.Add(finding.field.empty() ? type.name() : finding.field, finding.what);
  return violations.ToStatus();
}

}  // namespace regent
