#include "store/record_json.h"

#include <charconv>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/json_value.h"
#include "rapidjson/encodedstream.h"
#include "rapidjson/error/en.h"
#include "rapidjson/memorystream.h"
#include "rapidjson/reader.h"

namespace regent {
namespace {

absl::string_view Abseil(std::string_view text) { return {text.data(), text.size()}; }

// Feeds a Document, and stops at what is too deep. A number that is no int64 becomes a double of no importance.
class BoundedBuilder {
 public:
  explicit BoundedBuilder(rapidjson::Document* document) : document_(document) {}
  bool Null() { return document_->Null(); }
  bool Bool(bool value) { return document_->Bool(value); }
  bool Int(int value) { return document_->Int(value); }
  bool Uint(unsigned value) { return document_->Uint(value); }
  bool Int64(int64_t value) { return document_->Int64(value); }
  bool Uint64(uint64_t value) { return document_->Uint64(value); }
  bool Double(double value) { return document_->Double(value); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text, text + length, value);
    return error == std::errc() && end == text + length ? document_->Int64(value) : document_->Double(0);
  }
  bool String(const char* text, rapidjson::SizeType length, bool copy) { return document_->String(text, length, copy); }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) { return document_->Key(text, length, copy); }
  bool StartObject() { return ++depth_ <= RecordJson::kMaxDepth && document_->StartObject(); }
  bool EndObject(rapidjson::SizeType members) { return --depth_, document_->EndObject(members); }
  bool StartArray() { return ++depth_ <= RecordJson::kMaxDepth && document_->StartArray(); }
  bool EndArray(rapidjson::SizeType items) { return --depth_, document_->EndArray(items); }

 private:
  rapidjson::Document* const document_;
  int depth_ = 0;
};

}  // namespace

absl::Status RecordJson::Parse(std::string_view text, std::string_view what) {
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag | rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::ParseResult result;
  bool whole = false;
  const auto generate = [&](rapidjson::Document& document) {
    rapidjson::MemoryStream bytes(text.data(), text.size());
    BoundedBuilder builder(&document);
    rapidjson::Reader reader;
    result = reader.Parse<kFlags>(bytes, builder);
    whole = bytes.Tell() == text.size();  // a NUL byte ends the stream for RapidJSON
    return !result.IsError();
  };
  document_.Populate(generate);
  if (result.IsError()) {
    const bool deep = result.Code() == rapidjson::kParseErrorTermination;
    return errors::SchemaInvalid(absl::StrCat("record ", Abseil(what), ": ",
                                              deep ? "nested too deep" : rapidjson::GetParseError_En(result.Code()),
                                              " (byte ", result.Offset(), ")"));
  }
  if (!whole) return errors::SchemaInvalid(absl::StrCat("record ", Abseil(what), ": text after the end"));
  if (!document_.IsObject()) return errors::SchemaInvalid(absl::StrCat("record ", Abseil(what), ": not an object"));
  return absl::OkStatus();
}

void FieldReader::Complain(std::string_view name, std::string_view complaint) {
  if (!status_.ok()) return;
  status_ = errors::SchemaInvalid(absl::StrCat(Abseil(what_), ": `", Abseil(name), "` ", Abseil(complaint)));
}

void FieldReader::Text(std::string_view name, const JsonNode& node, std::string* out) {
  out->clear();
  if (node.IsString()) {
    *out = TextOf(node);
  } else if (!node.IsNull()) {
    Complain(name, "must be a string");
  }
}

void FieldReader::Text(std::string_view name, const JsonNode& node, std::optional<std::string>* out) {
  out->reset();
  if (node.IsString()) {
    if (node.GetStringLength() > 0) *out = TextOf(node);
  } else if (!node.IsNull()) {
    Complain(name, "must be a string");
  }
}

void FieldReader::Bool(std::string_view name, const JsonNode& node, bool* out) {
  std::optional<bool> value;
  Bool(name, node, &value);
  *out = value.value_or(false);
}

void FieldReader::Bool(std::string_view name, const JsonNode& node, std::optional<bool>* out) {
  out->reset();
  if (node.IsBool()) {
    *out = node.GetBool();
  } else if (!node.IsNull()) {
    Complain(name, "must be true or false");
  }
}

void FieldReader::Number(std::string_view name, const JsonNode& node, int64_t lowest, int64_t highest, int64_t* out) {
  if (!node.IsInt64()) return Complain(name, "must be a whole number");
  *out = node.GetInt64();
  if (*out < lowest || *out > highest) Complain(name, "is out of range");
}

void FieldReader::TextSet(std::string_view name, const JsonNode& node, std::set<std::string>* out) {
  out->clear();
  Array(name, node, [&](const JsonNode& item) {
    if (!item.IsString()) return Complain(name, "must hold strings");
    out->emplace(TextOf(item));
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
