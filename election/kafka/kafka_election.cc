#include "election/kafka/kafka_election.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/kafka_handles.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "election/kafka/group_check.h"

namespace regent {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Of one turn of the thread; the coordinator's word wakes it sooner.
constexpr int kTurnMs = 20;
constexpr milliseconds kLookAgain{500};
constexpr milliseconds kLookWhileJoined{5000};
constexpr milliseconds kLookTimeout{2000};
constexpr milliseconds kLeavePatience{2000};

// Without closing first: Leave() has done so, within its patience.
struct HandleDeleter {
  void operator()(rd_kafka_t* handle) const { rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE); }
};
using HandlePtr = std::unique_ptr<rd_kafka_t, HandleDeleter>;

// On top of how Kafka is reached.
std::vector<std::pair<std::string, std::string>> OwnSettings(const KafkaElectionOptions& options,
                                                             const std::string& node) {
  const auto millis = [](milliseconds time) { return absl::StrCat(time.count()); };
  const milliseconds session = options.session_timeout;
  return {
      {"client.id", ElectionClientId(options.topic, node)},
      {"group.id", options.group},
      {"session.timeout.ms", millis(session)},
      {"heartbeat.interval.ms", millis(std::min(options.heartbeat_interval, session / 3))},
      {"max.poll.interval.ms", millis(std::max(options.rebalance_timeout, session))},
      {"partition.assignment.strategy", "cooperative-sticky"},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "latest"},
      {"allow.auto.create.topics", "false"},
      // Its timer wakes librdkafka's group thread, which then sends the heartbeat that is due: without it a hand-over
      // takes half a second.
      {"statistics.interval.ms", "50"},
      // The topic may be created after the group was joined.
      {"topic.metadata.refresh.interval.ms", "1000"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "500"},
      {"socket.nagle.disable", "true"},
  };
}

// What Yield() asked for and the thread has not done yet.
struct PendingYield {
  bool leaves = false;  // the group; else a pause is ended
  steady_clock::time_point until;
};

struct GroupListDeleter {
  void operator()(const rd_kafka_group_list* list) const { rd_kafka_group_list_destroy(list); }
};

}  // namespace

// Everything between Start and Leave. Its thread alone touches what no lock guards.
class KafkaElection::Session {
 public:
  explicit Session(const KafkaElectionOptions& options) : options_(options) {}
  ~Session() {
    Leave();
    if (look_thread_.joinable()) look_thread_.join();
  }

  absl::Status Start(const std::string& node, ElectionListener* listener) {
    listener_ = listener;
    auto conf = MakeKafkaConf(options_.client, OwnSettings(options_, node));
    if (!conf.ok()) return conf.status();
    rd_kafka_conf_set_opaque(conf->get(), this);
    rd_kafka_conf_set_rebalance_cb(conf->get(), OnRebalance);
    rd_kafka_conf_set_error_cb(conf->get(), OnClientError);
    auto handle = NewKafkaClient(RD_KAFKA_CONSUMER, *std::move(conf));
    if (!handle.ok()) return handle.status();
    handle_.reset(handle->release());
    rd_kafka_poll_set_consumer(handle_.get());
    queue_.reset(rd_kafka_queue_get_consumer(handle_.get()));
    look_thread_ = std::thread([this] { LookWhenAsked(); });
    thread_ = std::thread([this] { Run(); });
    return absl::OkStatus();
  }

  void Yield(milliseconds pause) {
    MutexLock lock(&mutex_);
    if (!yield_) yield_.emplace();
    yield_->leaves = yield_->leaves || pause.count() > 0;
    yield_->until = steady_clock::now() + pause;
  }

  void Leave() {
    {
      MutexLock lock(&mutex_);
      leaving_ = true;
      changed_.NotifyAll();
    }
    if (queue_ != nullptr) rd_kafka_queue_yield(queue_.get());
    if (thread_.joinable()) thread_.join();
  }

  bool elected() const {
    MutexLock lock(&mutex_);
    return suggested_ && !leaving_;
  }
  std::vector<std::string> members() const {
    MutexLock lock(&mutex_);
    return members_;
  }

 private:
  static Session* Self(void* opaque) { return static_cast<Session*>(opaque); }

  bool leaving() const {
    MutexLock lock(&mutex_);
    return leaving_;
  }

  // --- the thread ------------------------------------------------------------------------------------------------
  void Run() {
    while (!leaving() && rejected_.ok()) {
      if (const auto yield = TakeYield()) StepAside(*yield);
      if (steady_clock::now() >= look_at_) AskForLook();
      if (const KafkaMessagePtr message{rd_kafka_consumer_poll(handle_.get(), kTurnMs)}) OnMessage(*message);
      if (auto look = TakeLook()) OnLook(*look);
    }
    Close();
    if (!leaving()) listener_->Rejected(rejected_);
  }

  std::optional<PendingYield> TakeYield() {
    MutexLock lock(&mutex_);
    return std::exchange(yield_, std::nullopt);
  }

  // Out of the group until then; the next look brings this node back.
  void StepAside(const PendingYield& yield) {
    if (joining_ && !yield.leaves) return;
    back_at_ = yield.until;
    look_at_ = yield.until;
    if (!joining_) return;
    aside_ = true;
    joining_ = settled_ = owns_ = alone_checked_ = strangers_ = false;
    Suggest(false);
    if (const auto code = rd_kafka_unsubscribe(handle_.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      LOG(ERROR) << "The group " << options_.group << " cannot be left: " << rd_kafka_err2str(code);
    }
  }

  // Leaves the group for good. What the coordinator still says is of no interest.
  void Close() {
    closing_ = true;
    Suggest(false);
    const KafkaErrorPtr error{rd_kafka_consumer_close_queue(handle_.get(), queue_.get())};
    if (error != nullptr) return;
    const auto deadline = steady_clock::now() + kLeavePatience;
    while (!rd_kafka_consumer_closed(handle_.get())) {
      if (steady_clock::now() >= deadline) {
        LOG(WARNING) << "The election's coordinator could not be told that this node leaves; it will notice by itself.";
        return;
      }
      rd_kafka_queue_poll_callback(queue_.get(), kTurnMs);
    }
  }

  // --- who else is in the group ----------------------------------------------------------------------------------
  // librdkafka's request blocks, so it has a thread of its own. (Its asynchronous twin in the admin API,
  // version 2.15.1, fails a check of its own and ends the process when the coordinator is away meanwhile.)
  void AskForLook() {
    look_at_ = steady_clock::time_point::max();
    MutexLock lock(&mutex_);
    look_asked_ = true;
    changed_.NotifyAll();
  }

  void LookWhenAsked() {
    while (true) {
      {
        MutexLock lock(&mutex_);
        while (!look_asked_ && !leaving_) changed_.Wait(&mutex_);
        if (leaving_) return;
        look_asked_ = false;
      }
      LookResult look = Look();
      MutexLock lock(&mutex_);
      look_ = std::move(look);
    }
  }

  struct LookResult {
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    GroupView view;
  };

  LookResult Look() {
    const rd_kafka_group_list* list = nullptr;
    const auto code =
        rd_kafka_list_groups(handle_.get(), options_.group.c_str(), &list, static_cast<int>(kLookTimeout.count()));
    const std::unique_ptr<const rd_kafka_group_list, GroupListDeleter> owner(list);
    // Partial: some broker did not answer. If it was the coordinator, joining will tell.
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR__PARTIAL) {
      return {.code = code, .view = {}};
    }
    GroupView view;
    for (int i = 0; i < list->group_cnt; ++i) {
      const rd_kafka_group_info& group = list->groups[i];
      if (group.err != RD_KAFKA_RESP_ERR_NO_ERROR) return {.code = group.err, .view = {}};
      const std::string protocol = group.protocol_type;
      if (group.member_cnt > 0 && !protocol.empty() && protocol != "consumer") view.foreign_protocol = protocol;
      for (int j = 0; j < group.member_cnt; ++j) view.client_ids.emplace_back(group.members[j].client_id);
    }
    return {.view = std::move(view)};
  }

  std::optional<LookResult> TakeLook() {
    MutexLock lock(&mutex_);
    return std::exchange(look_, std::nullopt);
  }

  void OnLook(const LookResult& look) {
    if (steady_clock::now() < back_at_) {
      look_at_ = back_at_;
      return;
    }
    look_at_ = steady_clock::now() + (settled_ ? kLookWhileJoined : kLookAgain);
    const auto before = std::exchange(last_trouble_, look.code);
    if (look.code == RD_KAFKA_RESP_ERR_NO_ERROR) return OnView(look.view);
    if (look.code != before) {
      LOG(WARNING) << "The members of the group " << options_.group
                   << " cannot be seen: " << rd_kafka_err2str(look.code);
    }
    // Where groups cannot be seen at all, joining tells at least whether another kind of registry is there.
    const bool never = look.code == RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE ||
                       look.code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
                       look.code == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
    if (never && !joining_) Join();
  }

  void OnView(const GroupView& view) {
    {
      MutexLock lock(&mutex_);
      members_ = NodesOf(view, options_.topic);
    }
    const absl::Status verdict = CheckGroup(view, options_.group, options_.topic);
    if (settled_) {
      // We were here first, unless both came at the same moment; one of the two has to go.
      if (!verdict.ok() && !alone_checked_ && YieldsGroup(view, options_.topic)) rejected_ = verdict;
      if (!verdict.ok() && rejected_.ok() && !strangers_) LOG(ERROR) << verdict.message();
      strangers_ = !verdict.ok();
      alone_checked_ = true;
      return;
    }
    if (!verdict.ok()) {
      MeetStrangers(verdict);
    } else if (!joining_) {
      strangers_since_.reset();
      Join();
    }
  }

  void MeetStrangers(const absl::Status& verdict) {
    const auto now = steady_clock::now();
    if (!strangers_since_) {
      strangers_since_ = now;
      LOG(WARNING) << "Not joining for now: " << verdict.message();
    }
    if (now - *strangers_since_ >= options_.stranger_patience) rejected_ = verdict;
  }

  // --- membership ------------------------------------------------------------------------------------------------
  void Join() {
    joining_ = true;
    aside_ = false;
    const KafkaPartitionListPtr topics(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(topics.get(), options_.topic.c_str(), RD_KAFKA_PARTITION_UA);
    if (const auto code = rd_kafka_subscribe(handle_.get(), topics.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      LOG(ERROR) << "The group " << options_.group << " cannot be joined: " << rd_kafka_err2str(code);
    }
  }

  static void OnRebalance(rd_kafka_t* handle, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions,
                          void* opaque) {
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      Self(opaque)->Assigned(handle, partitions);
    } else {
      Self(opaque)->Revoked(handle, partitions);
    }
  }

  void Assigned(rd_kafka_t* handle, rd_kafka_topic_partition_list_t* partitions) {
    // With an offset of our own librdkafka asks for no committed one; and paused it fetches nothing.
    for (int i = 0; i < partitions->cnt; ++i) partitions->elems[i].offset = RD_KAFKA_OFFSET_END;
    const KafkaErrorPtr error{rd_kafka_incremental_assign(handle, partitions)};
    if (error != nullptr) LOG(ERROR) << "Assignment in the election failed: " << rd_kafka_error_string(error.get());
    rd_kafka_pause_partitions(handle, partitions);
    if (aside_) return;  // decided before it was told that this node leaves
    owns_ = owns_ || Holds(*partitions);
    settled_ = true;
    strangers_since_.reset();
    look_at_ = steady_clock::now();
    if (!closing_) Suggest(owns_);
  }

  void Revoked(rd_kafka_t* handle, rd_kafka_topic_partition_list_t* partitions) {
    const bool lost = rd_kafka_assignment_lost(handle) != 0;
    const KafkaErrorPtr error{rd_kafka_incremental_unassign(handle, partitions)};
    if (error != nullptr) LOG(ERROR) << "Revocation in the election failed: " << rd_kafka_error_string(error.get());
    if (!Holds(*partitions)) return;
    owns_ = false;
    if (closing_ || aside_) return;
    if (!lost) {
      Suggest(false);
      return;
    }
    // The session ran out. Whoever is primary stays so until the log or the next assignment says otherwise.
    LOG(WARNING) << "The election's coordinator was out of reach for longer than the session; joining again.";
    contact_lost_ = true;
    listener_->ContactLost();
  }

  bool Holds(const rd_kafka_topic_partition_list_t& partitions) const {
    for (int i = 0; i < partitions.cnt; ++i) {
      if (partitions.elems[i].topic == options_.topic && partitions.elems[i].partition == 0) return true;
    }
    return false;
  }

  void Suggest(bool claim) {
    bool before = false;
    {
      MutexLock lock(&mutex_);
      before = std::exchange(suggested_, claim);
    }
    if (closing_) return;
    // After ContactLost the listener waits for it, also where nothing changed.
    const bool lost = std::exchange(contact_lost_, false);
    if (claim && (!before || lost)) listener_->ShouldClaim();
    if (!claim && before) listener_->ShouldResign();
  }

  // --- errors ----------------------------------------------------------------------------------------------------
  void OnMessage(const rd_kafka_message_t& message) {
    switch (message.err) {
      case RD_KAFKA_RESP_ERR_NO_ERROR:
        return;
      case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
        // Comes back every few seconds as long as it is so.
        MeetStrangers(MakeError(ErrorReason::kElectionMixed,
                                absl::StrCat("The group '", options_.group,
                                             "' is held by members that elect in another way than this node. Stop them "
                                             "and start it again, or set schema.registry.group.id.")));
        look_at_ = steady_clock::now();
        return;
      case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        VLOG(1) << "The topic " << options_.topic << " is not there yet.";
        return;
      default:
        LOG(WARNING) << "Election on Kafka: " << rd_kafka_message_errstr(&message);
    }
  }

  static void OnClientError(rd_kafka_t*, int code, const char* reason, void*) {
    VLOG(1) << "Election on Kafka: " << rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(code)) << ": " << reason;
  }

  const KafkaElectionOptions& options_;
  ElectionListener* listener_ = nullptr;  // set before the thread
  // Destroyed from below: queues before their handle.
  HandlePtr handle_;
  KafkaQueuePtr queue_;
  std::thread look_thread_;
  std::thread thread_;

  // The thread's own.
  absl::Status rejected_;
  bool joining_ = false;       // has subscribed
  bool settled_ = false;       // has had an assignment, if only an empty one
  bool owns_ = false;          // the partition is ours
  bool contact_lost_ = false;  // and no assignment since
  bool closing_ = false;
  bool aside_ = false;                                             // has left the group, and not joined it again
  steady_clock::time_point back_at_;                               // does not join before
  bool alone_checked_ = false;                                     // looked around after joining
  bool strangers_ = false;                                         // the last look after joining saw some
  steady_clock::time_point look_at_;                               // the next look is due
  rd_kafka_resp_err_t last_trouble_ = RD_KAFKA_RESP_ERR_NO_ERROR;  // of looking, so that it is logged once
  std::optional<steady_clock::time_point> strangers_since_;

  mutable Mutex mutex_;
  CondVar changed_;
  bool leaving_ GUARDED_BY(mutex_) = false;
  bool suggested_ GUARDED_BY(mutex_) = false;
  std::optional<PendingYield> yield_ GUARDED_BY(mutex_);  // asked for, not done yet
  bool look_asked_ GUARDED_BY(mutex_) = false;
  std::optional<LookResult> look_ GUARDED_BY(mutex_);
  std::vector<std::string> members_ GUARDED_BY(mutex_);
};

KafkaElection::KafkaElection(KafkaElectionOptions options)
    : options_(std::move(options)), session_(std::make_unique<Session>(options_)) {}

KafkaElection::~KafkaElection() = default;

absl::Status KafkaElection::Start(const std::string& node, ElectionListener* listener) {
  return session_->Start(node, listener);
}

void KafkaElection::Yield(std::chrono::milliseconds pause) { session_->Yield(pause); }

void KafkaElection::Leave() { session_->Leave(); }

ElectionDescription KafkaElection::Describe() const {
  return {.backend = "kafka", .members = session_->members(), .elected = session_->elected()};
}

}  // namespace regent
