#include "schema/json_schema/matching.h"

#include <cstddef>

namespace regent::json_schema {

std::vector<int> MaximumMatching(const std::vector<std::vector<bool>>& fits, int rights, int64_t* steps) {
  std::vector<int> right_of(fits.size(), -1);
  std::vector<int> left_of(rights, -1);
  // For each left, breadth first: the shortest way to a free right on which pairs are swapped.
  for (int start = 0; start < static_cast<int>(fits.size()); ++start) {
    std::vector<int> came_from(rights, -1);  // the left that led to this right
    std::vector<int> lefts = {start};
    int free_right = -1;
    for (size_t next = 0; next < lefts.size() && free_right < 0; ++next) {
      *steps -= 1 + rights / 64;
      if (*steps < 0) return right_of;
      for (int right = 0; right < rights && free_right < 0; ++right) {
        if (!fits[lefts[next]][right] || came_from[right] >= 0) continue;
        came_from[right] = lefts[next];
        if (left_of[right] < 0) {
          free_right = right;
        } else {
          lefts.push_back(left_of[right]);
        }
      }
    }
    for (int right = free_right; right >= 0;) {
      const int left = came_from[right];
      const int previous = right_of[left];
      right_of[left] = right;
      left_of[right] = left;
      right = left == start ? -1 : previous;
    }
  }
  return right_of;
}

}  // namespace regent::json_schema
