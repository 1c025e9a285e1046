// What several endpoints read out of paths and queries.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/rest/route.h"

namespace regent {

// 1 to 2^31-1; nothing for "latest" (in any case) and "-1". VERSION_INVALID otherwise.
absl::StatusOr<std::optional<Version>> ParseVersionArgument(const std::string& text);

// A path segment that is no number names no schema: 404. One that no schema can have is SCHEMA_NOT_FOUND.
absl::StatusOr<SchemaId> ParseIdArgument(const std::string& text);

// `deleted` and `deletedOnly`; the latter wins.
Deleted DeletedOf(const RestRequest& request);

// `offset` and `limit`, applied after sorting. A limit of 0 or less is the default, one above the maximum too.
struct Slice {
  size_t offset = 0;
  size_t limit = 0;
};
// `unlimited` where there is no default and no maximum.
inline constexpr int kUnlimited = -1;
absl::StatusOr<Slice> SliceOf(const RestRequest& request, int limit_default = kUnlimited, int limit_max = kUnlimited);

template <typename T>
void Cut(const Slice& slice, std::vector<T>* items) {
  items->erase(items->begin(), items->begin() + static_cast<std::ptrdiff_t>(std::min(slice.offset, items->size())));
  if (items->size() > slice.limit) items->resize(slice.limit);
}

// `subjectPrefix` as the domain has it: a context, or "*" for all of them, and the beginning of a name.
struct SubjectPrefix {
  std::string context = "*";
  std::string name;
};
SubjectPrefix ParseSubjectPrefix(const std::string& text);

// What may be configured: nothing for the global one.
ConfigTarget ParseTarget(const std::string& qualified);

}  // namespace regent
