#include "base/json_value.h"

#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using regent::JsonValue;
  const auto value = JsonValue::Parse(regent::fuzz::ToText(data, size));
  if (!value.ok()) return 0;
  for (const std::string& text : {value->ToString(), value->ToPrettyString()}) {
    const auto again = JsonValue::Parse(text);
    FUZZ_CHECK(again.ok() && *again == *value);
  }
  return 0;
}
