// A schema as the command line gives it: a file, its type, what it refers to.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/model.h"
#include "cli/session.h"

namespace regent::cli {

// --type and --reference: the flags that ReadSchema reads.
const Flag& TypeFlag();
const Flag& ReferenceFlag();

// The schema in the file named by the operand at `index` ("-": standard input). REQUEST_INVALID for a file that cannot
// be read or is larger than any registry takes, a type or a reference that makes no sense: mistakes of the command
// line.
absl::StatusOr<SchemaContent> ReadSchema(const Session& session, size_t index, const Subject& subject);

// NAME=SUBJECT:VERSION. The last '=' before the subject and the last ':' divide, so that a name may be a URL and a
// subject may hold colons; VERSION may be "latest". A bare SUBJECT is taken within `context`.
absl::StatusOr<Reference> ParseReference(std::string_view text, std::string_view context);

}  // namespace regent::cli
