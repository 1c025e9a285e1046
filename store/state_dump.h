// The whole state as records and as text: to compare nodes, and to write a state into another log.
#pragma once

#include <string>
#include <vector>

#include "store/log.h"
#include "store/state.h"

namespace regent {

// The fewest records that make this state when a log holds nothing else: canonical keys, no headers, no claims. In an
// order that is the same for equal states, and every prefix of which is a legal state: contexts, then schemas by id
// within each context, then settings. What a caller reads while records are applied may be torn between two of them.
std::vector<Record> RecordsOf(const State& state);

// One line for each of these records: {"key":...,"value":...}. Equal states have equal dumps.
std::string DumpState(const State& state);

}  // namespace regent
