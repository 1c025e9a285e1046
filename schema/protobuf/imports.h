// The files that a schema imports: its references and what is bundled with the registry. No file system is involved.
#pragma once

#include <google/protobuf/descriptor.pb.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "schema/format.h"
#include "schema/protobuf/descriptor_cleaner.h"
#include "schema/protobuf/file_tree.h"

namespace regent::protobuf {

// An imported file, understood. Immutable.
struct ImportedFile {
  std::string name;
  File tree;
  google::protobuf::FileDescriptorProto proto;  // ready for a DescriptorPool; of a reference without its options
  bool bundled = false;
  PoolCost cost;
};
using ImportedFiles = std::vector<std::shared_ptr<const ImportedFile>>;

// Everything that `imports` lead to, each file once, after those it imports itself. Of references with the same name
// the first counts; google/protobuf/* is always the bundled one. SCHEMA_INVALID naming an import that is neither
// referenced nor bundled, a cycle, or a reference that cannot be read; SCHEMA_TOO_LARGE and SCHEMA_TOO_COMPLEX beyond
// the limits.
absl::StatusOr<ImportedFiles> LoadImports(const std::vector<std::string>& imports,
                                          absl::Span<const NamedSchema> references, const FormatLimits& limits);

// All three lists of a file.
std::vector<std::string> ImportsOf(const File& file);

// Whether a file of that name is bundled.
bool IsBundled(std::string_view name);

}  // namespace regent::protobuf
