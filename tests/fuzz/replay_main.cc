// replay_main TARGET SEEDS [FILE...]: runs the target over its seeds in the pack that make_seeds.py made, and over
// files.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/fuzz/fuzz_input.h"

namespace {

std::string Contents(const char* path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", path);
    std::exit(1);
  }
  return std::string(std::istreambuf_iterator<char>(in), {});
}

void Run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string target = argv[1];
  int seeds = 0;
  // Each: target, newline, size, newline, bytes.
  const std::string pack = Contents(argv[2]);
  for (size_t at = 0; at < pack.size();) {
    const size_t name_end = pack.find('\n', at);
    const size_t size_end = pack.find('\n', name_end + 1);
    const size_t size = std::strtoul(pack.c_str() + name_end + 1, nullptr, 10);
    if (pack.compare(at, name_end - at, target) == 0) {
      Run(pack.substr(size_end + 1, size));
      ++seeds;
    }
    at = size_end + 1 + size;
  }
  Run("");
  for (int i = 3; i < argc; ++i) Run(Contents(argv[i]));
  std::printf("%d seeds and %d found inputs\n", seeds, argc - 3);
  return seeds > 0 ? 0 : 1;  // a target whose seeds are lost tests nothing
}
