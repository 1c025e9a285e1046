#include "server/rest/router.h"

#include <algorithm>
#include <utility>

namespace regent {

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (size_t i = 0; i < routes_.size(); ++i) {
    Pattern& pattern = patterns_.emplace_back();
    std::string_view rest = routes_[i].pattern.substr(1);
    while (!rest.empty()) {
      const size_t end = rest.find('/');
      pattern.segments.emplace_back(rest.substr(0, end));
      pattern.arguments += pattern.segments.back() == "{}";
      rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    }
    by_length_[pattern.segments.size()].push_back(i);
  }
  for (auto& [length, indexes] : by_length_) {
    std::stable_sort(indexes.begin(), indexes.end(),
                     [this](size_t a, size_t b) { return patterns_[a].arguments < patterns_[b].arguments; });
  }
}

bool Router::Fits(const Pattern& pattern, const std::vector<std::string>& segments) const {
  for (size_t i = 0; i < segments.size(); ++i) {
    if (pattern.segments[i] == "{}" ? segments[i].empty() : pattern.segments[i] != segments[i]) return false;
  }
  return true;
}

Router::Match Router::Find(HttpMethod method, const std::vector<std::string>& segments) const {
  Match match;
  if (method == HttpMethod::kHead) method = HttpMethod::kGet;
  const auto candidates = by_length_.find(segments.size());
  if (candidates == by_length_.end()) return match;
  size_t arguments = segments.size() + 1;
  for (const size_t i : candidates->second) {
    // Once a pattern fits, only those as literal as it count.
    if (patterns_[i].arguments > arguments) break;
    if (!Fits(patterns_[i], segments)) continue;
    arguments = patterns_[i].arguments;
    match.allowed.push_back(routes_[i].method);
    if (routes_[i].method != method || match.route != nullptr) continue;
    match.route = &routes_[i];
    match.index = i;
    for (size_t s = 0; s < segments.size(); ++s) {
      if (patterns_[i].segments[s] == "{}") match.arguments.push_back(segments[s]);
    }
  }
  return match;
}

}  // namespace regent
