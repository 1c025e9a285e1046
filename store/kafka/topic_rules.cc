#include "store/kafka/topic_rules.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"

namespace regent {
namespace {

using Severity = KafkaTopicFinding::Severity;

constexpr int64_t kWeekMillis = int64_t{7} * 24 * 3600 * 1000;

int64_t NumberOr(const std::string& text, int64_t otherwise) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : otherwise;
}

class Checker {
 public:
  Checker(const KafkaTopicOptions& options, const KafkaTopicFacts& facts, int brokers)
      : options_(options), facts_(facts), brokers_(brokers) {}

  std::vector<KafkaTopicFinding> Check() {
    if (facts_.partitions != 1) {
      Refuse("partitions", absl::StrCat("has ", facts_.partitions,
                                        " partitions, and only within one are records in an order; the topic cannot be "
                                        "mended: choose another with kafkastore.topic, or copy its records"));
    }
    if (Value("cleanup.policy") != "compact") {
      Refuse("cleanup.policy",
             absl::StrCat("is ", Value("cleanup.policy"),
                          ", which deletes schemas by their age; it must be exactly compact"),
             "compact");
    }
    NeedAtLeast("min.compaction.lag.ms", kWeekMillis,
                "a record of a deposed primary could replace a good one before anybody repairs it");
    NeedAtLeast("delete.retention.ms", kWeekMillis, "a node that was away could miss what was deleted");
    Need("message.timestamp.type", "LogAppendTime", "the cleaner goes by the writers' clocks instead of the broker's");
    NeedAtLeast("max.message.bytes", options_.record_bytes_max, "large schemas will be refused by the broker");
    CheckReplicas();
    return std::move(findings_);
  }

 private:
  void CheckReplicas() {
    const int wanted = std::min(options_.replication_factor, brokers_);
    if (facts_.replicas < wanted) {
      Warn("replication.factor",
           absl::StrCat("is ", facts_.replicas, " with ", brokers_, " brokers; ", wanted,
                        " replicas would survive the loss of one (kafka-reassign-partitions adds them)"),
           std::nullopt);
    }
    if (facts_.replicas < 3) return;
    Need("min.insync.replicas", "2", "an acknowledged write may stand on one broker only");
    Need("unclean.leader.election.enable", "false", "a broker that missed writes could become leader and drop them");
  }

  std::string Value(const std::string& setting) const {
    const auto value = facts_.config.find(setting);
    return value == facts_.config.end() ? "" : value->second;
  }
  // A setting that the broker does not tell cannot be judged.
  bool Known(const std::string& setting) const { return facts_.config.count(setting) > 0; }

  void Need(const std::string& setting, const std::string& wanted, const std::string& why) {
    const bool enough = setting == "min.insync.replicas" ? NumberOr(Value(setting), 0) >= NumberOr(wanted, 0)
                                                         : Value(setting) == wanted;
    if (!Known(setting) || enough) return;
    Warn(setting, absl::StrCat("is ", Value(setting), " instead of ", wanted, ": ", why), wanted);
  }
  void NeedAtLeast(const std::string& setting, int64_t wanted, const std::string& why) {
    if (!Known(setting) || NumberOr(Value(setting), wanted) >= wanted) return;
    Warn(setting, absl::StrCat("is ", Value(setting), ", below ", wanted, ": ", why), std::to_string(wanted));
  }

  void Warn(const std::string& setting, const std::string& what, std::optional<std::string> wanted) {
    const auto asked_for = options_.config.find(setting);
    if (asked_for != options_.config.end() && asked_for->second == Value(setting)) wanted = std::nullopt;
    findings_.push_back({Severity::kWarning, setting, Sentence(setting, what), std::move(wanted)});
  }
  void Refuse(const std::string& setting, const std::string& what, std::optional<std::string> wanted = std::nullopt) {
    findings_.push_back({Severity::kRefused, setting, Sentence(setting, what), std::move(wanted)});
  }
  std::string Sentence(const std::string& setting, const std::string& what) const {
    if (setting == "partitions") return absl::StrCat("topic ", options_.name, " ", what);
    return absl::StrCat(setting, " of topic ", options_.name, " ", what);
  }

  const KafkaTopicOptions& options_;
  const KafkaTopicFacts& facts_;
  const int brokers_;
  std::vector<KafkaTopicFinding> findings_;
};

}  // namespace

std::map<std::string, std::string> TopicConfigFor(const KafkaTopicOptions& options, int replicas) {
  std::map<std::string, std::string> config = {
      {"min.compaction.lag.ms", std::to_string(kWeekMillis)},
      {"delete.retention.ms", std::to_string(kWeekMillis)},
      {"message.timestamp.type", "LogAppendTime"},
      {"max.message.bytes", std::to_string(options.record_bytes_max)},
  };
  if (replicas >= 3) {
    config["min.insync.replicas"] = "2";
    config["unclean.leader.election.enable"] = "false";
  }
  for (const auto& [setting, value] : options.config) config[setting] = value;
  config["cleanup.policy"] = "compact";
  return config;
}

std::vector<KafkaTopicFinding> CheckTopic(const KafkaTopicOptions& options, const KafkaTopicFacts& facts, int brokers) {
  return Checker(options, facts, brokers).Check();
}

}  // namespace regent
