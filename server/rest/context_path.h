// `/contexts/{context}/...`: the same paths within a context.
#pragma once

#include "absl/status/status.h"
#include "server/rest/http/url.h"

namespace regent {

// Takes the prefix off and puts the context into the rest: subjects in the path become ":.context:subject", lists get
// `subjectPrefix`, ids `subject`, associations `context`. Without the prefix, and for the bare `/contexts/{context}`,
// nothing changes. REQUEST_INVALID for a context with a colon.
absl::Status ApplyContextPrefix(Url* url);

}  // namespace regent
