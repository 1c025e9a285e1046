#include "schema/snippet.h"

#include <algorithm>

#include "base/utf8.h"

namespace regent {
namespace {

constexpr std::string_view kEllipsis = "...";

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

bool IsFull(const std::string& out) { return out.size() > kSnippetBytesMax; }

// Goes on until `out` is full: what it goes into deeper has written a bracket at least, which bounds the recursion.
void Write(const JsonValue& value, std::string* out) {
  if (value.is_string()) {
    JsonValue::String(std::string(Snippet(value.string_value()))).AppendTo(out);
  } else if (value.is_array()) {
    *out += '[';
    for (size_t i = 0; i < value.items().size() && !IsFull(*out); ++i) {
      if (i > 0) *out += ',';
      Write(value.items()[i], out);
    }
    *out += ']';
  } else if (value.is_object()) {
    *out += '{';
    for (size_t i = 0; i < value.members().size() && !IsFull(*out); ++i) {
      if (i > 0) *out += ',';
      const auto& [name, member] = value.members()[i];
      JsonValue::String(std::string(Snippet(name))).AppendTo(out);
      *out += ':';
      Write(member, out);
    }
    *out += '}';
  } else if (value.is_number()) {
    *out += value.number_text().substr(0, kSnippetBytesMax);
  } else {
    value.AppendTo(out);
  }
}

}  // namespace

std::string Snippet(std::string_view text) {
  std::string out;
  bool pending_space = false;
  for (size_t at = 0; at < text.size();) {
    if (IsSpace(text[at])) {
      pending_space = !out.empty();
      ++at;
      continue;
    }
    // A byte that is no text counts as a character.
    const size_t length = std::max<size_t>(Utf8SequenceLength(text.substr(at, 4)), 1);
    if (out.size() + length + (pending_space ? 1 : 0) > kSnippetBytesMax) return out.append(kEllipsis);
    if (pending_space) out += ' ';
    pending_space = false;
    out += text.substr(at, length);
    at += length;
  }
  return out;
}

std::string Snippet(const JsonValue& value) {
  std::string text;
  Write(value, &text);
  return Snippet(text);
}

}  // namespace regent
