// The .proto files that every schema may import without a reference: google/protobuf/*, google/type/* and Confluent's
// own. Their text is part of the program.
#pragma once

#include <string_view>
#include <vector>

namespace regent::protobuf {

struct BundledFile {
  std::string_view name;  // as an import statement spells it
  std::string_view text;
};

// By name, ascending. The definition is generated: embed_protos.py.
const std::vector<BundledFile>& BundledFiles();

}  // namespace regent::protobuf
