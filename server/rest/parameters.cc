#include "server/rest/parameters.h"

#include <charconv>
#include <limits>

#include "base/error_reason.h"

namespace regent {
namespace {

std::optional<int64_t> ParseNumber(const std::string& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

absl::StatusOr<std::optional<Version>> ParseVersionArgument(const std::string& text) {
  if (EqualsIgnoreCase(text, "latest")) return std::optional<Version>();
  const std::optional<int64_t> number = ParseNumber(text);
  if (number == -1) return std::optional<Version>();
  if (number && *number >= 1 && *number <= std::numeric_limits<int32_t>::max()) {
    return std::optional<Version>(Version(static_cast<int32_t>(*number)));
  }
  return MakeError(ErrorReason::kVersionInvalid,
                   "The specified version '" + text.substr(0, 100) +
                       "' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"");
}

absl::StatusOr<SchemaId> ParseIdArgument(const std::string& text) {
  const std::optional<int64_t> number = ParseNumber(text);
  if (!number || *number > std::numeric_limits<int32_t>::max() || *number < std::numeric_limits<int32_t>::min()) {
    return HttpError(404, "HTTP 404 Not Found: '" + text.substr(0, 100) + "' is no schema id");
  }
  const SchemaId id(static_cast<int32_t>(*number));
  if (*number < 1) return errors::SchemaNotFound(id);
  return id;
}

Deleted DeletedOf(const RestRequest& request) {
  if (request.Flag("deletedOnly")) return Deleted::kOnly;
  return request.Flag("deleted") ? Deleted::kInclude : Deleted::kExclude;
}

absl::StatusOr<Slice> SliceOf(const RestRequest& request, int limit_default, int limit_max) {
  const auto offset = request.Number("offset", 0);
  if (!offset.ok()) return offset.status();
  const auto limit = request.Number("limit", -1);
  if (!limit.ok()) return limit.status();
  Slice slice;
  slice.offset = *offset > 0 ? static_cast<size_t>(*offset) : 0;
  const bool fits = *limit > 0 && (limit_max == kUnlimited || *limit <= limit_max);
  if (fits) {
    slice.limit = static_cast<size_t>(*limit);
  } else {
    slice.limit = limit_default == kUnlimited ? std::numeric_limits<size_t>::max() : static_cast<size_t>(limit_default);
  }
  return slice;
}

SubjectPrefix ParseSubjectPrefix(const std::string& text) {
  constexpr std::string_view kAll = ":*:";
  if (text.rfind(kAll, 0) == 0) return {"*", text.substr(kAll.size())};
  const Subject subject = Subject::Parse(text);
  return {subject.context, subject.name};
}

ConfigTarget ParseTarget(const std::string& qualified) { return Subject::Parse(qualified); }

}  // namespace regent
