#include "base/properties.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/utf8.h"

namespace regent {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\f'; }

absl::Status Wrong(int line, std::string_view what) {
  return MakeError(ErrorReason::kConfigurationInvalid,
                   absl::StrCat("line ", line, ": ", absl::string_view(what.data(), what.size())));
}

// A property with its continuations joined; escapes still stand in it.
struct LogicalLine {
  std::string text;
  int number = 0;
};

class LineReader {
 public:
  explicit LineReader(std::string_view text) : rest_(text) {}

  // Skips blank lines and comments.
  std::optional<LogicalLine> Next() {
    while (!rest_.empty()) {
      std::string_view line = WithoutLeadingBlanks(TakeNaturalLine());
      if (line.empty() || line[0] == '#' || line[0] == '!') continue;
      LogicalLine whole{"", number_};
      while (EndsInContinuation(line)) {
        whole.text.append(line.substr(0, line.size() - 1));
        line = WithoutLeadingBlanks(TakeNaturalLine());
      }
      whole.text.append(line);
      return whole;
    }
    return std::nullopt;
  }

 private:
  // Empty at the end of the text.
  std::string_view TakeNaturalLine() {
    ++number_;
    const size_t end = std::min(rest_.find_first_of("\r\n"), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (rest_.substr(0, 2) == "\r\n") {
      rest_.remove_prefix(2);
    } else if (!rest_.empty()) {
      rest_.remove_prefix(1);
    }
    return line;
  }

  static std::string_view WithoutLeadingBlanks(std::string_view line) {
    while (!line.empty() && IsBlank(line.front())) line.remove_prefix(1);
    return line;
  }

  // An odd number of backslashes: the last one is not itself escaped.
  static bool EndsInContinuation(std::string_view line) {
    size_t count = 0;
    while (count < line.size() && line[line.size() - 1 - count] == '\\') ++count;
    return count % 2 == 1;
  }

  std::string_view rest_;
  int number_ = 0;
};

// The first unescaped separator.
size_t KeyEnd(std::string_view line) {
  for (size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\\') {
      ++at;
    } else if (line[at] == '=' || line[at] == ':' || IsBlank(line[at])) {
      return at;
    }
  }
  return line.size();
}

std::string_view ValueOf(std::string_view line, size_t key_end) {
  size_t at = key_end;
  while (at < line.size() && IsBlank(line[at])) ++at;
  if (at < line.size() && (line[at] == '=' || line[at] == ':')) ++at;
  while (at < line.size() && IsBlank(line[at])) ++at;
  return line.substr(at);
}

// The four digits of the \uXXXX that `text` begins with.
std::optional<uint32_t> EscapedUnit(std::string_view text) {
  if (text.size() < 6 || text.substr(0, 2) != "\\u") return std::nullopt;
  uint32_t unit = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  if (error != std::errc() || end != text.data() + 6) return std::nullopt;
  return unit;
}

absl::StatusOr<std::string> Unescape(std::string_view text, int line) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      if (text[at] != '\\') out.push_back(text[at]);
      continue;
    }
    if (text[at + 1] == 'u') {
      std::optional<uint32_t> code_point = EscapedUnit(text.substr(at));
      if (!code_point) return Wrong(line, "\\u needs four hexadecimal digits");
      at += 5;
      if (*code_point >= 0xD800 && *code_point <= 0xDFFF) {
        const std::optional<uint32_t> low = EscapedUnit(text.substr(at + 1));
        if (*code_point > 0xDBFF || !low || *low < 0xDC00 || *low > 0xDFFF) {
          return Wrong(line, "\\u with half a surrogate pair");
        }
        code_point = 0x10000 + ((*code_point - 0xD800) << 10) + (*low - 0xDC00);
        at += 6;
      }
      AppendUtf8(*code_point, &out);
      continue;
    }
    const char c = text[++at];
    constexpr std::string_view kNamed = "tnrf";
    constexpr std::string_view kMeaning = "\t\n\r\f";
    const size_t named = kNamed.find(c);
    out.push_back(named == std::string_view::npos ? c : kMeaning[named]);
  }
  return out;
}

std::string FromLatin1(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) AppendUtf8(static_cast<uint8_t>(byte), &out);
  return out;
}

}  // namespace

absl::StatusOr<std::vector<Property>> ParseProperties(std::string_view text) {
  if (text.size() > kPropertiesBytesMax) {
    return MakeError(ErrorReason::kConfigurationInvalid, absl::StrCat("has more than ", kPropertiesBytesMax, " bytes"));
  }
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  std::string converted;
  if (!IsValidUtf8(text)) {
    converted = FromLatin1(text);
    text = converted;
  }
  std::vector<Property> properties;
  LineReader reader(text);
  while (const std::optional<LogicalLine> line = reader.Next()) {
    const size_t key_end = KeyEnd(line->text);
    if (key_end == 0) return Wrong(line->number, "no key before the separator");
    absl::StatusOr<std::string> key = Unescape(std::string_view(line->text).substr(0, key_end), line->number);
    if (!key.ok()) return key.status();
    absl::StatusOr<std::string> value = Unescape(ValueOf(line->text, key_end), line->number);
    if (!value.ok()) return value.status();
    properties.push_back({*std::move(key), *std::move(value), line->number});
  }
  return properties;
}

}  // namespace regent
