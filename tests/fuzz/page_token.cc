#include "server/convert/page_token.h"

#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = regent::fuzz::ToText(data, size);
  const std::string_view filter[] = {"ListSubjects", "orders"};
  // What a client makes up is another place to begin, or nothing.
  regent::ReadPageToken(filter, input);
  const auto back = regent::ReadPageToken(filter, regent::MakePageToken(filter, input));
  FUZZ_CHECK(back && *back == input);
  return 0;
}
