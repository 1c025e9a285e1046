#include "store/kafka/kafka_doctor.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "store/kafka/kafka_admin.h"

namespace regent {
namespace {

using Kind = KafkaDoctorFinding::Kind;

class Doctor {
 public:
  Doctor(const KafkaLogOptions& options, KafkaAdmin* admin, Mending mending)
      : options_(options), admin_(admin), mending_(mending) {}

  absl::Status LookAtBrokers() {
    const absl::StatusOr<int> brokers = admin_->BrokerCount(options_.admin_timeout);
    if (!brokers.ok()) return brokers.status();
    brokers_ = *brokers;
    const std::string answer =
        absl::StrCat(options_.client.servers, " answers, ", brokers_, brokers_ == 1 ? " broker" : " brokers");
    if (brokers_ < 3) {
      Say(Kind::kWarning, "brokers", absl::StrCat(answer, "; it takes three to lose one and go on writing"));
    } else {
      Say(Kind::kGood, "brokers", answer);
    }
    return absl::OkStatus();
  }

  absl::Status LookAtTopic() {
    const std::string& topic = options_.topic.name;
    absl::StatusOr<KafkaTopicFacts> facts = admin_->DescribeTopic(topic, options_.admin_timeout);
    if (!facts.ok()) return facts.status();
    if (facts->id.empty()) {
      Say(Kind::kGood, "topic",
          absl::StrCat("there is no topic ", topic, " yet; the first node that may become primary creates it with ",
                       std::min(options_.topic.replication_factor, brokers_), " replicas"));
      return absl::OkStatus();
    }
    auto config = admin_->TopicConfig(topic, options_.admin_timeout);
    if (!config.ok()) return config.status();
    facts->config = *std::move(config);
    std::vector<KafkaTopicFinding> findings = CheckTopic(options_.topic, *facts, brokers_);
    std::map<std::string, std::string> changes;
    for (const KafkaTopicFinding& finding : findings) {
      if (finding.wanted) changes[finding.setting] = *finding.wanted;
    }
    absl::Status mended = absl::OkStatus();
    if (mending_ == Mending::kYes && !changes.empty()) {
      mended = admin_->AlterTopic(topic, changes, options_.admin_timeout);
    }
    for (const KafkaTopicFinding& finding : findings) Say(finding, mended);
    if (findings.empty()) {
      Say(Kind::kGood, "topic",
          absl::StrCat("topic ", topic, " (id ", facts->id, ", ", facts->replicas,
                       facts->replicas == 1 ? " replica" : " replicas", ") can hold the log"));
    }
    return absl::OkStatus();
  }

  absl::Status LookAtGroup(const std::string& group) {
    const absl::StatusOr<std::string> protocol = admin_->GroupProtocol(group, options_.admin_timeout);
    if (!protocol.ok()) return protocol.status();
    if (protocol->empty() || *protocol == "consumer") {
      Say(Kind::kGood, "group",
          absl::StrCat("group ", group, protocol->empty() ? " is free" : " is that of a registry like this one"));
    } else {
      Say(Kind::kProblem, "group",
          absl::StrCat("group ", group, " is held by members of the protocol type \"", *protocol,
                       *protocol == "sr" ? "\": a Confluent Schema Registry or Karapace. " : "\". ",
                       "Two registries would write to one topic. Stop the other one, or set schema.registry.group.id "
                       "(and kafkastore.topic, if this is to be another registry)"));
    }
    return absl::OkStatus();
  }

  std::vector<KafkaDoctorFinding> Take() { return std::move(findings_); }

 private:
  void Say(Kind kind, const std::string& about, const std::string& message) {
    findings_.push_back({kind, about, message});
  }
  void Say(const KafkaTopicFinding& finding, const absl::Status& mended) {
    if (mending_ == Mending::kYes && finding.wanted && mended.ok()) {
      return Say(Kind::kMended, finding.setting, absl::StrCat(finding.message, "; now it is ", *finding.wanted));
    }
    std::string message = finding.message;
    if (mending_ == Mending::kYes && finding.wanted) {
      absl::StrAppend(&message, "; setting it to ", *finding.wanted, " failed: ", mended.message());
    } else if (finding.wanted) {
      absl::StrAppend(&message, "; --fix sets it to ", *finding.wanted);
    }
    Say(finding.severity == KafkaTopicFinding::Severity::kRefused ? Kind::kProblem : Kind::kWarning, finding.setting,
        message);
  }

  const KafkaLogOptions& options_;
  KafkaAdmin* const admin_;
  const Mending mending_;
  int brokers_ = 0;
  std::vector<KafkaDoctorFinding> findings_;
};

}  // namespace

absl::StatusOr<std::vector<KafkaDoctorFinding>> ExamineKafka(const KafkaLogOptions& options,
                                                             const std::string& group_id, Mending mending) {
  auto admin = KafkaAdmin::Create(options.client, options.client_id + "-doctor");
  if (!admin.ok()) return admin.status();
  Doctor doctor(options, admin->get(), mending);
  if (absl::Status status = doctor.LookAtBrokers(); !status.ok()) return status;
  if (absl::Status status = doctor.LookAtTopic(); !status.ok()) return status;
  if (absl::Status status = doctor.LookAtGroup(group_id); !status.ok()) return status;
  return doctor.Take();
}

}  // namespace regent
