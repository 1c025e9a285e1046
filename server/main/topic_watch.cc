#include "server/main/topic_watch.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/logging.h"

namespace regent {
namespace {

using std::chrono::milliseconds;

// Whole or not at all: a reader finds the old file or the new one.
void Remember(const std::string& path, const std::string& text) {
  const std::string next = path + ".next";
  std::ofstream file(next, std::ios::trunc);
  file << text;
  file.close();
  std::error_code error;
  if (file.good()) std::filesystem::rename(next, path, error);
  if (!file.good() || error) LOG(WARNING) << path << " cannot be written; it will be asked of Kafka again.";
}

}  // namespace

LogRetention RetentionOf(const KafkaTopicFacts& topic) {
  constexpr milliseconds kLeast = std::chrono::minutes(10);
  constexpr milliseconds kMost = std::chrono::hours(24 * 366);
  const auto setting = [&](const char* name) {
    int64_t value = 0;
    const auto it = topic.config.find(name);
    if (it == topic.config.end() || !absl::SimpleAtoi(it->second, &value)) value = 0;
    return std::clamp(milliseconds(value), kLeast, kMost);
  };
  return {.compaction_lag = setting("min.compaction.lag.ms"), .delete_retention = setting("delete.retention.ms")};
}

TopicWatch::TopicWatch(std::string directory, const std::string& log_id) : directory_(std::move(directory)) {
  KafkaTopicFacts topic;
  std::ifstream file(directory_ + "/" + kFileName);
  std::string line;
  std::getline(file, line);
  // Of another topic it says nothing.
  if (!log_id.empty() && line == "id=" + log_id) {
    while (std::getline(file, line)) {
      const size_t equals = line.find('=');
      if (equals != std::string::npos) topic.config[line.substr(0, equals)] = line.substr(equals + 1);
    }
  }
  facts_.retention = RetentionOf(topic);
}

void TopicWatch::Tell(const KafkaTopicFacts& topic) {
  const LogRetention retention = RetentionOf(topic);
  const std::string text = absl::StrCat("id=", topic.id, "\nmin.compaction.lag.ms=", retention.compaction_lag->count(),
                                        "\ndelete.retention.ms=", retention.delete_retention->count(), "\n");
  std::function<void(const Facts&)> changed;
  Facts facts;
  {
    MutexLock lock(&mutex_);
    if (std::exchange(remembered_, text) != text) Remember(directory_ + "/" + kFileName, text);
    const bool same = facts_.retention.compaction_lag == retention.compaction_lag &&
                      facts_.retention.delete_retention == retention.delete_retention &&
                      (topic.cluster_id.empty() || topic.cluster_id == facts_.kafka_cluster_id);
    if (same) return;
    facts_.retention = retention;
    if (!topic.cluster_id.empty()) facts_.kafka_cluster_id = topic.cluster_id;
    facts = facts_;
    changed = changed_;
  }
  if (changed) changed(facts);
}

TopicWatch::Facts TopicWatch::Get() const {
  MutexLock lock(&mutex_);
  return facts_;
}

void TopicWatch::OnChange(std::function<void(const Facts&)> changed) {
  MutexLock lock(&mutex_);
  changed_ = std::move(changed);
}

}  // namespace regent
