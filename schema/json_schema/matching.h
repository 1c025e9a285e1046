// Pairs as many as possible of two groups, each used once.
#pragma once

#include <cstdint>
#include <vector>

namespace regent::json_schema {

// `fits[left][right]` tells who may be paired. Gives for each left the right it was paired with, or -1; no other way
// of pairing pairs more. Takes what it costs from `steps` (lefts * edges at worst, rarely more than the edges) and ends
// early, with what it has, when that is below zero.
std::vector<int> MaximumMatching(const std::vector<std::vector<bool>>& fits, int rights, int64_t* steps);

}  // namespace regent::json_schema
