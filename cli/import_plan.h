// What a dump holds, and in which order it is to be imported: what is referred to before what refers to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/dump_line.h"

namespace regent::cli {

struct ImportItem {
  int64_t offset = 0;  // of its line
  size_t size = 0;
  Subject subject;
  Version version;
  SchemaId id;
  std::optional<ContentHash> guid;
  bool deleted = false;
  // Deleted, and something live refers to it: it must be deleted before that is registered, or never is.
  bool deleted_early = false;
  int level = 0;  // above those of all it refers to
};

// Holds places, not texts: some 250 bytes for each version.
struct ImportPlan {
  std::vector<ImportItem> items;  // in the order of the dump
  std::map<std::pair<Subject, Version>, size_t> index;
  int levels = 0;
  std::vector<DumpConfig> configs;
  std::vector<DumpMode> modes;
  std::vector<DumpContext> contexts;
  std::vector<DumpAssociation> associations;
};

// Reads a whole dump, from the start. REQUEST_INVALID naming the line: what is no dump, of a format to come, cut off,
// or names a place twice.
absl::StatusOr<ImportPlan> ReadPlan(std::istream& in);

// The entry again. Not for several threads at once.
absl::StatusOr<DumpSchema> ReadItem(std::istream& in, const ImportItem& item);

}  // namespace regent::cli
