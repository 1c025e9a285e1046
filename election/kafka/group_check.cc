#include "election/kafka/group_check.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error_reason.h"

namespace regent {
namespace {

constexpr std::string_view kPrefix = "regent/";

absl::string_view View(std::string_view text) { return absl::string_view(text.data(), text.size()); }

// What a member of a registry has in its client.id; nothing for others.
std::optional<std::pair<std::string_view, std::string_view>> TopicAndNode(std::string_view client_id) {
  if (client_id.substr(0, kPrefix.size()) != kPrefix) return std::nullopt;
  client_id.remove_prefix(kPrefix.size());
  const size_t slash = client_id.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return std::pair(client_id.substr(0, slash), client_id.substr(slash + 1));
}

// Some of `client_ids`: a group may have thousands.
std::string Shown(const std::vector<std::string>& client_ids) {
  constexpr size_t kMost = 5;
  const size_t count = std::min(client_ids.size(), kMost);
  std::string shown = absl::StrJoin(client_ids.begin(), client_ids.begin() + count, ", ");
  if (client_ids.size() > count) absl::StrAppend(&shown, " and ", client_ids.size() - count, " more");
  return shown;
}

}  // namespace

std::string ElectionClientId(std::string_view topic, std::string_view node) {
  return absl::StrCat(View(kPrefix), View(topic), "/", View(node));
}

absl::Status CheckGroup(const GroupView& view, std::string_view group, std::string_view topic) {
  if (!view.foreign_protocol.empty()) {
    const bool is_registry = view.foreign_protocol == "sr";
    return MakeError(
        ErrorReason::kElectionMixed,
        absl::StrCat(
            "The group '", View(group), "' is held by members of the protocol '", view.foreign_protocol, "'",
            is_registry ? ", which is another registry's (Confluent Schema Registry or Karapace)" : "",
            ". Two registries that elect separately would each have a primary, and both would write. ",
            is_registry ? "Stop its nodes and start this one again; or, if it serves another topic, set " : "Set ",
            "schema.registry.group.id to a group of this registry's own."));
  }
  std::vector<std::string> others;
  std::string other_topic;
  for (const std::string& client_id : view.client_ids) {
    const auto parts = TopicAndNode(client_id);
    if (parts && parts->first == topic) continue;
    if (parts) other_topic = parts->first;
    others.push_back(client_id);
  }
  if (others.empty()) return absl::OkStatus();
  if (!other_topic.empty()) {
    return MakeError(ErrorReason::kElectionMixed,
                     absl::StrCat("The group '", View(group), "' belongs to the registry on the topic '", other_topic,
                                  "', and this node serves '", View(topic), "' (members: ", Shown(others),
                                  "). Each registry needs a group of its own: set schema.registry.group.id."));
  }
  return MakeError(ErrorReason::kElectionMixed,
                   absl::StrCat("The group '", View(group), "' has members that are no nodes of this registry: ",
                                Shown(others), ". Set schema.registry.group.id to a group of its own."));
}

std::vector<std::string> NodesOf(const GroupView& view, std::string_view topic) {
  std::vector<std::string> nodes;
  for (const std::string& client_id : view.client_ids) {
    const auto parts = TopicAndNode(client_id);
    if (parts && parts->first == topic) nodes.emplace_back(parts->second);
  }
  std::sort(nodes.begin(), nodes.end());
  return nodes;
}

bool YieldsGroup(const GroupView& view, std::string_view topic) {
  return std::any_of(view.client_ids.begin(), view.client_ids.end(), [&](const std::string& client_id) {
    const auto parts = TopicAndNode(client_id);
    return !parts || parts->first < topic;
  });
}

}  // namespace regent
