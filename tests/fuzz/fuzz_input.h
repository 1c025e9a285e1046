// What fuzz targets share: bytes as texts, and a check that stands in every build.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

// Ends the process, which is how a fuzzer is told of a find.
#define FUZZ_CHECK(condition)                                                      \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                \
    }                                                                              \
  } while (false)

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace regent::fuzz {

inline std::string_view ToText(const uint8_t* data, size_t size) { return {reinterpret_cast<const char*>(data), size}; }

// Stands between the parts of an input that has several. No text that is meant holds it.
inline constexpr char kSeparator = '\x1E';

// The parts of an input, at most `most`: the last holds the rest.
inline std::vector<std::string_view> Split(std::string_view input, size_t most) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < most && input.find(kSeparator) != std::string_view::npos) {
    parts.push_back(input.substr(0, input.find(kSeparator)));
    input.remove_prefix(parts.back().size() + 1);
  }
  parts.push_back(input);
  return parts;
}

}  // namespace regent::fuzz
