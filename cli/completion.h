// What may come next on a half-written command line: from the same declarations as parser and help.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "cli/command.h"

namespace regent::cli {

// The names of a registry's subjects that begin so. `words` are those of the line, in which --server may stand.
using SubjectNames =
    std::function<std::vector<std::string>(const std::vector<std::string>& words, std::string_view prefix)>;

// What the last of `words` may become; the others are complete. Sorted as help lists them; subjects as they come. Empty
// where a file's name belongs, or anything at all.
std::vector<std::string> Complete(const std::vector<std::string>& words, absl::Span<const Command* const> commands,
                                  const SubjectNames& subjects);

// What a shell has to load: it asks `regent completion words` for every completion. Null for a shell that is not known.
const char* CompletionScript(std::string_view shell);

}  // namespace regent::cli
