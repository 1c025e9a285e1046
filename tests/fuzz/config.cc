#include "base/config.h"

#include "tests/fuzz/fuzz_input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  regent::ConfigSources sources;
  for (const std::string_view setting : regent::fuzz::Split(regent::fuzz::ToText(data, size), 20)) {
    sources.settings.emplace_back(setting);
  }
  regent::Config::Load(sources).status().IgnoreError();
  return 0;
}
