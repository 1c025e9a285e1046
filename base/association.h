// A resource, a topic mostly, and the subject that its keys or values are described by.
#pragma once

#include <cstdint>
#include <string>

#include "base/ids.h"

namespace regent {

// A strong one belongs to its resource alone: the subject bears the resource's name, nothing else may be associated
// with it, and it cannot be changed. A weak one only says which subject is used.
enum class Lifecycle { kStrong, kWeak };

struct Association {
  std::string guid;
  std::string resource_name;
  std::string resource_namespace;
  std::string resource_id;  // of the resource itself, whatever it is called; may be empty in records of others
  std::string resource_type;
  std::string association_type;  // "key", "value"
  Subject subject;
  Lifecycle lifecycle = Lifecycle::kWeak;
  bool frozen = false;
  int64_t create_time_ms = 0;  // 0: unknown
  bool operator==(const Association&) const = default;
};

}  // namespace regent
