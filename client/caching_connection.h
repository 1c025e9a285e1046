// A RegistryConnection that remembers answers of another one, so that a service asks once for each schema and not once
// for each message.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "base/clock.h"
#include "client/registry_connection.h"

namespace regent::client {

struct CachingOptions {
  // For schemas by id and by GUID, which never change and are kept until there is no room. Raise it when a service
  // reads more distinct schemas than fit: 64 MiB hold some 30,000 of 2 kB.
  size_t schema_bytes_max = 64u << 20;
  // For what is known of subjects: their versions and latest versions, what was registered and looked up.
  size_t subject_bytes_max = 16u << 20;
  // How long that is believed: others may register and delete meanwhile. Lower = sooner news, more calls. Zero: not at
  // all.
  std::chrono::milliseconds subject_expiry{60000};
};

// Keys are contents, not objects: equal schemas share an entry. Errors are not kept. What this connection itself
// registers, deletes or configures is seen at once. Checks and lists always go to the registry. `inner` and `clock`
// must not be null; the clock is not owned.
std::shared_ptr<RegistryConnection> MakeCachingConnection(std::shared_ptr<RegistryConnection> inner,
                                                          CachingOptions options = {},
                                                          const Clock* clock = SystemClock());

}  // namespace regent::client
