#include "schema/protobuf/message_literal.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <unordered_map>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent::protobuf {
namespace {

using google::protobuf::io::Tokenizer;

class FlagErrors : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, google::protobuf::io::ColumnNumber, const std::string& message) override {
    if (message_.empty()) message_ = message;
  }
  const std::string& message() const { return message_; }

 private:
  std::string message_;
};

// The entries of one map under construction. Finding a key must not cost a walk over all of them.
class MapBuilder {
 public:
  void Add(std::string key, OptionValue value) {
    const auto [place, is_new] = places_.try_emplace(key, map_.entries.size());
    if (is_new) {
      map_.entries.emplace_back(std::move(key), std::move(value));
      return;
    }
    AppendToList(std::move(value), &map_.entries[place->second].second);
  }

  OptionValue Take() {
    map_.kind = OptionValue::Kind::kMap;
    return std::move(map_);
  }

 private:
  OptionValue map_;
  std::unordered_map<std::string, size_t> places_;
};

class LiteralReader {
 public:
  LiteralReader(const std::string& text, int max_depth)
      : stream_(text.data(), static_cast<int>(text.size())), tokenizer_(&stream_, &errors_), max_depth_(max_depth) {
    tokenizer_.set_require_space_after_number(false);
  }

  absl::StatusOr<OptionValue> Read() {
    tokenizer_.Next();
    OptionValue map = ReadEntries("", 1);
    if (status_.ok() && !errors_.message().empty()) Fail(errors_.message());
    if (!status_.ok()) return status_;
    return map;
  }

 private:
  // Up to and including `end`; an empty `end` is the end of the text.
  OptionValue ReadEntries(std::string_view end, int depth) {
    MapBuilder map;
    if (depth > max_depth_) {
      status_ = errors::SchemaTooComplex(absl::StrCat("a message literal more than ", max_depth_, " levels deep"));
    }
    while (status_.ok() && !AtEnd(end)) {
      std::string key = ReadKey();
      const bool colon = TryConsume(":");
      if (status_.ok() && !colon && !Looking("{") && !Looking("<")) Fail(absl::StrCat("expected ':' after ", key));
      map.Add(std::move(key), ReadValue(depth));
      if (!TryConsume(",")) TryConsume(";");
    }
    return map.Take();
  }

  bool AtEnd(std::string_view end) {
    if (tokenizer_.current().type != Tokenizer::TYPE_END) return !end.empty() && TryConsume(end);
    if (!end.empty()) Fail("a message literal is not closed");
    return true;
  }

  // `name`, or `[pkg.extension]`, or `[host/pkg.Type]`.
  std::string ReadKey() {
    if (tokenizer_.current().type == Tokenizer::TYPE_IDENTIFIER) return Take();
    std::string key;
    if (!Looking("[")) {
      Fail(absl::StrCat("expected a field name, found \"", tokenizer_.current().text, "\""));
      return key;
    }
    while (status_.ok() && !Looking("]")) {
      if (tokenizer_.current().type == Tokenizer::TYPE_END) Fail("\"[\" is not closed");
      key += Take();
    }
    key += Take();
    return key;
  }

  OptionValue ReadValue(int depth) {
    OptionValue value;
    const Tokenizer::TokenType type = tokenizer_.current().type;
    if (!status_.ok()) return value;
    if (TryConsume("{")) return ReadEntries("}", depth + 1);
    if (TryConsume("<")) return ReadEntries(">", depth + 1);
    if (TryConsume("[")) return ReadList(depth + 1);
    if (type == Tokenizer::TYPE_STRING) {
      value.kind = OptionValue::Kind::kString;
      while (tokenizer_.current().type == Tokenizer::TYPE_STRING) {
        Tokenizer::ParseStringAppend(Take(), &value.text);
      }
      return value;
    }
    if (TryConsume("-")) value.text.push_back('-');  // an assignment makes GCC 12 see ghosts when it optimises
    if (tokenizer_.current().type == Tokenizer::TYPE_SYMBOL || tokenizer_.current().type == Tokenizer::TYPE_STRING ||
        tokenizer_.current().type == Tokenizer::TYPE_END) {
      Fail(absl::StrCat("expected a value, found \"", tokenizer_.current().text, "\""));
      return value;
    }
    value.text += Take();
    return value;
  }

  OptionValue ReadList(int depth) {
    OptionValue list;
    list.kind = OptionValue::Kind::kList;
    if (depth > max_depth_) {
      status_ = errors::SchemaTooComplex(absl::StrCat("a message literal more than ", max_depth_, " levels deep"));
    }
    if (TryConsume("]")) return list;
    while (status_.ok()) {
      list.items.push_back(ReadValue(depth));
      if (TryConsume("]")) break;
      if (!TryConsume(",")) Fail("expected ',' or ']' in a list");
    }
    return list;
  }

  bool Looking(std::string_view symbol) const {
    return tokenizer_.current().type == Tokenizer::TYPE_SYMBOL && tokenizer_.current().text == symbol;
  }
  bool TryConsume(std::string_view symbol) {
    if (!Looking(symbol)) return false;
    tokenizer_.Next();
    return true;
  }
  std::string Take() {
    std::string text = tokenizer_.current().text;
    tokenizer_.Next();
    return text;
  }
  void Fail(std::string_view what) {
    if (status_.ok()) status_ = errors::SchemaInvalid(what);
  }

  FlagErrors errors_;
  google::protobuf::io::ArrayInputStream stream_;
  mutable Tokenizer tokenizer_;
  const int max_depth_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<OptionValue> ReadMessageLiteral(const std::string& text, int max_depth) {
  return LiteralReader(text, max_depth).Read();
}

void AppendToList(OptionValue value, OptionValue* existing) {
  if (existing->kind != OptionValue::Kind::kList) {
    OptionValue list;
    list.kind = OptionValue::Kind::kList;
    list.items.push_back(std::move(*existing));
    *existing = std::move(list);
  }
  if (value.kind == OptionValue::Kind::kList) {
    for (OptionValue& item : value.items) existing->items.push_back(std::move(item));
  } else {
    existing->items.push_back(std::move(value));
  }
}

}  // namespace regent::protobuf
