#include "base/json_value.h"

#include <algorithm>
#include <charconv>

#include "base/logging.h"

namespace regent {

JsonValue JsonValue::Bool(bool value) {
  JsonValue out;
  out.data_.emplace<bool>(value);
  return out;
}

JsonValue JsonValue::Number(std::string text) {
  CHECK(!text.empty() && JsonNumberLength(text) == text.size()) << "not a JSON number";
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
  if (const auto* items = std::get_if<std::vector<JsonValue>>(&value.data_)) return items->size();
  const auto* members = std::get_if<std::vector<Member>>(&value.data_);
  return members != nullptr ? members->size() : 0;
}

const JsonValue& JsonValue::Child(const JsonValue& value, size_t index) {
  if (const auto* items = std::get_if<std::vector<JsonValue>>(&value.data_)) return (*items)[index];
  return std::get<std::vector<Member>>(value.data_)[index].second;
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

size_t JsonNumberLength(std::string_view text) {
  size_t at = 0;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto digits = [&] {
    const size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
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
