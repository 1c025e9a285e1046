// Why a message could not be parsed, for the person who sent it.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"

namespace regent {

// Reads `bytes` as a message of this type and answers REQUEST_INVALID naming the first string that is not UTF-8, or the
// place where the encoding breaks. For messages that failed to parse: it costs more than parsing does. A client that
// goes through a protobuf library rarely sees it; one that copies bytes into a string field does.
absl::Status ExplainParseFailure(const google::protobuf::Descriptor& type, std::string_view bytes);

}  // namespace regent
