#include "base/kafka_handles.h"

#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/logging.h"

namespace regent {
namespace {

absl::string_view View(std::string_view text) { return absl::string_view(text.data(), text.size()); }

// syslog's levels: up to 4 is a warning or worse. Every try to connect fails aloud while a broker is away; whoever uses
// the client says so once.
void WriteLog(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  constexpr int kWarning = 4;
  if (std::strcmp(facility, "FAIL") == 0 || std::strcmp(facility, "ERROR") == 0) level = kWarning + 1;
  const char* name = client == nullptr ? "" : rd_kafka_name(client);
  if (level <= kWarning) {
    LOG(WARNING) << "Kafka client " << name << ": " << facility << ": " << text;
  } else {
    VLOG(1) << "Kafka client " << name << ": " << facility << ": " << text;
  }
}

}  // namespace

absl::StatusOr<KafkaConfPtr> MakeKafkaConf(const KafkaClientConfig& config,
                                           const std::vector<std::pair<std::string, std::string>>& own) {
  KafkaConfPtr conf(rd_kafka_conf_new());
  char error[512];
  const auto set = [&](const std::string& name, const std::string& value) {
    return rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), error, sizeof(error)) == RD_KAFKA_CONF_OK;
  };
  for (const KafkaSetting& setting : config.settings) {
    if (!set(setting.name, setting.value)) {
      return MakeError(ErrorReason::kConfigurationInvalid, absl::StrCat(setting.key, ": ", error));
    }
  }
  for (const auto& [name, value] : own) {
    if (!set(name, value)) return MakeError(ErrorReason::kInternal, absl::StrCat(name, ": ", error));
  }
  rd_kafka_conf_set_log_cb(conf.get(), WriteLog);
  return conf;
}

absl::StatusOr<KafkaClientPtr> NewKafkaClient(rd_kafka_type_t type, KafkaConfPtr conf) {
  char error[512];
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), error, sizeof(error));
  if (client == nullptr) {
    return MakeError(ErrorReason::kConfigurationInvalid, absl::StrCat("kafkastore: no Kafka client: ", error));
  }
  conf.release();  // the client's now
  return KafkaClientPtr(client);
}

absl::Status KafkaStatus(rd_kafka_resp_err_t code, std::string_view what) {
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
  return MakeError(ErrorReason::kLogUnavailable,
                   absl::StrCat(View(what), ": ", rd_kafka_err2name(code), ": ", rd_kafka_err2str(code)));
}

}  // namespace regent
