#include "schema/json_schema/canonical.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/json_schema/decimal.h"
#include "schema/json_schema/uri.h"

namespace regent::json_schema {
namespace {

// Calls `visit` for `root` and everything within, without recursion.
template <typename Visit>
void ForEachValue(JsonValue* root, const Visit& visit) {
  std::vector<JsonValue*> open = {root};
  while (!open.empty()) {
    JsonValue* value = open.back();
    open.pop_back();
    visit(value);
    if (value->is_array()) {
      for (JsonValue& item : value->items()) open.push_back(&item);
    } else if (value->is_object()) {
      for (JsonValue::Member& member : value->members()) open.push_back(&member.second);
    }
  }
}

// The JSON pointer of the one value within `root` that lies at `wanted`.
std::string PointerOf(const JsonValue& root, const JsonValue* wanted) {
  struct Place {
    const JsonValue* value;
    std::string pointer;
  };
  std::vector<Place> open = {{&root, ""}};
  while (!open.empty()) {
    const Place place = std::move(open.back());
    open.pop_back();
    if (place.value == wanted) return place.pointer;
    if (place.value->is_array()) {
      for (size_t i = 0; i < place.value->items().size(); ++i) {
        open.push_back({&place.value->items()[i], absl::StrCat(place.pointer, "/", i)});
      }
    } else if (place.value->is_object()) {
      for (const JsonValue::Member& member : place.value->members()) {
        open.push_back({&member.second, absl::StrCat(place.pointer, "/", EscapePointer(member.first))});
      }
    }
  }
  return "";
}

// U+10000 and above are surrogate pairs in UTF-16 and so come before U+E000; the lead bytes EE and EF begin the
// characters from U+E000 to U+FFFF, F0 to F4 those above.
int Utf16Rank(uint8_t byte) {
  if (byte >= 0xF0) return byte - 2;
  if (byte >= 0xEE) return byte + 5;
  return byte;
}

}  // namespace

absl::Status Canonicalize(JsonValue* value) {
  const JsonValue* wrong = nullptr;
  ForEachValue(value, [&](JsonValue* each) {
    if (!each->is_number()) return;
    std::optional<std::string> text = JavaNumberText(each->number_text());
    if (!text) {
      wrong = each;
    } else if (*text != each->number_text()) {
      *each = JsonValue::Number(*std::move(text));
    }
  });
  if (wrong == nullptr) return absl::OkStatus();
  const std::string shown = wrong->number_text().substr(0, 40);
  return errors::SchemaInvalid(absl::StrCat("the exponent of ", shown, " is beyond 32 bits"), PointerOf(*value, wrong));
}

bool Utf16Less(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return Utf16Rank(static_cast<uint8_t>(x)) < Utf16Rank(static_cast<uint8_t>(y));
  });
}

JsonValue Normalize(const JsonValue& canonical) {
  JsonValue out = canonical;
  ForEachValue(&out, [](JsonValue* each) {
    if (!each->is_object()) return;
    std::sort(each->members().begin(), each->members().end(),
              [](const JsonValue::Member& a, const JsonValue::Member& b) { return Utf16Less(a.first, b.first); });
  });
  return out;
}

}  // namespace regent::json_schema
