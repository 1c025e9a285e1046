#include "schema/protobuf/source_scan.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/utf8.h"

namespace regent::protobuf {
namespace {

using google::protobuf::io::Tokenizer;

// Tokens times the braces around them. The parser remembers a path of that length for every token.
constexpr int64_t kNestedTokensMax = 4'000'000;

// Malformed tokens are reported by the parser, which meets them again.
class IgnoreErrors : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, google::protobuf::io::ColumnNumber, const std::string&) override {}
};

absl::Status CheckBytes(std::string_view text) {
  int line = 1;
  size_t line_start = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t length = text[at] == '\0' ? 0 : Utf8SequenceLength(text.substr(at, 4));
    if (length == 0) {
      const int column = static_cast<int>(at - line_start) + 1;
      const std::string_view what = text[at] == '\0' ? "a NUL byte" : "a byte that is not valid UTF-8";
      return errors::SchemaInvalid(absl::StrCat("the text has ", absl::string_view(what.data(), what.size())), "", line,
                                   column);
    }
    if (text[at] == '\n') {
      ++line;
      line_start = at + 1;
    }
    at += length;
  }
  return absl::OkStatus();
}

bool IsPlainDecimal(const std::string& text) {
  return (text.size() == 1 || text[0] != '0') &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Finds the byte a token begins at. Tokens are asked for in order, so every byte is passed once.
class ByteFinder {
 public:
  explicit ByteFinder(const std::string& text) : text_(text) {}

  size_t Find(int line, int column) {
    while (at_ < text_.size() && std::pair(line_, column_) < std::pair(line, column)) {
      const char c = text_[at_++];
      if (c == '\n') {
        ++line_;
        column_ = 0;
      } else {
        column_ += c == '\t' ? 8 - column_ % 8 : 1;
      }
    }
    return at_;
  }

 private:
  const std::string& text_;
  size_t at_ = 0;
  int line_ = 0;
  int column_ = 0;
};

class Scanner {
 public:
  Scanner(std::string_view text, int max_depth) : max_depth_(max_depth), finder_(scan_.text) { scan_.text = text; }

  absl::StatusOr<SourceScan> Run() {
    const std::string original = scan_.text;
    google::protobuf::io::ArrayInputStream stream(original.data(), static_cast<int>(original.size()));
    IgnoreErrors errors;
    Tokenizer tokenizer(&stream, &errors);
    while (tokenizer.Next()) {
      const Tokenizer::Token& token = tokenizer.current();
      absl::Status counted = Count(token);
      if (!counted.ok()) return counted;
      KeepSpelling(token);
      Remember(token);
      DisguiseEmptyOneof();
      DisguiseOption();
    }
    return std::move(scan_);
  }

 private:
  using Token = Tokenizer::Token;
  static constexpr size_t kWindow = 5;

  absl::Status Count(const Token& token) {
    if (token.type == Tokenizer::TYPE_SYMBOL) {
      const char c = token.text[0];
      if (c == '{' || c == '[' || c == '<') ++depth_;
      if ((c == '}' || c == ']' || c == '>') && depth_ > 0) --depth_;
    }
    nested_tokens_ += depth_;
    if (depth_ > max_depth_) {
      return errors::SchemaTooComplex(
          absl::StrCat("more than ", max_depth_, " levels of braces and brackets at line ", token.line + 1));
    }
    if (nested_tokens_ > kNestedTokensMax) {
      return errors::SchemaTooComplex(absl::StrCat("too much text too deep in braces, up to line ", token.line + 1));
    }
    return absl::OkStatus();
  }

  void KeepSpelling(const Token& token) {
    const bool number = token.type == Tokenizer::TYPE_INTEGER || token.type == Tokenizer::TYPE_FLOAT;
    if (!number || (token.type == Tokenizer::TYPE_INTEGER && IsPlainDecimal(token.text))) return;
    const Token& sign = Last(0);
    if (sign.type == Tokenizer::TYPE_SYMBOL && sign.text == "-") {
      scan_.spellings.push_back({{sign.line, sign.column}, absl::StrCat("-", token.text)});
    } else {
      scan_.spellings.push_back({{token.line, token.column}, token.text});
    }
  }

  // `oneof name { }`, at the beginning of a statement: inside a message literal the words could mean something else.
  void DisguiseEmptyOneof() {
    if (Last(3).text != "oneof" || Last(2).type != Tokenizer::TYPE_IDENTIFIER || Last(1).text != "{" ||
        Last(0).text != "}" || !EndsStatement(Last(4))) {
      return;
    }
    scan_.text.replace(finder_.Find(Last(3).line, Last(3).column), 5, "enum ");
    scan_.empty_oneofs.push_back({Last(3).line, Last(3).column});
  }

  void DisguiseOption() {
    if (Last(2).text != "option" || Last(0).text != "=" || !EndsStatement(Last(3))) return;
    for (const std::string_view guise : {kMapEntryGuise, kAllowAliasGuise}) {
      if (Last(1).text != WithoutGuise(guise)) continue;
      scan_.text.replace(finder_.Find(Last(1).line, Last(1).column), guise.size(), guise);
    }
  }

  static bool EndsStatement(const Token& token) {
    return token.type == Tokenizer::TYPE_SYMBOL && (token.text == "{" || token.text == "}" || token.text == ";");
  }

  void Remember(const Token& token) {
    newest_ = (newest_ + 1) % kWindow;
    window_[newest_] = token;
  }
  // The token that was `back` before the newest.
  const Token& Last(size_t back) const { return window_[(newest_ + kWindow - back) % kWindow]; }

  const int max_depth_;
  SourceScan scan_;
  ByteFinder finder_;
  std::array<Token, kWindow> window_{};
  size_t newest_ = 0;
  int depth_ = 0;
  int64_t nested_tokens_ = 0;
};

}  // namespace

std::string_view WithoutGuise(std::string_view name) {
  if (name == kMapEntryGuise) return "map_entry";
  return name == kAllowAliasGuise ? "allow_alias" : name;
}

std::string_view SourceScan::SpellingAt(SourcePosition position) const {
  const auto found = std::lower_bound(spellings.begin(), spellings.end(), position,
                                      [](const auto& entry, SourcePosition wanted) { return entry.first < wanted; });
  return found != spellings.end() && found->first == position ? std::string_view(found->second) : std::string_view();
}

bool SourceScan::IsEmptyOneof(SourcePosition position) const {
  return std::binary_search(empty_oneofs.begin(), empty_oneofs.end(), position);
}

absl::StatusOr<SourceScan> ScanSource(std::string_view text, int max_depth) {
  absl::Status bytes = CheckBytes(text);
  if (!bytes.ok()) return bytes;
  return Scanner(text, max_depth).Run();
}

}  // namespace regent::protobuf
