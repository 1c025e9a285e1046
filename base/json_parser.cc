// JsonValue::Parse: RFC 8259 to the letter, without recursion.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/error_reason.h"
#include "base/json_value.h"
#include "base/utf8.h"

namespace regent {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Where one name comes again: places in the list of members, in the order of the later one.
struct Repeat {
  size_t first;
  size_t later;
};

std::vector<Repeat> FindRepeats(absl::Span<const std::string> names) {
  std::vector<Repeat> repeats;
  constexpr size_t kFew = 12;
  if (names.size() <= kFew) {
    for (size_t later = 1; later < names.size(); ++later) {
      for (size_t first = 0; first < later; ++first) {
        if (names[first] != names[later]) continue;
        repeats.push_back({first, later});
        break;
      }
    }
    return repeats;
  }
  // Sorted, not hashed: no choice of names makes it slow.
  std::vector<size_t> order(names.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const int compared = names[a].compare(names[b]);
    return compared != 0 ? compared < 0 : a < b;
  });
  size_t first = order[0];
  for (size_t i = 1; i < order.size(); ++i) {
    if (names[order[i]] == names[first]) {
      repeats.push_back({first, order[i]});
    } else {
      first = order[i];
    }
  }
  std::sort(repeats.begin(), repeats.end(), [](const Repeat& a, const Repeat& b) { return a.later < b.later; });
  return repeats;
}

class Parser {
 public:
  Parser(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  absl::StatusOr<JsonValue> Parse() {
    if (text_.size() > limits_.max_bytes) {
      return MakeError(ErrorReason::kSchemaTooLarge,
                       absl::StrCat("The JSON text has ", text_.size(), " bytes; the limit is ", limits_.max_bytes));
    }
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") {
      Fail("a byte-order mark is not allowed");
      return status_;
    }
    // Enough for a record or a small schema: growing from nothing would move every value four times.
    values_.reserve(16);
    names_.reserve(16);
    while (ParseOpening() && !Close()) {
    }
    if (!status_.ok()) return status_;
    SkipSpace();
    if (at_ < text_.size()) {
      Fail(absl::StrCat(Found(), " after the end of the document"));
      return status_;
    }
    return std::move(values_.front());
  }

 private:
  // An array or object that is not closed yet. Its values so far are the last of values_, its names of names_.
  struct Frame {
    bool is_object;
    size_t first_value;
    size_t first_name;
  };

  // Reads up to and with the next scalar or empty container. False after an error.
  bool ParseOpening() {
    for (;;) {
      SkipSpace();
      if (!open_.empty() && open_.back().is_object && !ParseName()) return false;
      const char c = Peek();
      if (c != '{' && c != '[') return ParseScalar();
      if (open_.size() >= static_cast<size_t>(std::max(limits_.max_depth, 0))) {
        return Fail(absl::StrCat("nested deeper than the limit of ", limits_.max_depth, " levels"),
                    ErrorReason::kSchemaTooComplex);
      }
      ++at_;
      const bool is_object = c == '{';
      SkipSpace();
      if (Peek() == (is_object ? '}' : ']') && !AtEnd()) {
        ++at_;
        return Attach(is_object ? JsonValue::Object() : JsonValue::Array());
      }
      open_.push_back({is_object, values_.size(), names_.size()});
    }
  }

  // After a value: closes what ends here. True when the document is whole or wrong, false when a value follows.
  bool Close() {
    while (!open_.empty()) {
      const Frame frame = open_.back();
      SkipSpace();
      const char c = Peek();
      if (c == ',') {
        ++at_;
        return false;
      }
      if (c != (frame.is_object ? '}' : ']')) {
        Fail(absl::StrCat("expected ", frame.is_object ? "',' or '}'" : "',' or ']'", " but found ", Found()));
        return true;
      }
      ++at_;
      if (frame.is_object ? !CloseObject(frame) : !CloseArray(frame)) return true;
    }
    return true;
  }

  bool CloseArray(const Frame& frame) {
    const auto first = values_.begin() + static_cast<ptrdiff_t>(frame.first_value);
    std::vector<JsonValue> items(std::make_move_iterator(first), std::make_move_iterator(values_.end()));
    values_.erase(first, values_.end());
    open_.pop_back();
    return Attach(JsonValue::Array(std::move(items)));
  }

  bool CloseObject(const Frame& frame) {
    const auto names = absl::MakeSpan(names_).subspan(frame.first_name);
    const auto values = absl::MakeSpan(values_).subspan(frame.first_value);
    const std::vector<Repeat> repeats = FindRepeats(names);
    if (!repeats.empty() && limits_.duplicates == JsonLimits::Duplicates::kRefuse) {
      const Repeat& repeat = repeats.front();
      at_ = name_places_[frame.first_name + repeat.later];
      std::string name;
      AppendJsonString(std::string_view(names[repeat.later]).substr(0, 100), &name);
      return Fail(absl::StrCat("the object names ", name, " twice"));
    }
    for (const Repeat& repeat : repeats) values[repeat.first] = std::move(values[repeat.later]);
    std::vector<JsonValue::Member> members;
    members.reserve(names.size() - repeats.size());
    auto repeat = repeats.begin();
    for (size_t i = 0; i < names.size(); ++i) {
      if (repeat != repeats.end() && repeat->later == i) {
        ++repeat;
      } else {
        members.emplace_back(std::move(names[i]), std::move(values[i]));
      }
    }
    names_.resize(frame.first_name);
    name_places_.resize(std::min(name_places_.size(), frame.first_name));
    values_.erase(values_.begin() + static_cast<ptrdiff_t>(frame.first_value), values_.end());
    open_.pop_back();
    return Attach(JsonValue::Object(std::move(members)));
  }

  // Always true.
  bool Attach(JsonValue value) {
    values_.push_back(std::move(value));
    return true;
  }

  bool ParseName() {
    if (Peek() != '"') return Fail(absl::StrCat("expected a member's name in quotes but found ", Found()));
    if (limits_.duplicates == JsonLimits::Duplicates::kRefuse) name_places_.push_back(at_);
    if (!ParseString(&names_.emplace_back())) return false;
    SkipSpace();
    if (Peek() != ':') return Fail(absl::StrCat("expected ':' after a member's name but found ", Found()));
    ++at_;
    SkipSpace();
    return true;
  }

  bool ParseScalar() {
    const char c = Peek();
    if (c == '"') {
      std::string text;
      if (!ParseString(&text)) return false;
      return Attach(JsonValue::String(std::move(text)));
    }
    if (c == '-' || IsDigit(c)) return ParseNumber();
    if (Consume("true")) return Attach(JsonValue::Bool(true));
    if (Consume("false")) return Attach(JsonValue::Bool(false));
    if (Consume("null")) return Attach(JsonValue());
    return Fail(absl::StrCat("expected a value but found ", Found()));
  }

  bool ParseNumber() {
    const size_t length = JsonNumberLength(text_.substr(at_));
    if (length == 0) return Fail("not a number as JSON writes it");
    std::string number(text_.substr(at_, length));
    at_ += length;
    if (IsDigit(Peek())) return Fail("a number must not begin with a zero");
    return Attach(JsonValue::Number(std::move(number)));
  }

  bool ParseString(std::string* out) {
    const size_t opening = at_++;
    for (;;) {
      const size_t begin = at_;
      while (at_ < text_.size() && IsPlain(text_[at_])) ++at_;
      out->append(text_, begin, at_ - begin);
      if (at_ >= text_.size()) {
        at_ = opening;
        return Fail("a string without its closing quote");
      }
      const auto c = static_cast<uint8_t>(text_[at_]);
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c == '\\') {
        if (!ParseEscape(out)) return false;
      } else if (c < 0x20) {
        return Fail(absl::StrCat(Found(), " within a string; write it as an escape"));
      } else {
        const size_t length = Utf8SequenceLength(text_.substr(at_, 4));
        if (length == 0) return Fail(absl::StrCat(Found(), " is not valid UTF-8"));
        out->append(text_, at_, length);
        at_ += length;
      }
    }
  }

  // May stand in a string as it is, and is a character of its own.
  static bool IsPlain(char c) {
    const auto byte = static_cast<uint8_t>(c);
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
  }

  // What a backslash and `c` mean; NUL when nothing or more than one character.
  static char Unescape(char c) {
    switch (c) {
      case '"':
      case '\\':
      case '/':
        return c;
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      default:
        return '\0';
    }
  }

  bool ParseEscape(std::string* out) {
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (const char simple = Unescape(c)) {
      out->push_back(simple);
      at_ += 2;
      return true;
    }
    if (c != 'u') return Fail("an escape that JSON does not have");
    const std::optional<uint32_t> unit = HexUnit(at_);
    if (!unit) return Fail("\\u needs four hexadecimal digits");
    uint32_t code_point = *unit;
    size_t length = 6;
    if (code_point >= 0xD800 && code_point <= 0xDFFF) {
      const std::optional<uint32_t> low = code_point < 0xDC00 ? HexUnit(at_ + 6) : std::nullopt;
      if (!low || *low < 0xDC00 || *low > 0xDFFF) return Fail("half a surrogate pair");
      code_point = 0x10000 + ((code_point - 0xD800) << 10) + (*low - 0xDC00);
      length = 12;
    }
    AppendUtf8(code_point, out);
    at_ += length;
    return true;
  }

  // The four digits of a \uXXXX at `place`.
  std::optional<uint32_t> HexUnit(size_t place) const {
    const std::string_view escape = text_.substr(std::min(place, text_.size()), 6);
    if (escape.size() < 6 || escape.substr(0, 2) != "\\u") return std::nullopt;
    uint32_t unit = 0;
    const auto [end, error] = std::from_chars(escape.data() + 2, escape.data() + 6, unit, 16);
    if (error != std::errc() || end != escape.data() + 6) return std::nullopt;
    return unit;
  }

  bool AtEnd() const { return at_ >= text_.size(); }
  // NUL at the end; no rule allows a NUL of the text itself.
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }

  bool Consume(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  void SkipSpace() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  }

  // What stands here, for messages.
  std::string Found() const {
    if (AtEnd()) return "the end of the text";
    const auto byte = static_cast<uint8_t>(text_[at_]);
    if (byte >= 0x20 && byte < 0x7F) return absl::StrCat("'", absl::string_view(text_.data() + at_, 1), "'");
    return absl::StrCat("byte 0x", absl::Hex(byte, absl::kZeroPad2));
  }

  // Always false.
  bool Fail(std::string_view what, ErrorReason reason = ErrorReason::kSchemaInvalid) {
    const std::string_view before = text_.substr(0, std::min(at_, text_.size()));
    const size_t line_begin = before.rfind('\n') + 1;  // 0 on the first line
    ErrorDetail detail;
    detail.line = static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1;
    detail.column = 1 + static_cast<int>(std::count_if(before.begin() + static_cast<ptrdiff_t>(line_begin),
                                                       before.end(), [](char c) { return (c & 0xC0) != 0x80; }));
    status_ = MakeError(reason,
                        absl::StrCat("Not valid JSON: ", absl::string_view(what.data(), what.size()), " at line ",
                                     detail.line, " column ", detail.column),
                        detail);
    return false;
  }

  const std::string_view text_;
  const JsonLimits& limits_;
  size_t at_ = 0;
  std::vector<Frame> open_;
  std::vector<JsonValue> values_;
  std::vector<std::string> names_;
  std::vector<size_t> name_places_;  // where each begins; only where repeats are refused
  absl::Status status_;
};

}  // namespace

absl::StatusOr<JsonValue> JsonValue::Parse(std::string_view text, const JsonLimits& limits) {
  return Parser(text, limits).Parse();
}

}  // namespace regent
