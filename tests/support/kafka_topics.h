// What a person with Kafka's tools could do to a topic: make it, take it away, write to it as a stranger, look at it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/kafka_handles.h"
#include "store/kafka/kafka_admin.h"
#include "store/log.h"

namespace regent::testing {

// Aborts, saying what, when Kafka refuses. Every call blocks. Use from one thread.
class KafkaTopics {
 public:
  explicit KafkaTopics(const KafkaClientConfig& config);

  using Settings = std::map<std::string, std::string>;
  // A compacted topic of one partition, unless `settings` say otherwise. Returns its id.
  std::string Create(const std::string& topic, const Settings& settings = {}, int partitions = 1, int replicas = 1);
  // Returns when the brokers know no such topic any more.
  void Delete(const std::string& topic);
  // Returns when the brokers tell the new settings.
  void Alter(const std::string& topic, const Settings& settings);
  Settings Config(const std::string& topic);
  std::string IdOf(const std::string& topic);

  // Appends, as a writer that knows nothing of Regent.
  void Put(const std::string& topic, const std::vector<Record>& records);
  // The broker's answer to one record; NO_ERROR when it stands.
  rd_kafka_resp_err_t Try(const std::string& topic, const Record& record, bool with_key = true);
  // All that stands in partition 0.
  std::vector<LogRecord> Read(const std::string& topic);
  // Behind the last record.
  Offset End(const std::string& topic);
  // Removes what stands before `end`.
  void DeleteBefore(const std::string& topic, Offset end);
  // Closes the segment at hand and waits until the cleaner has been over all before it: `filler` is written until at
  // most `records` of them are left. The topic needs a small segment.ms and min.compaction.lag.ms=0.
  void WaitForCompaction(const std::string& topic, const Record& filler, size_t records);

  KafkaAdmin& admin() { return *admin_; }

 private:
  const KafkaClientConfig config_;
  std::unique_ptr<KafkaAdmin> admin_;
  KafkaClientPtr producer_;
};

}  // namespace regent::testing
