#include "server/rest/decode.h"
#include "server/rest/http/url.h"
#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // The target of a request, and its body.
  const auto parts = regent::fuzz::Split(regent::fuzz::ToText(data, size), 2);
  regent::ParseUrl(parts[0]).status().IgnoreError();
  if (parts.size() < 2) return 0;
  regent::DecodeSchemaRequest(parts[1], ".").status().IgnoreError();
  regent::DecodeConfigRequest(parts[1]).status().IgnoreError();
  regent::DecodeModeRequest(parts[1]).status().IgnoreError();
  return 0;
}
