#include "store/record_json.h"

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent {
namespace {

// A rule set is five deep. What else stands in a record is skipped.
constexpr int kDepthMax = 64;
// Far above what a broker lets through; the limit on schemas is the registry's.
constexpr size_t kBytesMax = size_t{256} << 20;

absl::string_view Abseil(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

absl::StatusOr<JsonValue> ParseRecordJson(std::string_view text, std::string_view what) {
  JsonLimits limits;
  limits.max_bytes = kBytesMax;
  limits.max_depth = kDepthMax;
  absl::StatusOr<JsonValue> json = JsonValue::Parse(text, limits);
  if (!json.ok()) {
    return errors::SchemaInvalid(absl::StrCat("record ", Abseil(what), ": ", json.status().message()));
  }
  if (!json->is_object()) return errors::SchemaInvalid(absl::StrCat("record ", Abseil(what), ": not an object"));
  return json;
}

void FieldReader::Complain(std::string_view name, std::string_view complaint) {
  if (!status_.ok()) return;
  status_ = errors::SchemaInvalid(absl::StrCat(Abseil(what_), ": `", Abseil(name), "` ", Abseil(complaint)));
}

void FieldReader::Text(std::string_view name, const JsonValue& node, std::string* out) {
  out->clear();
  if (node.is_string()) {
    *out = node.string_value();
  } else if (!node.is_null()) {
    Complain(name, "must be a string");
  }
}

void FieldReader::Text(std::string_view name, const JsonValue& node, std::optional<std::string>* out) {
  out->reset();
  if (node.is_string()) {
    if (!node.string_value().empty()) *out = node.string_value();
  } else if (!node.is_null()) {
    Complain(name, "must be a string");
  }
}

void FieldReader::Bool(std::string_view name, const JsonValue& node, bool* out) {
  std::optional<bool> value;
  Bool(name, node, &value);
  *out = value.value_or(false);
}

void FieldReader::Bool(std::string_view name, const JsonValue& node, std::optional<bool>* out) {
  out->reset();
  if (node.is_bool()) {
    *out = node.bool_value();
  } else if (!node.is_null()) {
    Complain(name, "must be true or false");
  }
}

void FieldReader::Number(std::string_view name, const JsonValue& node, int64_t lowest, int64_t highest, int64_t* out) {
  const std::optional<int64_t> number = node.ToInt64();
  if (!number) return Complain(name, "must be a whole number");
  *out = *number;
  if (*out < lowest || *out > highest) Complain(name, "is out of range");
}

void FieldReader::TextSet(std::string_view name, const JsonValue& node, std::set<std::string>* out) {
  out->clear();
  Array(name, node, [&](const JsonValue& item) {
    if (!item.is_string()) return Complain(name, "must hold strings");
    out->insert(item.string_value());
  });
}

std::string* ObjectWriter::Begin(std::string_view name) {
  if (!std::exchange(first_, false)) out_->push_back(',');
  out_->push_back('"');
  out_->append(name).append("\":");
  return out_;
}

void ObjectWriter::Text(std::string_view name, std::string_view value) { AppendJsonString(value, Begin(name)); }

void ObjectWriter::Number(std::string_view name, int64_t value) { absl::StrAppend(Begin(name), value); }

void ObjectWriter::EscapedNumber(std::string_view name, int64_t value) {
  if (!std::exchange(first_, false)) out_->push_back(',');
  AppendJsonString(name, out_);
  out_->push_back(':');
  absl::StrAppend(out_, value);
}

void ObjectWriter::Bool(std::string_view name, bool value) { Begin(name)->append(value ? "true" : "false"); }

}  // namespace regent
