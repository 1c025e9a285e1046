#include "client/wire_format.h"

#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace regent::client;
  std::string_view rest = regent::fuzz::ToText(data, size);
  const std::string_view whole = rest;
  const auto key = TakeSchemaKey(&rest);
  if (key.ok()) {
    std::string again;
    FUZZ_CHECK(AppendSchemaKey(*key, &again).ok());
    FUZZ_CHECK(whole.substr(0, whole.size() - rest.size()) == again);
  } else {
    FUZZ_CHECK(rest == whole);
  }
  const auto path = TakeMessagePath(&rest);
  if (path.ok()) {
    std::string again;
    FUZZ_CHECK(AppendMessagePath(*path, &again).ok());
    std::string_view bytes = again;
    const auto back = TakeMessagePath(&bytes);
    FUZZ_CHECK(back.ok() && *back == *path && bytes.empty());
  }
  return 0;
}
