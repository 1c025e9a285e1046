#include "base/properties.h"

#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto properties = regent::ParseProperties(regent::fuzz::ToText(data, size));
  if (!properties.ok()) return 0;
  for (const regent::Property& property : *properties) FUZZ_CHECK(property.line >= 1);
  return 0;
}
