#include "store/kafka/kafka_admin.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/error_reason.h"

namespace regent {
namespace {

constexpr std::chrono::milliseconds kStep{100};

bool IsRefusal(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
      return true;
    default:
      return false;
  }
}

absl::Status AnswerStatus(rd_kafka_resp_err_t code, const char* text, const std::string& what) {
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
  return MakeError(IsRefusal(code) ? ErrorReason::kConfigurationInvalid : ErrorReason::kLogUnavailable,
                   absl::StrCat(what, ": ", rd_kafka_err2name(code), ": ",
                                text != nullptr && *text != '\0' ? text : rd_kafka_err2str(code)));
}

bool IsUnknownTopic(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
}

}  // namespace

absl::StatusOr<std::unique_ptr<KafkaAdmin>> KafkaAdmin::Create(const KafkaClientConfig& config,
                                                               const std::string& client_id,
                                                               std::function<bool()> cancelled) {
  auto conf = MakeKafkaConf(config, {{"client.id", client_id},
                                     {"reconnect.backoff.ms", "50"},
                                     {"reconnect.backoff.max.ms", "500"},
                                     {"allow.auto.create.topics", "false"}});
  if (!conf.ok()) return conf.status();
  std::unique_ptr<KafkaAdmin> admin(new KafkaAdmin(std::move(cancelled)));
  rd_kafka_conf_set_error_cb(conf->get(), OnError);
  rd_kafka_conf_set_opaque(conf->get(), admin.get());
  auto client = NewKafkaClient(RD_KAFKA_PRODUCER, *std::move(conf));
  if (!client.ok()) return client.status();
  admin->client_ = *std::move(client);
  return admin;
}

// Runs within Ask(), which polls. "All brokers are down" says less than why the last one is.
void KafkaAdmin::OnError(rd_kafka_t*, int code, const char* reason, void* self) {
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) static_cast<KafkaAdmin*>(self)->last_error_ = reason;
}

absl::StatusOr<KafkaEventPtr> KafkaAdmin::Ask(rd_kafka_admin_op_t operation, const std::string& what,
                                              std::chrono::milliseconds timeout, const Send& send) {
  const KafkaAdminOptionsPtr options(rd_kafka_AdminOptions_new(client_.get(), operation));
  char error[256];
  const int timeout_ms = static_cast<int>(std::clamp<int64_t>(timeout.count(), 1, 3600000));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), timeout_ms, error, sizeof(error));
  // Its own, so that a late answer to an earlier question is not taken for this one's.
  const KafkaQueuePtr answers(rd_kafka_queue_new(client_.get()));
  last_error_.clear();
  send(options.get(), answers.get());
  const SteadyTime deadline = SystemClock()->Now() + timeout + kStep;
  while (true) {
    KafkaEventPtr event(rd_kafka_queue_poll(answers.get(), static_cast<int>(kStep.count())));
    rd_kafka_poll(client_.get(), 0);
    if (event != nullptr && rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_ERROR) {
      const rd_kafka_resp_err_t code = rd_kafka_event_error(event.get());
      if (code == RD_KAFKA_RESP_ERR__TIMED_OUT) return NoAnswer(what, timeout);
      absl::Status status = AnswerStatus(code, rd_kafka_event_error_string(event.get()), what);
      if (!status.ok()) return status;
      return event;
    }
    if (cancelled_()) return MakeError(ErrorReason::kShuttingDown, absl::StrCat(what, ": given up"));
    if (SystemClock()->Now() > deadline) return NoAnswer(what, timeout);
  }
}

absl::Status KafkaAdmin::NoAnswer(const std::string& what, std::chrono::milliseconds timeout) const {
  return MakeError(ErrorReason::kLogUnavailable,
                   absl::StrCat(what, ": no answer within ", timeout.count(), " ms",
                                last_error_.empty() ? "" : absl::StrCat(" (", last_error_, ")")));
}

std::string KafkaAdmin::ClusterId(std::chrono::milliseconds timeout) {
  char* const id = rd_kafka_clusterid(client_.get(), static_cast<int>(timeout.count()));
  if (id == nullptr) return "";
  std::string text = id;
  rd_kafka_mem_free(client_.get(), id);
  return text;
}

absl::StatusOr<KafkaTopicFacts> KafkaAdmin::DescribeTopic(const std::string& topic, std::chrono::milliseconds timeout) {
  const std::string what = absl::StrCat("topic ", topic);
  const char* names[] = {topic.c_str()};
  const KafkaTopicCollectionPtr topics(rd_kafka_TopicCollection_of_topic_names(names, 1));
  auto event = Ask(RD_KAFKA_ADMIN_OP_DESCRIBETOPICS, what, timeout,
                   [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* answers) {
                     rd_kafka_DescribeTopics(client_.get(), topics.get(), options, answers);
                   });
  if (!event.ok()) return event.status();
  size_t count = 0;
  const auto* result = rd_kafka_event_DescribeTopics_result(event->get());
  const rd_kafka_TopicDescription_t** found =
      result == nullptr ? nullptr : rd_kafka_DescribeTopics_result_topics(result, &count);
  if (count != 1) return MakeError(ErrorReason::kLogUnavailable, absl::StrCat(what, ": an answer about another"));
  if (const rd_kafka_error_t* error = rd_kafka_TopicDescription_error(found[0])) {
    if (IsUnknownTopic(rd_kafka_error_code(error))) return KafkaTopicFacts();
    if (rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return AnswerStatus(rd_kafka_error_code(error), rd_kafka_error_string(error), what);
    }
  }
  const rd_kafka_Uuid_t* id = rd_kafka_TopicDescription_topic_id(found[0]);
  if (id == nullptr ||
      (rd_kafka_Uuid_most_significant_bits(id) == 0 && rd_kafka_Uuid_least_significant_bits(id) == 0)) {
    return MakeError(ErrorReason::kConfigurationInvalid,
                     absl::StrCat(what, ": the brokers give topics no ids; Kafka 2.8 or later is needed"));
  }
  KafkaTopicFacts facts;
  facts.id = rd_kafka_Uuid_base64str(id);
  const rd_kafka_TopicPartitionInfo_t** partitions = rd_kafka_TopicDescription_partitions(found[0], &count);
  facts.partitions = static_cast<int>(count);
  if (count > 0) {
    size_t replicas = 0;
    rd_kafka_TopicPartitionInfo_replicas(partitions[0], &replicas);
    facts.replicas = static_cast<int>(replicas);
  }
  return facts;
}

absl::StatusOr<std::map<std::string, std::string>> KafkaAdmin::TopicConfig(const std::string& topic,
                                                                           std::chrono::milliseconds timeout) {
  const std::string what = absl::StrCat("settings of topic ", topic);
  const KafkaConfigResourcePtr resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  rd_kafka_ConfigResource_t* resources[] = {resource.get()};
  auto event = Ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, what, timeout,
                   [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* answers) {
                     rd_kafka_DescribeConfigs(client_.get(), resources, 1, options, answers);
                   });
  if (!event.ok()) return event.status();
  size_t count = 0;
  const auto* result = rd_kafka_event_DescribeConfigs_result(event->get());
  const rd_kafka_ConfigResource_t** found =
      result == nullptr ? nullptr : rd_kafka_DescribeConfigs_result_resources(result, &count);
  if (count != 1) return MakeError(ErrorReason::kLogUnavailable, absl::StrCat(what, ": an answer about another"));
  absl::Status status =
      AnswerStatus(rd_kafka_ConfigResource_error(found[0]), rd_kafka_ConfigResource_error_string(found[0]), what);
  if (!status.ok()) return status;
  std::map<std::string, std::string> config;
  const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(found[0], &count);
  for (size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    if (value != nullptr) config.emplace(rd_kafka_ConfigEntry_name(entries[i]), value);
  }
  return config;
}

absl::StatusOr<int> KafkaAdmin::BrokerCount(std::chrono::milliseconds timeout) {
  auto event = Ask(RD_KAFKA_ADMIN_OP_DESCRIBECLUSTER, "the cluster", timeout,
                   [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* answers) {
                     rd_kafka_DescribeCluster(client_.get(), options, answers);
                   });
  if (!event.ok()) return event.status();
  size_t count = 0;
  if (const auto* result = rd_kafka_event_DescribeCluster_result(event->get())) {
    rd_kafka_DescribeCluster_result_nodes(result, &count);
  }
  return static_cast<int>(count);
}

absl::StatusOr<std::string> KafkaAdmin::GroupProtocol(const std::string& group, std::chrono::milliseconds timeout) {
  const struct rd_kafka_group_list* groups = nullptr;
  const rd_kafka_resp_err_t code =
      rd_kafka_list_groups(client_.get(), group.c_str(), &groups, static_cast<int>(timeout.count()));
  std::string protocol;
  for (int i = 0; groups != nullptr && i < groups->group_cnt; ++i) {
    if (group == groups->groups[i].group && groups->groups[i].member_cnt > 0)
      protocol = groups->groups[i].protocol_type;
  }
  if (groups != nullptr) rd_kafka_group_list_destroy(groups);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return AnswerStatus(code, nullptr, absl::StrCat("group ", group));
  return protocol;
}

absl::StatusOr<Offset> KafkaAdmin::EndOffset(const std::string& topic, std::chrono::milliseconds timeout) {
  const std::string what = absl::StrCat("the end of topic ", topic);
  const KafkaPartitionListPtr partitions(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(partitions.get(), topic.c_str(), 0)->offset = RD_KAFKA_OFFSET_SPEC_LATEST;
  auto event = Ask(RD_KAFKA_ADMIN_OP_LISTOFFSETS, what, timeout,
                   [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* answers) {
                     rd_kafka_ListOffsets(client_.get(), partitions.get(), options, answers);
                   });
  if (!event.ok()) return event.status();
  size_t count = 0;
  const auto* result = rd_kafka_event_ListOffsets_result(event->get());
  const rd_kafka_ListOffsetsResultInfo_t** infos =
      result == nullptr ? nullptr : rd_kafka_ListOffsets_result_infos(result, &count);
  if (count != 1) return MakeError(ErrorReason::kLogUnavailable, absl::StrCat(what, ": an answer about another"));
  const rd_kafka_topic_partition_t* partition = rd_kafka_ListOffsetsResultInfo_topic_partition(infos[0]);
  if (partition->err != RD_KAFKA_RESP_ERR_NO_ERROR) return AnswerStatus(partition->err, nullptr, what);
  return Offset(partition->offset);
}

absl::Status KafkaAdmin::CreateTopic(const std::string& topic, int partitions, int replicas,
                                     const std::map<std::string, std::string>& config,
                                     std::chrono::milliseconds timeout) {
  const std::string what = absl::StrCat("creating topic ", topic);
  char error[512] = "";
  const KafkaNewTopicPtr wanted(rd_kafka_NewTopic_new(topic.c_str(), partitions, replicas, error, sizeof(error)));
  if (wanted == nullptr) return MakeError(ErrorReason::kConfigurationInvalid, absl::StrCat(what, ": ", error));
  for (const auto& [setting, value] : config) {
    rd_kafka_NewTopic_set_config(wanted.get(), setting.c_str(), value.c_str());
  }
  rd_kafka_NewTopic_t* topics[] = {wanted.get()};
  auto event = Ask(RD_KAFKA_ADMIN_OP_CREATETOPICS, what, timeout,
                   [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* answers) {
                     rd_kafka_CreateTopics(client_.get(), topics, 1, options, answers);
                   });
  if (!event.ok()) return event.status();
  size_t count = 0;
  const auto* result = rd_kafka_event_CreateTopics_result(event->get());
  const rd_kafka_topic_result_t** results =
      result == nullptr ? nullptr : rd_kafka_CreateTopics_result_topics(result, &count);
  if (count != 1) return MakeError(ErrorReason::kLogUnavailable, absl::StrCat(what, ": an answer about another"));
  const rd_kafka_resp_err_t code = rd_kafka_topic_result_error(results[0]);
  if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return absl::OkStatus();
  return AnswerStatus(code, rd_kafka_topic_result_error_string(results[0]), what);
}

absl::Status KafkaAdmin::AlterTopic(const std::string& topic, const std::map<std::string, std::string>& config,
                                    std::chrono::milliseconds timeout) {
  const std::string what = absl::StrCat("changing topic ", topic);
  const KafkaConfigResourcePtr resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  for (const auto& [setting, value] : config) {
    const KafkaErrorPtr error(rd_kafka_ConfigResource_add_incremental_config(
        resource.get(), setting.c_str(), RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET, value.c_str()));
    if (error != nullptr) {
      return AnswerStatus(rd_kafka_error_code(error.get()), rd_kafka_error_string(error.get()), what);
    }
  }
  rd_kafka_ConfigResource_t* resources[] = {resource.get()};
  auto event = Ask(RD_KAFKA_ADMIN_OP_INCREMENTALALTERCONFIGS, what, timeout,
                   [&](const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* answers) {
                     rd_kafka_IncrementalAlterConfigs(client_.get(), resources, 1, options, answers);
                   });
  if (!event.ok()) return event.status();
  size_t count = 0;
  const auto* result = rd_kafka_event_IncrementalAlterConfigs_result(event->get());
  const rd_kafka_ConfigResource_t** found =
      result == nullptr ? nullptr : rd_kafka_IncrementalAlterConfigs_result_resources(result, &count);
  if (count != 1) return MakeError(ErrorReason::kLogUnavailable, absl::StrCat(what, ": an answer about another"));
  return AnswerStatus(rd_kafka_ConfigResource_error(found[0]), rd_kafka_ConfigResource_error_string(found[0]), what);
}

}  // namespace regent
