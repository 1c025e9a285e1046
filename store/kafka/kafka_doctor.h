// Looks at a Kafka as a node would that is about to use it, and says what it finds; mends the settings of the topic
// when asked to. For `regent doctor`.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "store/kafka/kafka_log.h"

namespace regent {

struct KafkaDoctorFinding {
  enum class Kind { kGood, kMended, kWarning, kProblem };
  Kind kind = Kind::kGood;
  std::string about;    // "brokers", "topic", "cleanup.policy", "group"
  std::string message;  // a sentence
};

enum class Mending { kNo, kYes };

// LOG_UNAVAILABLE, with the reason, when the brokers cannot be reached within the admin timeout. Creates nothing. Only
// settings that a topic can be given are mended, and none that the configuration itself asks for.
absl::StatusOr<std::vector<KafkaDoctorFinding>> ExamineKafka(const KafkaLogOptions& options,
                                                             const std::string& group_id, Mending mending);

}  // namespace regent
