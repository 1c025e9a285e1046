#include "tests/support/kafka_topic.h"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "base/kafka_handles.h"

namespace regent::testing {
namespace {

constexpr int kPatienceMs = 60000;

// One administrative request, and the error of its only result.
template <typename Ask, typename Results>
void Administrate(const KafkaClientConfig& kafka, const std::string& topic, Ask ask, Results results) {
  auto client = NewKafkaClient(RD_KAFKA_PRODUCER, *MakeKafkaConf(kafka, {{"client.id", "test-operator"}}));
  if (!client.ok()) std::abort();
  const KafkaQueuePtr queue(rd_kafka_queue_new(client->get()));
  ask(client->get(), queue.get());
  const KafkaEventPtr event(rd_kafka_queue_poll(queue.get(), kPatienceMs));
  size_t count = 0;
  const rd_kafka_topic_result_t** topics = event ? results(event.get(), &count) : nullptr;
  if (count == 1 && rd_kafka_topic_result_error(topics[0]) == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  std::fprintf(stderr, "Topic %s: %s\n", topic.c_str(),
               count == 1 ? rd_kafka_topic_result_error_string(topics[0])
               : event    ? rd_kafka_event_error_string(event.get())
                          : "no answer");
  std::abort();
}

}  // namespace

void CreateTopic(const KafkaClientConfig& kafka, const std::string& topic, int replicas,
                 std::map<std::string, std::string> settings) {
  settings.emplace("cleanup.policy", "compact");
  char error[256];
  const KafkaNewTopicPtr request(rd_kafka_NewTopic_new(topic.c_str(), 1, replicas, error, sizeof(error)));
  for (const auto& [name, value] : settings) rd_kafka_NewTopic_set_config(request.get(), name.c_str(), value.c_str());
  Administrate(
      kafka, topic,
      [&](rd_kafka_t* client, rd_kafka_queue_t* queue) {
        rd_kafka_NewTopic_t* requests[] = {request.get()};
        rd_kafka_CreateTopics(client, requests, 1, nullptr, queue);
      },
      [](rd_kafka_event_t* event, size_t* count) {
        return rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), count);
      });
}

void DeleteTopic(const KafkaClientConfig& kafka, const std::string& topic) {
  const KafkaPtr<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy> request(rd_kafka_DeleteTopic_new(topic.c_str()));
  Administrate(
      kafka, topic,
      [&](rd_kafka_t* client, rd_kafka_queue_t* queue) {
        rd_kafka_DeleteTopic_t* requests[] = {request.get()};
        rd_kafka_DeleteTopics(client, requests, 1, nullptr, queue);
      },
      [](rd_kafka_event_t* event, size_t* count) {
        return rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), count);
      });
}

}  // namespace regent::testing
