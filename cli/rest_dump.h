// A dump of another registry over Confluent's REST interface: Confluent, Karapace, Redpanda, or Regent.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "cli/dump_spool.h"
#include "cli/http_source.h"

namespace regent::cli {

// Asks for documented endpoints only: /subjects, /subjects/S/versions, /subjects/S/versions/V, /config, /mode, and
// those of contexts. What a registry does not have (contexts, modes) counts as not set. `told` hears how many versions
// were read. An error names what was asked for. What changes meanwhile may be missed.
absl::Status GatherOverRest(const HttpUrl& url, const HttpSourceOptions& options, DumpSpool* spool,
                            const std::function<void(int64_t)>& told);

}  // namespace regent::cli
