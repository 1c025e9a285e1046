#include "base/kafka_config.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/error_reason.h"

namespace regent {
namespace {

constexpr char kPrefix[] = "kafkastore.";
constexpr char kPemRecipe[] =
    "Make PEM of it: `keytool -importkeystore -srckeystore STORE -destkeystore store.p12 -deststoretype PKCS12`, then "
    "`openssl pkcs12 -in store.p12 -out store.pem`, and set the type to PEM";

// What the log, the election and their safety depend on: set by Regent, whatever a file says.
const std::set<std::string>& Reserved() {
  static const auto* const names = new std::set<std::string>{
      "acks",
      "allow.auto.create.topics",
      "auto.commit.enable",
      "auto.offset.reset",
      "bootstrap.servers",
      "check.crcs",
      "compression.codec",
      "compression.type",
      "delivery.timeout.ms",
      "enable.auto.commit",
      "enable.auto.offset.store",
      "enable.idempotence",
      "enable.partition.eof",
      "enable.gapless.guarantee",
      "fetch.min.bytes",
      "group.id",
      "group.instance.id",
      "group.protocol",
      "heartbeat.interval.ms",
      "isolation.level",
      "linger.ms",
      "max.in.flight",
      "max.in.flight.requests.per.connection",
      "max.poll.interval.ms",
      "message.send.max.retries",
      "message.timeout.ms",
      "metadata.broker.list",
      "partition.assignment.strategy",
      "partitioner",
      "request.required.acks",
      "retries",
      "session.timeout.ms",
      "topic.blacklist",
      "transactional.id",
      "transaction.timeout.ms",
  };
  return *names;
}

enum class Store { kPem, kPkcs12, kJks, kUnknown, kUnreadable };

Store Sniff(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head(4096, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  if (head.empty()) return Store::kUnreadable;
  if (absl::StartsWith(head, "\xfe\xed\xfe\xed") || absl::StartsWith(head, "\xce\xce\xce\xce")) return Store::kJks;
  if (absl::StrContains(head, "-----BEGIN ")) return Store::kPem;
  return head[0] == '\x30' ? Store::kPkcs12 : Store::kUnknown;
}

class Mapper {
 public:
  explicit Mapper(const Config& config) : config_(config), given_(config.Under(kPrefix)) {}

  absl::StatusOr<KafkaClientConfig> Map() {
    for (const auto& [key, setting] : given_) {
      if (!absl::StartsWith(key, absl::StrCat(kPrefix, "topic.config."))) rest_.insert(key.substr(sizeof(kPrefix) - 1));
    }
    MapServers();
    MapTls();
    MapSasl();
    MapOthers();
    if (!problems_.empty()) return MakeError(ErrorReason::kConfigurationInvalid, absl::StrJoin(problems_, "\n"));
    return std::move(out_);
  }

 private:
  // The value of kafkastore.<name>, which is then taken care of; empty when it is not set.
  std::string Take(const std::string& name) {
    rest_.erase(name);
    const auto setting = given_.find(kPrefix + name);
    return setting == given_.end() ? "" : setting->second.value;
  }
  void Put(std::string name, std::string value, const std::string& key) {
    char error[512];
    if (rd_kafka_conf_set(scratch_.get(), name.c_str(), value.c_str(), error, sizeof(error)) != RD_KAFKA_CONF_OK) {
      return Complain(key, absl::StrCat("the Kafka client refuses it: ", error));
    }
    out_.settings.push_back({std::move(name), std::move(value), kPrefix + key});
  }
  void Complain(const std::string& key, absl::string_view what) {
    const auto setting = given_.find(kPrefix + key);
    const std::string source = setting == given_.end() ? "" : absl::StrCat(" (", setting->second.source, ")");
    problems_.push_back(absl::StrCat(kPrefix, key, source, ": ", what));
  }
  void Warn(const std::string& key, absl::string_view why) {
    out_.warnings.push_back(
        absl::StrCat(kPrefix, key, " (", given_.at(kPrefix + key).source, ") has no effect: ", why));
  }

  void MapServers() {
    const std::string protocol = config_.Text("kafkastore.security.protocol");
    std::vector<std::string> used;
    for (absl::string_view entry : absl::StrSplit(config_.Text("kafkastore.bootstrap.servers"), ',')) {
      entry = absl::StripAsciiWhitespace(entry);
      if (entry.empty()) continue;
      const size_t sign = entry.find("://");
      const absl::string_view server = sign == absl::string_view::npos ? entry : entry.substr(sign + 3);
      if (sign != absl::string_view::npos && !absl::EqualsIgnoreCase(entry.substr(0, sign), protocol)) {
        out_.warnings.push_back(absl::StrCat("kafkastore.bootstrap.servers: ", entry,
                                             " is left out, because kafkastore.security.protocol is ", protocol));
      } else if (server.empty() || server.find(':') == absl::string_view::npos) {
        Complain("bootstrap.servers", absl::StrCat("\"", entry, "\" is no host:port"));
        return;
      } else {
        used.emplace_back(server);
      }
    }
    out_.servers = absl::StrJoin(used, ",");
    if (used.empty()) {
      return Complain("bootstrap.servers",
                      absl::StrCat("names no server for kafkastore.security.protocol=", protocol,
                                   "; write host:port, or ", absl::AsciiStrToUpper(protocol), "://host:port"));
    }
    Put("bootstrap.servers", out_.servers, "bootstrap.servers");
    Put("security.protocol", protocol, "security.protocol");
  }

  // What a store holds: what its type says, or, because JKS is the default that nobody writes down, what the file says.
  Store TypeOf(const std::string& store, const std::string& path) {
    const std::string type = absl::AsciiStrToUpper(Take("ssl." + store + ".type"));
    const Store found = Sniff(path);
    const std::string key = "ssl." + store + ".location";
    if (found == Store::kUnreadable) {
      Complain(key, absl::StrCat(path, " cannot be read, or is empty"));
    } else if (found == Store::kJks) {
      Complain(key, absl::StrCat(path, " is a Java key store (JKS), which only Java can read. ", kPemRecipe));
    } else if (found == Store::kUnknown || (type == "PEM" && found != Store::kPem)) {
      Complain(key, absl::StrCat(path, " is not PEM. ", kPemRecipe));
    } else {
      return found;
    }
    return Store::kUnknown;
  }

  void MapTls() {
    const std::string protocol = config_.Text("kafkastore.security.protocol");
    const bool tls = protocol == "ssl" || protocol == "sasl_ssl";
    if (!tls) {
      const std::set<std::string> all = rest_;
      for (const std::string& name : all) {
        if (!absl::StartsWith(name, "ssl.")) continue;
        Take(name);
        Warn(name, absl::StrCat("kafkastore.security.protocol is ", protocol));
      }
      return;
    }
    MapTrustStore();
    MapKeyStore();
    if (rest_.count("ssl.endpoint.identification.algorithm") > 0) {
      const std::string name = "ssl.endpoint.identification.algorithm";
      const std::string value = absl::AsciiStrToLower(Take(name));
      Put(name, value.empty() ? "none" : value, name);
    }
    if (const std::string ciphers = Take("ssl.cipher.suites"); !ciphers.empty()) {
      if (absl::StrContains(ciphers, "_WITH_")) {
        Complain("ssl.cipher.suites",
                 "these are Java's names; OpenSSL's are needed (`openssl ciphers -stdname` has both)");
      } else {
        Put("ssl.cipher.suites", absl::StrReplaceAll(ciphers, {{",", ":"}, {" ", ""}}), "ssl.cipher.suites");
      }
    }
    for (const char* name : {"ssl.protocol", "ssl.provider", "ssl.enabled.protocols", "ssl.keymanager.algorithm",
                             "ssl.trustmanager.algorithm", "ssl.secure.random.implementation"}) {
      if (rest_.count(name) == 0) continue;
      Take(name);
      Warn(name, "OpenSSL decides; its configuration sets the lowest version of TLS");
    }
  }

  void MapTrustStore() {
    Take("ssl.truststore.password");  // PEM has none
    if (const std::string inline_pem = Take("ssl.truststore.certificates"); !inline_pem.empty()) {
      Put("ssl.ca.pem", inline_pem, "ssl.truststore.certificates");
    }
    const std::string path = Take("ssl.truststore.location");
    if (path.empty()) {
      Take("ssl.truststore.type");
      return;
    }
    switch (TypeOf("truststore", path)) {
      case Store::kPem:
        return Put("ssl.ca.location", path, "ssl.truststore.location");
      case Store::kPkcs12:
        return Complain("ssl.truststore.location",
                        absl::StrCat(path, " is PKCS12, and trusted certificates have to be PEM: `openssl pkcs12 -in ",
                                     path, " -nokeys -out ca.pem`, and set kafkastore.ssl.truststore.type=PEM"));
      default:
        return;
    }
  }

  void MapKeyStore() {
    const std::string store_password = Take("ssl.keystore.password");
    const std::string key_password = Take("ssl.key.password");
    if (const std::string key = Take("ssl.keystore.key"); !key.empty()) {
      Put("ssl.key.pem", key, "ssl.keystore.key");
      Put("ssl.certificate.pem", Take("ssl.keystore.certificate.chain"), "ssl.keystore.certificate.chain");
      if (!key_password.empty()) Put("ssl.key.password", key_password, "ssl.key.password");
    }
    const std::string path = Take("ssl.keystore.location");
    if (path.empty()) {
      Take("ssl.keystore.type");
      return;
    }
    switch (TypeOf("keystore", path)) {
      case Store::kPem:  // the key and the certificates in one file, as Kafka has it
        Put("ssl.key.location", path, "ssl.keystore.location");
        Put("ssl.certificate.location", path, "ssl.keystore.location");
        if (!key_password.empty()) Put("ssl.key.password", key_password, "ssl.key.password");
        return;
      case Store::kPkcs12:
        Put("ssl.keystore.location", path, "ssl.keystore.location");
        Put("ssl.keystore.password", store_password, "ssl.keystore.password");
        return;
      default:
        return;
    }
  }

  void MapSasl() {
    const std::string protocol = config_.Text("kafkastore.security.protocol");
    if (protocol != "sasl_plaintext" && protocol != "sasl_ssl") {
      const std::set<std::string> all = rest_;
      for (const std::string& name : all) {
        if (!absl::StartsWith(name, "sasl.")) continue;
        Take(name);
        Warn(name, absl::StrCat("kafkastore.security.protocol is ", protocol));
      }
      return;
    }
    std::string mechanism = absl::AsciiStrToUpper(Take("sasl.mechanism"));
    if (mechanism.empty()) mechanism = absl::AsciiStrToUpper(Take("sasl.mechanisms"));
    if (mechanism.empty()) mechanism = "GSSAPI";  // as in Java
    if (mechanism != "PLAIN" && mechanism != "SCRAM-SHA-256" && mechanism != "SCRAM-SHA-512") {
      return Complain("sasl.mechanism",
                      absl::StrCat(mechanism, given_.count("kafkastore.sasl.mechanism") > 0 ? "" : " (the default)",
                                   " is not built into Regent; use PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512"));
    }
    Put("sasl.mechanisms", mechanism, "sasl.mechanism");
    MapUser();
    const std::set<std::string> all = rest_;
    for (const std::string& name : all) {
      if (!absl::StartsWith(name, "sasl.")) continue;
      Take(name);
      Warn(name, absl::StrCat("it says nothing to ", mechanism));
    }
  }

  void MapUser() {
    std::string user = Take("sasl.username");
    std::string password = Take("sasl.password");
    std::string key = "sasl.username";
    if (const std::string jaas = Take("sasl.jaas.config"); !jaas.empty()) {
      key = "sasl.jaas.config";
      const std::map<std::string, std::string> options = JaasOptions(jaas);
      if (options.count("username") > 0) user = options.at("username");
      if (options.count("password") > 0) password = options.at("password");
    }
    if (user.empty() || password.empty()) {
      return Complain("sasl.jaas.config",
                      "gives no user name and password; write `...LoginModule required username=\"NAME\" "
                      "password=\"SECRET\";`, or set kafkastore.sasl.username and kafkastore.sasl.password");
    }
    Put("sasl.username", user, key);
    Put("sasl.password", password, key);
  }

  // name="value" pairs of a JAAS line; quotes are double or single, a backslash keeps the next character.
  static std::map<std::string, std::string> JaasOptions(const std::string& jaas) {
    std::map<std::string, std::string> options;
    size_t at = 0;
    while ((at = jaas.find('=', at)) != std::string::npos) {
      size_t begin = at;
      while (begin > 0 && (absl::ascii_isalnum(jaas[begin - 1]) || jaas[begin - 1] == '.')) --begin;
      const std::string name = jaas.substr(begin, at - begin);
      ++at;
      const char quote = at < jaas.size() && (jaas[at] == '"' || jaas[at] == '\'') ? jaas[at] : '\0';
      if (quote != '\0') ++at;
      std::string value;
      for (; at < jaas.size(); ++at) {
        if (quote != '\0' ? jaas[at] == quote : (jaas[at] == ' ' || jaas[at] == ';')) break;
        if (jaas[at] == '\\' && at + 1 < jaas.size()) ++at;
        value.push_back(jaas[at]);
      }
      options[name] = value;
    }
    return options;
  }

  void MapOthers() {
    const std::set<std::string> all = rest_;
    for (const std::string& name : all) {
      const std::string value = Take(name);
      if (Reserved().count(name) > 0) {
        Warn(name, "the safety of the log depends on it, so Regent sets it itself");
        continue;
      }
      char error[512];
      switch (rd_kafka_conf_set(scratch_.get(), name.c_str(), value.c_str(), error, sizeof(error))) {
        case RD_KAFKA_CONF_OK:
          out_.settings.push_back({name, value, kPrefix + name});
          break;
        case RD_KAFKA_CONF_UNKNOWN:
          Warn(name, "the Kafka client has no setting of that name");
          break;
        case RD_KAFKA_CONF_INVALID:
          Complain(name, absl::StrCat("the Kafka client refuses it: ", error));
          break;
      }
    }
  }

  const Config& config_;
  const std::map<std::string, Config::Setting> given_;
  std::set<std::string> rest_;  // names without the prefix that nothing looked at yet
  std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> scratch_{rd_kafka_conf_new(),
                                                                              rd_kafka_conf_destroy};
  KafkaClientConfig out_;
  std::vector<std::string> problems_;
};

}  // namespace

absl::StatusOr<KafkaClientConfig> KafkaClientConfigFrom(const Config& config) { return Mapper(config).Map(); }

}  // namespace regent
