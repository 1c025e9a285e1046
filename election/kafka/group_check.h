// May this node elect in that group? Pure: judges what the coordinator tells of the group's members.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace regent {

// The client.id under which a node takes part: "regent/<topic>/<node>". A topic's name holds no slash, so that others
// read from it which registry the member belongs to.
std::string ElectionClientId(std::string_view topic, std::string_view node);

struct GroupView {
  // Empty where the group is free, or held by consumers as we are one; else what it is held by, "sr" for Confluent
  // Schema Registry and Karapace.
  std::string foreign_protocol;
  std::vector<std::string> client_ids;
};

// ELECTION_MIXED when the group is held by members that this registry may not elect with: those of another kind of
// registry, of a registry on another topic, and consumers that are no registry at all.
absl::Status CheckGroup(const GroupView& view, std::string_view group, std::string_view topic);

// The nodes among the members, sorted.
std::vector<std::string> NodesOf(const GroupView& view, std::string_view topic);

// Two registries on different topics that join one free group at the same moment do not see each other before. Of them
// the one whose topic's name is first stays: whether `topic` must go.
bool YieldsGroup(const GroupView& view, std::string_view topic);

}  // namespace regent
