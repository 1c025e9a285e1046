// What a node was told: file, environment and command line merged, checked against the table of keys before anything
// starts.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/config_keys.h"

namespace regent {

// Later ones override earlier ones.
struct ConfigSources {
  // A Java properties file; empty: none.
  std::string file;
  // SCHEMA_REGISTRY_<KEY> and, for keys that begin with regent., REGENT_<KEY>: in capitals, '_' for '.', "__" for '-',
  // "___" for '_'. What container platforms put there for a service of that name (..._PORT, ..._SERVICE_HOST) is
  // skipped.
  std::map<std::string, std::string> environment;
  // "key=value", as --set has them.
  std::vector<std::string> settings;
};

// The variables of this process that ConfigSources::environment takes.
std::map<std::string, std::string> ConfigEnvironment();

// Immutable once loaded.
class Config {
 public:
  // Every key at its default.
  Config() = default;

  // CONFIGURATION_INVALID names every key that is wrong, one on a line, with its value and where it came from: refused
  // keys, unknown keys that begin with regent. (other unknown ones, and unknown variables, are warnings) and values
  // that do not fit. A ZooKeeper setting is refused wherever it stands, even overridden or empty.
  static absl::StatusOr<Config> Load(const ConfigSources& sources);

  // A used key's value or default; of the kind that the table says: both are CHECKed.
  std::string Text(std::string_view key) const;  // also of choices (in lower case) and addresses
  bool Bool(std::string_view key) const;
  int64_t Number(std::string_view key) const;
  std::chrono::milliseconds Millis(std::string_view key) const;
  // Whether somebody set it.
  bool IsSet(std::string_view key) const;
  // What was set under used keys of the table that end in '*' and begin with `prefix`, by whole key.
  struct Setting {
    std::string value;
    std::string source;  // as in Entry
  };
  std::map<std::string, Setting> Under(std::string_view prefix) const;

  // Sentences for the log: what has no effect or is not known. They name the key and where it was set.
  const std::vector<std::string>& warnings() const { return warnings_; }

  // For `regent config print`: every used key in the table's order, then what was set without effect. Secrets are
  // masked.
  struct Entry {
    std::string key;
    std::string value;
    std::string source;  // "default", "node.properties line 3", "environment variable REGENT_NODE_ID", "--set"
    ConfigKey::Standing standing = ConfigKey::Standing::kUsed;
  };
  std::vector<Entry> Entries() const;

 private:
  struct Given {
    std::string written_key;
    std::string value;
    std::string source;
  };
  class Loader;

  const Given* Find(const ConfigKey& key) const;
  // As a file would spell it.
  std::string ValueOf(const ConfigKey& key) const;
  const ConfigKey& Require(std::string_view key) const;

  std::map<std::string, Given, std::less<>> given_;  // by the table's name; what is unknown by its own
  std::vector<std::string> warnings_;
};

}  // namespace regent
