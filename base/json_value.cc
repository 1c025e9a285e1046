#include "base/json_value.h"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/logging.h"

namespace regent {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The length of the JSON number that `text` begins with; 0 when there is none.
size_t NumberLength(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t begin = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at > begin;
  };
  if (at < text.size() && text[at] == '-') ++at;
  if (at < text.size() && text[at] == '0') {
    ++at;
  } else if (!digits()) {
    return 0;
  }
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digits()) return 0;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return 0;
  }
  return at;
}

// The length of the well-formed UTF-8 sequence (Unicode, table 3-7) that `text` begins with; 0 when there is none.
size_t Utf8Length(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : 0; };
  const auto continues = [&](size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xBF; };
  const int first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return !overlong && !surrogate && continues(1) && continues(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool overlong = first == 0xF0 && byte(1) < 0x90;
    const bool beyond = first == 0xF4 && byte(1) > 0x8F;
    return !overlong && !beyond && continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

void AppendUtf8(uint32_t code_point, std::string* out) {
  const auto put = [&](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

// Where one name comes again: places in the list of members, in the order of the later one.
struct Repeat {
  size_t first;
  size_t later;
};

std::vector<Repeat> FindRepeats(const std::vector<JsonValue::Member>& members) {
  std::vector<Repeat> repeats;
  constexpr size_t kFew = 12;
  if (members.size() <= kFew) {
    for (size_t later = 1; later < members.size(); ++later) {
      for (size_t first = 0; first < later; ++first) {
        if (members[first].first != members[later].first) continue;
        repeats.push_back({first, later});
        break;
      }
    }
    return repeats;
  }
  // Sorted, not hashed: no choice of names makes it slow.
  std::vector<size_t> order(members.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const int compared = members[a].first.compare(members[b].first);
    return compared != 0 ? compared < 0 : a < b;
  });
  size_t first = order[0];
  for (size_t i = 1; i < order.size(); ++i) {
    if (members[order[i]].first == members[first].first) {
      repeats.push_back({first, order[i]});
    } else {
      first = order[i];
    }
  }
  std::sort(repeats.begin(), repeats.end(), [](const Repeat& a, const Repeat& b) { return a.later < b.later; });
  return repeats;
}

void KeepLast(const std::vector<Repeat>& repeats, std::vector<JsonValue::Member>* members) {
  std::vector<bool> dropped(members->size());
  for (const Repeat& repeat : repeats) {
    (*members)[repeat.first].second = std::move((*members)[repeat.later].second);
    dropped[repeat.later] = true;
  }
  size_t kept = 0;
  for (size_t i = 0; i < members->size(); ++i) {
    if (dropped[i]) continue;
    if (kept != i) (*members)[kept] = std::move((*members)[i]);
    ++kept;
  }
  members->erase(members->begin() + static_cast<ptrdiff_t>(kept), members->end());
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
    while (ParseOpening() && !Close()) {
    }
    if (!status_.ok()) return status_;
    SkipSpace();
    if (at_ < text_.size()) {
      Fail(absl::StrCat(Found(), " after the end of the document"));
      return status_;
    }
    return std::move(root_);
  }

 private:
  // An array or object that is not closed yet.
  struct Frame {
    bool is_object = false;
    std::vector<JsonValue> items;
    std::vector<JsonValue::Member> members;
    std::vector<size_t> name_places;  // only where repeats are refused
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
        Attach(is_object ? JsonValue::Object() : JsonValue::Array());
        return true;
      }
      open_.emplace_back().is_object = is_object;
    }
  }

  // After a value: closes what ends here. True when the document is whole or wrong, false when a value follows.
  bool Close() {
    while (!open_.empty()) {
      Frame& frame = open_.back();
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
      if (frame.is_object && !SettleRepeats(&frame)) return true;
      JsonValue value =
          frame.is_object ? JsonValue::Object(std::move(frame.members)) : JsonValue::Array(std::move(frame.items));
      open_.pop_back();
      Attach(std::move(value));
    }
    return true;
  }

  bool SettleRepeats(Frame* frame) {
    const std::vector<Repeat> repeats = FindRepeats(frame->members);
    if (repeats.empty()) return true;
    if (limits_.duplicates == JsonLimits::Duplicates::kRefuse) {
      const Repeat& repeat = repeats.front();
      at_ = frame->name_places[repeat.later];
      std::string name;
      AppendJsonString(std::string_view(frame->members[repeat.later].first).substr(0, 100), &name);
      return Fail(absl::StrCat("the object names ", name, " twice"));
    }
    KeepLast(repeats, &frame->members);
    return true;
  }

  void Attach(JsonValue value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().is_object) {
      open_.back().members.back().second = std::move(value);
    } else {
      open_.back().items.push_back(std::move(value));
    }
  }

  bool ParseName() {
    Frame& frame = open_.back();
    if (Peek() != '"') return Fail(absl::StrCat("expected a member's name in quotes but found ", Found()));
    if (limits_.duplicates == JsonLimits::Duplicates::kRefuse) frame.name_places.push_back(at_);
    frame.members.emplace_back();
    if (!ParseString(&frame.members.back().first)) return false;
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
      Attach(JsonValue::String(std::move(text)));
      return true;
    }
    if (c == '-' || IsDigit(c)) return ParseNumber();
    if (Consume("true")) return AttachScalar(JsonValue::Bool(true));
    if (Consume("false")) return AttachScalar(JsonValue::Bool(false));
    if (Consume("null")) return AttachScalar(JsonValue());
    return Fail(absl::StrCat("expected a value but found ", Found()));
  }

  bool AttachScalar(JsonValue value) {
    Attach(std::move(value));
    return true;
  }

  bool ParseNumber() {
    const size_t length = NumberLength(text_.substr(at_));
    if (length == 0) return Fail("not a number as JSON writes it");
    std::string number(text_.substr(at_, length));
    at_ += length;
    if (IsDigit(Peek())) return Fail("a number must not begin with a zero");
    return AttachScalar(JsonValue::Number(std::move(number)));
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
        const size_t length = Utf8Length(text_.substr(at_, 4));
        if (length == 0) return Fail(absl::StrCat(Found(), " is not valid UTF-8"));
        out->append(text_, at_, length);
        at_ += length;
      }
    }
  }

  static bool IsPlain(char c) {
    const auto byte = static_cast<uint8_t>(c);
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
  }

  bool ParseEscape(std::string* out) {
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const size_t simple = kEscapes.find(c);
    if (simple != std::string_view::npos) {
      out->push_back(kMeanings[simple]);
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
  JsonValue root_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<JsonValue> JsonValue::Parse(std::string_view text, const JsonLimits& limits) {
  return Parser(text, limits).Parse();
}

JsonValue JsonValue::Bool(bool value) {
  JsonValue out;
  out.data_.emplace<bool>(value);
  return out;
}

JsonValue JsonValue::Number(std::string text) {
  CHECK(!text.empty() && NumberLength(text) == text.size()) << "not a JSON number";
  JsonValue out;
  out.data_.emplace<NumberText>(NumberText{std::move(text)});
  return out;
}

JsonValue JsonValue::Number(int64_t value) { return Number(std::to_string(value)); }

JsonValue JsonValue::String(std::string text) {
  JsonValue out;
  out.data_.emplace<std::string>(std::move(text));
  return out;
}

JsonValue JsonValue::Array(std::vector<JsonValue> items) {
  JsonValue out;
  out.data_.emplace<std::vector<JsonValue>>(std::move(items));
  return out;
}

JsonValue JsonValue::Object(std::vector<Member> members) {
  JsonValue out;
  out.data_.emplace<std::vector<Member>>(std::move(members));
  return out;
}

bool JsonValue::bool_value() const {
  CHECK(is_bool());
  return std::get<bool>(data_);
}
const std::string& JsonValue::number_text() const {
  CHECK(is_number());
  return std::get<NumberText>(data_).text;
}
const std::string& JsonValue::string_value() const {
  CHECK(is_string());
  return std::get<std::string>(data_);
}
const std::vector<JsonValue>& JsonValue::items() const {
  CHECK(is_array());
  return std::get<std::vector<JsonValue>>(data_);
}
std::vector<JsonValue>& JsonValue::items() {
  CHECK(is_array());
  return std::get<std::vector<JsonValue>>(data_);
}
const std::vector<JsonValue::Member>& JsonValue::members() const {
  CHECK(is_object());
  return std::get<std::vector<Member>>(data_);
}
std::vector<JsonValue::Member>& JsonValue::members() {
  CHECK(is_object());
  return std::get<std::vector<Member>>(data_);
}

std::optional<int64_t> JsonValue::ToInt64() const {
  if (!is_number()) return std::nullopt;
  const std::string& text = number_text();
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

const JsonValue* JsonValue::Find(std::string_view name) const {
  if (!is_object()) return nullptr;
  const std::vector<Member>& all = members();
  for (auto member = all.rbegin(); member != all.rend(); ++member) {
    if (member->first == name) return &member->second;
  }
  return nullptr;
}

void JsonValue::Set(std::string name, JsonValue value) {
  if (const JsonValue* present = Find(name)) {
    *const_cast<JsonValue*>(present) = std::move(value);
  } else {
    members().emplace_back(std::move(name), std::move(value));
  }
}

size_t JsonValue::ChildCount(const JsonValue& value) {
  if (value.is_array()) return value.items().size();
  return value.is_object() ? value.members().size() : 0;
}

const JsonValue& JsonValue::Child(const JsonValue& value, size_t index) {
  return value.is_array() ? value.items()[index] : value.members()[index].second;
}

bool JsonValue::operator==(const JsonValue& other) const {
  std::vector<std::pair<const JsonValue*, const JsonValue*>> pending = {{this, &other}};
  while (!pending.empty()) {
    const auto [a, b] = pending.back();
    pending.pop_back();
    if (a->kind() != b->kind() || ChildCount(*a) != ChildCount(*b)) return false;
    if (!a->is_array() && !a->is_object()) {
      if (a->data_ != b->data_) return false;
      continue;
    }
    for (size_t i = ChildCount(*a); i-- > 0;) {
      if (a->is_object() && a->members()[i].first != b->members()[i].first) return false;
      pending.emplace_back(&Child(*a, i), &Child(*b, i));
    }
  }
  return true;
}

JsonValue::JsonValue(const JsonValue& other) {
  std::vector<std::pair<const JsonValue*, JsonValue*>> pending = {{&other, this}};
  while (!pending.empty()) {
    const auto [from, to] = pending.back();
    pending.pop_back();
    if (from->is_array()) {
      auto& items = to->data_.emplace<std::vector<JsonValue>>(from->items().size());
      for (size_t i = 0; i < items.size(); ++i) pending.emplace_back(&from->items()[i], &items[i]);
    } else if (from->is_object()) {
      auto& members = to->data_.emplace<std::vector<Member>>(from->members().size());
      for (size_t i = 0; i < members.size(); ++i) {
        members[i].first = from->members()[i].first;
        pending.emplace_back(&from->members()[i].second, &members[i].second);
      }
    } else {
      to->data_ = from->data_;
    }
  }
}

JsonValue::JsonValue(JsonValue&& other) noexcept : data_(std::move(other.data_)) {
  other.data_.emplace<std::monostate>();
}

JsonValue& JsonValue::operator=(const JsonValue& other) {
  JsonValue copy(other);
  data_.swap(copy.data_);
  return *this;
}

JsonValue& JsonValue::operator=(JsonValue&& other) noexcept {
  // `other` may be a part of this value: take it out before the rest goes.
  JsonValue taken(std::move(other));
  data_.swap(taken.data_);
  return *this;
}

// Whether a container holds a container that is not empty.
bool JsonValue::HasDepth() const {
  const auto holds = [](const JsonValue& child) { return ChildCount(child) > 0; };
  if (is_array()) return std::any_of(items().begin(), items().end(), holds);
  if (!is_object()) return false;
  return std::any_of(members().begin(), members().end(), [&](const Member& member) { return holds(member.second); });
}

void JsonValue::MoveDeepChildrenTo(std::vector<JsonValue>* out) {
  for (size_t i = 0; i < ChildCount(*this); ++i) {
    auto& child = const_cast<JsonValue&>(Child(*this, i));
    if (ChildCount(child) > 0) out->push_back(std::move(child));
  }
}

JsonValue::~JsonValue() {
  if (!HasDepth()) return;
  std::vector<JsonValue> pending;
  MoveDeepChildrenTo(&pending);
  while (!pending.empty()) {
    JsonValue last = std::move(pending.back());
    pending.pop_back();
    last.MoveDeepChildrenTo(&pending);
  }
}

void JsonValue::Append(std::string* out, bool pretty) const {
  struct Frame {
    const JsonValue* value;
    size_t next = 0;
  };
  std::vector<Frame> open;
  const auto new_line = [&] {
    if (pretty) out->append("\n").append(open.size() * 2, ' ');
  };
  // Writes a scalar or an empty container whole, and the opening of any other.
  const auto begin = [&](const JsonValue& value) {
    switch (value.kind()) {
      case Kind::kNull:
        out->append("null");
        break;
      case Kind::kBool:
        out->append(value.bool_value() ? "true" : "false");
        break;
      case Kind::kNumber:
        out->append(value.number_text());
        break;
      case Kind::kString:
        AppendJsonString(value.string_value(), out);
        break;
      case Kind::kArray:
      case Kind::kObject:
        out->push_back(value.is_array() ? '[' : '{');
        if (ChildCount(value) > 0) {
          open.push_back({&value});
        } else {
          out->push_back(value.is_array() ? ']' : '}');
        }
    }
  };
  begin(*this);
  while (!open.empty()) {
    const JsonValue& value = *open.back().value;
    const size_t next = open.back().next++;
    if (next == ChildCount(value)) {
      open.pop_back();
      new_line();
      out->push_back(value.is_array() ? ']' : '}');
      continue;
    }
    if (next > 0) out->push_back(',');
    new_line();
    if (value.is_object()) {
      AppendJsonString(value.members()[next].first, out);
      out->append(pretty ? ": " : ":");
    }
    begin(Child(value, next));
  }
}

std::string JsonValue::ToString() const {
  std::string out;
  Append(&out, false);
  return out;
}

void JsonValue::AppendTo(std::string* out) const { Append(out, false); }

std::string JsonValue::ToPrettyString() const {
  std::string out;
  Append(&out, true);
  return out;
}

void AppendJsonString(std::string_view text, std::string* out) {
  constexpr char kHexDigits[] = "0123456789ABCDEF";
  out->push_back('"');
  size_t written = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out->append(text, written, i - written);
    written = i + 1;
    out->push_back('\\');
    constexpr std::string_view kSpecial = "\"\\\b\f\n\r\t";
    constexpr std::string_view kEscapes = "\"\\bfnrt";
    const size_t simple = kSpecial.find(text[i]);
    if (simple != std::string_view::npos) {
      out->push_back(kEscapes[simple]);
    } else {
      out->append("u00");
      out->push_back(kHexDigits[byte >> 4]);
      out->push_back(kHexDigits[byte & 15]);
    }
  }
  out->append(text, written).push_back('"');
}

}  // namespace regent
