#include "base/config.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fstream>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/error_reason.h"
#include "base/logging.h"
#include "base/properties.h"

extern char** environ;

namespace regent {
namespace {

constexpr std::string_view kConfluentPrefix = "SCHEMA_REGISTRY_";
constexpr std::string_view kRegentPrefix = "REGENT_";
constexpr std::string_view kBackendKey = "regent.election.backend";
constexpr std::string_view kServersKey = "kafkastore.bootstrap.servers";
constexpr std::string_view kEligibilityKey = "leader.eligibility";
constexpr std::string_view kZooKeeperKey = "kafkastore.connection.url";
constexpr std::string_view kMask = "(hidden)";

absl::string_view View(std::string_view text) { return absl::string_view(text.data(), text.size()); }

// Stands for every key that begins so.
bool IsPattern(const ConfigKey& key) { return key.name.back() == '*'; }

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

std::string Lower(std::string_view text) { return absl::AsciiStrToLower(View(text)); }

// For people and logs: masked, cut and on one line.
std::string Shown(std::string_view key, std::string_view value) {
  constexpr size_t kLongest = 200;
  if (IsSecretConfigKey(key)) return std::string(kMask);
  std::string shown = absl::Utf8SafeCEscape(View(value.substr(0, kLongest)));
  if (value.size() > kLongest) shown += "...";
  return shown;
}

std::optional<int64_t> ParseNumber(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool IsAddress(std::string_view text) {
  if (StartsWith(text, "unix:")) return text.size() > 5;
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view host = text.substr(0, colon);
  // An IPv6 address needs brackets, or its last part would be taken for the port.
  if (host.find(':') != std::string_view::npos && (host.front() != '[' || host.back() != ']')) return false;
  const std::string_view digits = text.substr(colon + 1);
  const std::optional<int64_t> port = ParseNumber(digits);
  return port && digits[0] != '-' && *port <= 65535;
}

// Empty when `value` fits, else what is wrong.
std::string Misfit(const ConfigKey& key, const std::string& value) {
  switch (key.type) {
    case ConfigKey::Type::kText:
      return "";
    case ConfigKey::Type::kBool:
      return Lower(value) == "true" || Lower(value) == "false" ? "" : "neither true nor false";
    case ConfigKey::Type::kAddress:
      if (value.empty() && key.default_value.empty()) return "";
      return IsAddress(value) ? "" : "neither host:port nor unix:path";
    case ConfigKey::Type::kChoice:
      if (std::count(key.choices.begin(), key.choices.end(), Lower(value)) > 0) return "";
      return absl::StrCat(
          "not one of ",
          absl::StrJoin(key.choices, ", ", [](std::string* out, std::string_view choice) { out->append(choice); }));
    case ConfigKey::Type::kNumber: {
      const std::optional<int64_t> number = ParseNumber(value);
      if (!number) return "not a whole number";
      return *number >= key.min && *number <= key.max ? "" : absl::StrCat("not between ", key.min, " and ", key.max);
    }
  }
  return "";
}

// What a container platform sets for a service that happens to be called like us; no setting of ours.
bool IsServiceVariable(std::string_view rest) {
  const auto ends_with = [&](std::string_view end) {
    return rest.size() >= end.size() && rest.substr(rest.size() - end.size()) == end;
  };
  if (ends_with("SERVICE_HOST") || ends_with("SERVICE_PORT") || rest.find("SERVICE_PORT_") != std::string_view::npos) {
    return true;
  }
  if (rest == "PORT" || ends_with("_PORT")) return true;
  const size_t port = rest.find("PORT_");
  return port != std::string_view::npos && port + 5 < rest.size() && std::isdigit(rest[port + 5]);
}

// KAFKASTORE_TOPIC -> kafkastore.topic.
std::string KeyOfVariable(std::string_view rest) {
  return absl::StrReplaceAll(Lower(rest), {{"___", "_"}, {"__", "-"}, {"_", "."}});
}

}  // namespace

std::map<std::string, std::string> ConfigEnvironment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    if (!StartsWith(text, kConfluentPrefix) && !StartsWith(text, kRegentPrefix)) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

// Takes the sources one after the other and collects what is wrong with them.
class Config::Loader {
 public:
  absl::StatusOr<Config> Load(const ConfigSources& sources) {
    if (!sources.file.empty()) TakeFile(sources.file);
    for (const auto& [name, value] : sources.environment) TakeVariable(name, value);
    for (const std::string& setting : sources.settings) TakeSetting(setting);
    for (const auto& [name, given] : config_.given_) CheckValue(name, given);
    if (problems_.empty()) CheckTogether();
    if (problems_.empty()) CheckElection();
    if (!problems_.empty()) return MakeError(ErrorReason::kConfigurationInvalid, absl::StrJoin(problems_, "\n"));
    return std::move(config_);
  }

 private:
  void TakeFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(kPropertiesBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file.is_open() || file.bad()) {
      problems_.push_back(absl::StrCat(path, ": cannot be read"));
      return;
    }
    text.resize(static_cast<size_t>(file.gcount()));
    const absl::StatusOr<std::vector<Property>> properties = ParseProperties(text);
    if (!properties.ok()) {
      problems_.push_back(absl::StrCat(path, " ", properties.status().message()));
      return;
    }
    for (const Property& property : *properties) {
      Take(property.key, property.value, absl::StrCat(path, " line ", property.line), Unknown::kByPrefix);
    }
  }

  void TakeVariable(const std::string& name, const std::string& value) {
    const std::string source = absl::StrCat("environment variable ", name);
    const std::string_view all(name);
    if (StartsWith(all, kConfluentPrefix)) {
      const std::string_view rest = all.substr(kConfluentPrefix.size());
      std::string key = KeyOfVariable(rest);
      // The prefix may be meant as part of the key: SCHEMA_REGISTRY_GROUP_ID, SCHEMA_REGISTRY_ZK_NAMESPACE.
      const std::string long_key = absl::StrCat("schema.registry.", key);
      if (FindConfigKey(key) == nullptr && IsServiceVariable(rest)) return;
      if (FindConfigKey(key) == nullptr && FindConfigKey(long_key) != nullptr) key = long_key;
      Take(key, value, source, Unknown::kIsWarning);
    } else if (StartsWith(all, kRegentPrefix)) {
      const std::string_view rest = all.substr(kRegentPrefix.size());
      const std::string key = absl::StrCat("regent.", KeyOfVariable(rest));
      // The CLI's own.
      if (name == "REGENT_SERVER") return;
      if (FindConfigKey(key) == nullptr && IsServiceVariable(rest)) return;
      Take(key, value, source, Unknown::kIsWarning);
    }
  }

  void TakeSetting(const std::string& setting) {
    const size_t equals = setting.find('=');
    const std::string key(absl::StripAsciiWhitespace(setting.substr(0, equals)));
    if (equals == std::string::npos || key.empty()) {
      problems_.push_back(absl::StrCat("--set ", Shown(key, setting), ": not key=value"));
      return;
    }
    Take(key, setting.substr(equals + 1), "--set", Unknown::kByPrefix);
  }

  // The environment is not ours alone: what is unknown there cannot be an error.
  enum class Unknown { kByPrefix, kIsWarning };

  void Take(const std::string& written_key, const std::string& raw_value, const std::string& source, Unknown unknown) {
    const std::string value(absl::StripAsciiWhitespace(raw_value));
    const ConfigKey* key = FindConfigKey(written_key);
    // In another case it is none of the known keys, but what it asks for is clear enough to be refused.
    const ConfigKey* meant = key != nullptr ? key : FindConfigKey(Lower(written_key));
    if (meant != nullptr && AsksForZooKeeper(*meant, value)) {
      Refuse(written_key, value, source, FindConfigKey(kZooKeeperKey)->remark);
      return;
    }
    if (key == nullptr && meant != nullptr && meant->standing == ConfigKey::Standing::kRefused) key = meant;
    if (key == nullptr) {
      TakeUnknown(written_key, value, source, unknown);
      return;
    }
    const std::string name(key->name.back() == '*' ? std::string_view(written_key) : key->name);
    const auto before = config_.given_.find(name);
    // Within one source the present name counts, wherever the old one stands.
    if (before != config_.given_.end() && written_key != key->name && before->second.written_key == key->name &&
        SourceKind(before->second.source) == SourceKind(source)) {
      return;
    }
    config_.given_.insert_or_assign(name, Given{written_key, value, source});
  }

  static std::string_view SourceKind(std::string_view source) {
    if (source == "--set") return "--set";
    return StartsWith(source, "environment variable ") ? "environment" : "file";
  }

  // Refused although overridden or empty: somewhere there may be nodes that follow it.
  static bool AsksForZooKeeper(const ConfigKey& key, const std::string& value) {
    if (key.name == kBackendKey) return Lower(value) == "zookeeper";
    return key.remark == FindConfigKey(kZooKeeperKey)->remark;
  }

  void Refuse(std::string_view written_key, std::string_view value, std::string_view source, std::string_view why) {
    problems_.push_back(absl::StrCat(View(written_key), "=", Shown(written_key, value), " (", View(source),
                                     ") is refused. ", View(why)));
  }

  void TakeUnknown(const std::string& key, const std::string& value, const std::string& source, Unknown unknown) {
    const std::string_view nearest = NearestConfigKey(Lower(key));
    std::string message = absl::StrCat(Shown("", key), " (", source, ") is not a known key");
    if (!nearest.empty()) absl::StrAppend(&message, "; did you mean ", View(nearest), "?");
    if (unknown == Unknown::kByPrefix && StartsWith(key, "regent.")) {
      problems_.push_back(std::move(message));
      return;
    }
    config_.warnings_.push_back(std::move(message));
    config_.given_.insert_or_assign(key, Given{key, value, source});
  }

  void CheckValue(const std::string& name, const Given& given) {
    const ConfigKey* key = FindConfigKey(name);
    if (key == nullptr) return;
    if (key->standing == ConfigKey::Standing::kUsed) {
      const std::string misfit = Misfit(*key, given.value);
      if (!misfit.empty()) Complain(given, misfit);
    } else if (key->standing == ConfigKey::Standing::kRefused && Lower(given.value) != Lower(key->harmless)) {
      Refuse(given.written_key, given.value, given.source, key->remark);
    } else {
      // Of a refused key the remark explains the refusal, not why its harmless value says nothing.
      const bool ignored = key->standing == ConfigKey::Standing::kIgnored;
      config_.warnings_.push_back(absl::StrCat(Shown("", given.written_key), " (", given.source, ") has no effect",
                                               ignored ? absl::StrCat(": ", View(key->remark)) : "."));
    }
  }

  // Pairs of limits of which the first may not be above the second.
  void CheckTogether() {
    constexpr std::pair<std::string_view, std::string_view> kOrdered[] = {
        {"regent.schema.max.bytes", "regent.schema.max.total.bytes"},
        {"regent.page.size.default", "regent.page.size.max"},
    };
    for (const auto& [lower, upper] : kOrdered) {
      if (config_.Number(lower) <= config_.Number(upper)) continue;
      // Name the one that somebody set.
      const Given* given = config_.Find(*FindConfigKey(lower));
      if (given == nullptr) given = config_.Find(*FindConfigKey(upper));
      Complain(*given, absl::StrCat(View(lower), " (", config_.Number(lower), ") must not be above ", View(upper), " (",
                                    config_.Number(upper), ")"));
    }
    CheckTls();
  }

  void CheckTls() {
    const Given* tls = config_.Find(*FindConfigKey("regent.grpc.tls"));
    const bool on = tls != nullptr && config_.Bool("regent.grpc.tls");
    if (on && config_.Text("ssl.keystore.location").empty()) {
      Complain(*tls, "needs a certificate: ssl.keystore.location");
    }
    constexpr std::string_view kAsks = "regent.grpc.tls.client.authentication";
    if (config_.Text(kAsks) != "required") return;
    const Given* asks = config_.Find(*FindConfigKey(kAsks));
    if (!on) Complain(*asks, "needs regent.grpc.tls=true");
    if (config_.Text("regent.grpc.tls.ca.location").empty()) {
      Complain(*asks, "needs the authorities that sign callers' certificates: regent.grpc.tls.ca.location");
    }
  }

  // Of the log and the election, one cannot be on Kafka without the other.
  void CheckElection() {
    const bool has_kafka = !config_.Text(kServersKey).empty();
    const std::string backend = config_.Text(kBackendKey);
    if (backend == "kafka" && !has_kafka) {
      Complain(*config_.Find(*FindConfigKey(kBackendKey)),
               "an election on Kafka needs a log on Kafka; set kafkastore.bootstrap.servers");
    }
    if (backend == "solo" && has_kafka) {
      Complain(*config_.Find(*FindConfigKey(kBackendKey)),
               "other nodes may be on that Kafka, and every one that takes itself for the only one would depose the "
               "others; remove it, or kafkastore.bootstrap.servers");
    }
    if (!config_.Bool(kEligibilityKey) && !has_kafka) {
      const Given& given = *config_.Find(*FindConfigKey(kEligibilityKey));
      Refuse(
          given.written_key, given.value, given.source,
          "A single node that may not be primary could write nothing. Remove it, or set kafkastore.bootstrap.servers.");
    }
  }

  void Complain(const Given& given, std::string_view what) {
    problems_.push_back(absl::StrCat(given.written_key, "=", Shown(given.written_key, given.value), " (", given.source,
                                     "): ", View(what)));
  }

  Config config_;
  std::vector<std::string> problems_;
};

absl::StatusOr<Config> Config::Load(const ConfigSources& sources) { return Loader().Load(sources); }

const Config::Given* Config::Find(const ConfigKey& key) const {
  const auto given = given_.find(key.name);
  return given == given_.end() ? nullptr : &given->second;
}

const ConfigKey& Config::Require(std::string_view name) const {
  const ConfigKey* key = FindConfigKey(name);
  CHECK(key != nullptr && key->name == name && key->standing == ConfigKey::Standing::kUsed)
      << name << " is not a used key of base/config_keys.cc";
  return *key;
}

std::string Config::ValueOf(const ConfigKey& key) const {
  if (const Given* given = Find(key)) {
    const bool any_case = key.type == ConfigKey::Type::kChoice || key.type == ConfigKey::Type::kBool;
    return any_case ? Lower(given->value) : given->value;
  }
  if (key.default_from.empty()) return std::string(key.default_value);
  return std::to_string(std::min(Number(key.default_from) + key.default_more, key.max));
}

std::string Config::Text(std::string_view name) const {
  const ConfigKey& key = Require(name);
  CHECK(key.type != ConfigKey::Type::kBool && key.type != ConfigKey::Type::kNumber) << name;
  return ValueOf(key);
}

bool Config::Bool(std::string_view name) const {
  const ConfigKey& key = Require(name);
  CHECK(key.type == ConfigKey::Type::kBool) << name;
  return ValueOf(key) == "true";
}

int64_t Config::Number(std::string_view name) const {
  const ConfigKey& key = Require(name);
  CHECK(key.type == ConfigKey::Type::kNumber) << name;
  return *ParseNumber(ValueOf(key));
}

std::chrono::milliseconds Config::Millis(std::string_view name) const {
  return std::chrono::milliseconds(Number(name));
}

bool Config::IsSet(std::string_view name) const { return Find(Require(name)) != nullptr; }

std::map<std::string, Config::Setting> Config::Under(std::string_view prefix) const {
  std::map<std::string, Setting> settings;
  for (const auto& [name, given] : given_) {
    const ConfigKey* key = FindConfigKey(name);
    if (key == nullptr || key->standing != ConfigKey::Standing::kUsed || !IsPattern(*key)) continue;
    if (StartsWith(name, prefix)) settings.emplace(name, Setting{given.value, given.source});
  }
  return settings;
}

std::vector<Config::Entry> Config::Entries() const {
  std::vector<Entry> entries;
  for (const ConfigGroup& group : ConfigGroups()) {
    for (const ConfigKey& key : group.keys) {
      if (key.standing != ConfigKey::Standing::kUsed) continue;
      if (IsPattern(key)) {
        for (const auto& [name, given] : given_) {
          if (FindConfigKey(name) == &key) entries.push_back({name, Shown(name, given.value), given.source});
        }
        continue;
      }
      const Given* given = Find(key);
      const std::string name(key.name);
      entries.push_back({name, Shown(name, ValueOf(key)), given == nullptr ? "default" : given->source});
    }
  }
  for (const auto& [name, given] : given_) {
    const ConfigKey* key = FindConfigKey(name);
    if (key != nullptr && key->standing == ConfigKey::Standing::kUsed) continue;
    entries.push_back({name, Shown(name, given.value), given.source, ConfigKey::Standing::kIgnored});
  }
  return entries;
}

}  // namespace regent
