#include "tests/support/kafka_topics.h"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "base/clock.h"

namespace regent::testing {
namespace {

constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::seconds kTimeout{20};

void Check(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << "Kafka: " << status << std::endl;
  std::abort();
}

template <typename T>
T Value(absl::StatusOr<T> value) {
  Check(value.status());
  return *std::move(value);
}

KafkaClientPtr NewProducer(const KafkaClientConfig& config) {
  KafkaConfPtr conf =
      Value(MakeKafkaConf(config, {{"client.id", "stranger"}, {"linger.ms", "0"}, {"message.max.bytes", "67108864"}}));
  rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void*) {
    *static_cast<rd_kafka_resp_err_t*>(message->_private) = message->err;
  });
  return Value(NewKafkaClient(RD_KAFKA_PRODUCER, std::move(conf)));
}

}  // namespace

KafkaTopics::KafkaTopics(const KafkaClientConfig& config)
    : config_(config), admin_(Value(KafkaAdmin::Create(config, "tests"))), producer_(NewProducer(config)) {}

std::string KafkaTopics::Create(const std::string& topic, const Settings& settings, int partitions, int replicas) {
  Settings all = settings;
  all.emplace("cleanup.policy", "compact");
  Check(admin_->CreateTopic(topic, partitions, replicas, all, kTimeout));
  std::string id;
  while ((id = IdOf(topic)).empty()) {
  }
  return id;
}

void KafkaTopics::Delete(const std::string& topic) {
  rd_kafka_DeleteTopic_t* topics[] = {rd_kafka_DeleteTopic_new(topic.c_str())};
  const KafkaQueuePtr answers(rd_kafka_queue_new(producer_.get()));
  rd_kafka_DeleteTopics(producer_.get(), topics, 1, nullptr, answers.get());
  rd_kafka_DeleteTopic_destroy(topics[0]);
  const KafkaEventPtr event(rd_kafka_queue_poll(answers.get(), 20000));
  if (event == nullptr) Check(KafkaStatus(RD_KAFKA_RESP_ERR__TIMED_OUT, "deleting a topic"));
  Check(KafkaStatus(rd_kafka_event_error(event.get()), "deleting a topic"));
  while (!IdOf(topic).empty()) {
  }
}

void KafkaTopics::Alter(const std::string& topic, const Settings& settings) {
  Check(admin_->AlterTopic(topic, settings, kTimeout));
  while (true) {
    const Settings now = Config(topic);
    bool all = true;
    for (const auto& [setting, value] : settings) all = all && now.count(setting) > 0 && now.at(setting) == value;
    if (all) return;
  }
}

KafkaTopics::Settings KafkaTopics::Config(const std::string& topic) {
  return Value(admin_->TopicConfig(topic, kTimeout));
}

std::string KafkaTopics::IdOf(const std::string& topic) { return Value(admin_->DescribeTopic(topic, kTimeout)).id; }

rd_kafka_resp_err_t KafkaTopics::Try(const std::string& topic, const Record& record, bool with_key) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
  for (const Header& header : record.headers) {
    rd_kafka_header_add(headers, header.name.data(), static_cast<ssize_t>(header.name.size()), header.value.data(),
                        static_cast<ssize_t>(header.value.size()));
  }
  constexpr auto kOpen = RD_KAFKA_RESP_ERR__IN_PROGRESS;
  rd_kafka_resp_err_t result = kOpen;
  const void* key = with_key ? record.key.data() : nullptr;
  const size_t key_size = with_key ? record.key.size() : 0;
  void* value = record.value ? const_cast<char*>(record.value->data()) : nullptr;
  const size_t value_size = record.value ? record.value->size() : 0;
  const rd_kafka_resp_err_t handed = rd_kafka_producev(
      producer_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_KEY(key, key_size),
      RD_KAFKA_V_VALUE(value, value_size), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(&result),
      RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
  if (handed != RD_KAFKA_RESP_ERR_NO_ERROR) {
    rd_kafka_headers_destroy(headers);
    return handed;
  }
  while (result == kOpen) rd_kafka_poll(producer_.get(), 100);
  return result;
}

void KafkaTopics::Put(const std::string& topic, const std::vector<Record>& records) {
  for (const Record& record : records) Check(KafkaStatus(Try(topic, record), "a stranger's record"));
}

std::vector<LogRecord> KafkaTopics::Read(const std::string& topic) {
  const KafkaClientPtr client = Value(NewKafkaClient(
      RD_KAFKA_CONSUMER,
      Value(MakeKafkaConf(config_, {{"enable.partition.eof", "true"}, {"auto.offset.reset", "error"}}))));
  const KafkaTopicPtr handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr));
  std::vector<LogRecord> records;
  if (rd_kafka_consume_start(handle.get(), 0, RD_KAFKA_OFFSET_BEGINNING) != 0) std::abort();
  while (true) {
    const KafkaMessagePtr message(rd_kafka_consume(handle.get(), 0, 1000));
    if (message == nullptr) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) break;
    Check(KafkaStatus(message->err, "reading"));
    LogRecord record;
    record.offset = Offset(message->offset);
    rd_kafka_timestamp_type_t type;
    record.timestamp_ms = rd_kafka_message_timestamp(message.get(), &type);
    record.record.key.assign(static_cast<const char*>(message->key), message->key_len);
    if (message->payload != nullptr) {
      record.record.value = std::string(static_cast<const char*>(message->payload), message->len);
    }
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(message.get(), &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* name = nullptr;
      const void* value = nullptr;
      size_t size = 0;
      for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
        record.record.headers.push_back({name, std::string(static_cast<const char*>(value), size)});
      }
    }
    records.push_back(std::move(record));
  }
  rd_kafka_consume_stop(handle.get(), 0);
  return records;
}

Offset KafkaTopics::End(const std::string& topic) { return Value(admin_->EndOffset(topic, kTimeout)); }

void KafkaTopics::DeleteBefore(const std::string& topic, Offset end) {
  const KafkaPartitionListPtr before(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(before.get(), topic.c_str(), 0)->offset = end.value();
  rd_kafka_DeleteRecords_t* requests[] = {rd_kafka_DeleteRecords_new(before.get())};
  const KafkaQueuePtr answers(rd_kafka_queue_new(producer_.get()));
  rd_kafka_DeleteRecords(producer_.get(), requests, 1, nullptr, answers.get());
  rd_kafka_DeleteRecords_destroy(requests[0]);
  const KafkaEventPtr event(rd_kafka_queue_poll(answers.get(), 20000));
  if (event == nullptr) Check(KafkaStatus(RD_KAFKA_RESP_ERR__TIMED_OUT, "deleting records"));
  Check(KafkaStatus(rd_kafka_event_error(event.get()), "deleting records"));
  const rd_kafka_topic_partition_list_t* results =
      rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event.get()));
  Check(KafkaStatus(results->elems[0].err, "deleting records"));
}

void KafkaTopics::WaitForCompaction(const std::string& topic, const Record& filler, size_t records) {
  const SteadyTime deadline = SystemClock()->Now() + kPatience;
  while (true) {
    Put(topic, {filler});
    size_t others = 0;
    for (const LogRecord& record : Read(topic)) others += record.record.key == filler.key ? 0 : 1;
    if (others <= records) return;
    if (SystemClock()->Now() > deadline) {
      std::cerr << "Kafka's cleaner left " << others << " records of topic " << topic << std::endl;
      std::abort();
    }
  }
}

}  // namespace regent::testing
