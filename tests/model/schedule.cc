#include "tests/model/schedule.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <random>
#include <utility>

#include "store/record_codec.h"

namespace regent::model {
namespace {

using Type = Event::Type;

constexpr int kSubjects = 2;
constexpr int kTexts = 4;
constexpr int kVersions = 5;

Subject SubjectOf(uint32_t choice) { return Subject(".", choice % kSubjects == 0 ? "s0" : "s1"); }
std::string TextOf(uint32_t choice) { return std::string(1, static_cast<char>('a' + choice % kTexts)); }
RecordKey SchemaKeyOf(const Subject& subject, Version version) {
  return {.type = KeyType::kSchema, .subject = subject, .version = version};
}

// Another registry on the same log, as one that a ZooKeeper elected: it believes the last record of a key, whoever
// wrote it, and reads when it likes.
class ForeignRegistry {
 public:
  // Reads on, a part or everything.
  void Read(const SimulatedLog& log, size_t records) {
    for (; records > 0 && position_ < log.stored().size(); --records, ++position_) {
      if (log.stored()[position_].gone) continue;
      LogRecord record = log.stored()[position_].record;
      record.record.headers.clear();
      const auto key = DecodeKey(record.record.key);
      if (key.ok() && key->type != KeyType::kClaim) view_.Apply(record);
    }
  }

  // What it writes next, if anything.
  std::optional<Record> Write(uint32_t what, uint32_t choice) {
    const Subject subject = SubjectOf(what);
    const auto view = view_.FindSubject(subject);
    const Version version(static_cast<int32_t>(1 + choice % kVersions));
    const VersionEntry* entry = view ? view->Find(version) : nullptr;
    switch (what / kSubjects % 9) {
      case 0:
      case 1:
      case 2: {
        const Version next = view ? view->Highest().Next() : Version(1);
        if (next.value() > kVersions) return std::nullopt;
        SchemaRecord schema;
        schema.content.text = TextOf(choice);
        const auto known =
            view_.FindByContent(subject.context, SchemaType::kAvro, HashOf(schema.content, subject.context));
        schema.id = known ? known->id : view_.HighId(subject.context).Next();
        Record record = EncodeRecord(SchemaKeyOf(subject, next), schema);
        if (choice / kTexts % 5 == 0) {  // an old one's order of fields
          record.key = R"({"magic":1,"keytype":"SCHEMA","subject":")" + subject.name + R"(","version":)" +
                       std::to_string(next.value()) + "}";
        }
        return record;
      }
      case 3:
        if (!view || !view->AnyLive()) return std::nullopt;
        return EncodeRecord({.type = KeyType::kDeleteSubject, .subject = subject},
                            DeleteSubjectRecord{view->Highest()});
      case 4:
        if (entry == nullptr) return std::nullopt;
        if (entry->deleted) return EncodeRecord(SchemaKeyOf(subject, version), Tombstone{});
        return EncodeRecord(SchemaKeyOf(subject, version), RecordOf(*entry->stored, /*deleted=*/true));
      case 5: {
        SubjectConfig config;
        config.alias = "foreign" + std::to_string(choice % 3);
        return EncodeRecord({.type = KeyType::kConfig, .subject = subject}, config);
      }
      case 6:
        if (entry == nullptr || !entry->deleted) return std::nullopt;
        return EncodeRecord(SchemaKeyOf(subject, version), Tombstone{});
      case 7:
        return EncodeRecord({.type = KeyType::kClearSubject, .subject = subject}, ClearSubjectRecord{});
      default:
        return EncodeRecord({}, NoopRecord{});
    }
  }

 private:
  State view_{"foreign"};
  size_t position_ = 0;
};

class Player {
 public:
  Player(Simulation* simulation) : simulation_(*simulation) {}

  void Play(const Event& event) {
    const int node = static_cast<int>(event.a % Simulation::kNodes);
    switch (event.type) {
      case Type::kRead:
        simulation_.Read(node, 1 + event.b % 6);
        break;
      case Type::kWrite:
        Write(node, event.b, event.c);
        break;
      case Type::kLand:
        simulation_.Land(event.b, 1 + event.c % 4);
        break;
      case Type::kElect:
        // Of several that are elected, most lose it again: the others would depose each other for ever.
        for (int other = 0; other < Simulation::kNodes; ++other) {
          if (other != node && (event.b >> other) % 4 != 0) simulation_.Depose(other);
        }
        simulation_.Elect(node);
        break;
      case Type::kCompact:
        if (event.a % 2 == 0) simulation_.Advance(Simulation::kCompactionLag / (1 + event.a / 2 % 6));
        simulation_.Compact(event.b, event.c);
        break;
      case Type::kCrash:
        simulation_.Crash(node);
        break;
      case Type::kStart:
        if (!simulation_.IsUp(node) || event.b % 4 == 0) simulation_.Start(node);
        break;
      case Type::kTimeOut:
        simulation_.TimeOut(node);
        break;
      case Type::kLose:
        simulation_.Lose(event.b);
        break;
      case Type::kForeign:
        foreign_.Read(simulation_.log(), claimed() ? event.b % 7 : 1000);
        if (const auto record = foreign_.Write(event.b / 7, event.c)) simulation_.Put(*record);
        break;
      case Type::kResume:
        simulation_.Resume(node);
        break;
      case Type::kMirror:
        Mirror(event.b, event.c);
        break;
      case Type::kQuiet:
        simulation_.Quiet();
        break;
      case Type::kAdvance:
        // Mostly moments, now and then minutes.
        simulation_.Advance(event.b % 8 == 0 ? std::chrono::minutes(1 + event.c % 60)
                                             : std::chrono::milliseconds(1 + event.c % 3000));
        break;
    }
    // Work waits now and then, as threads do.
    if (event.c % 5 != 0) {
      for (int i = 0; i < Simulation::kNodes; ++i) simulation_.Run(i);
    }
  }

 private:
  bool claimed() const { return simulation_.truth().current_claim().epoch > Epoch(0); }

  void Write(int first, uint32_t what, uint32_t choice) {
    // A node that believes it is primary, if any does; of several, whichever comes first.
    int node = first;
    for (int i = 0; i < Simulation::kNodes && !simulation_.IsPrimary(node); ++i)
      node = (first + i) % Simulation::kNodes;
    if (!simulation_.IsPrimary(node)) return;
    const Subject subject = SubjectOf(what);
    const Version version(static_cast<int32_t>(1 + choice % kVersions));
    switch (what / kSubjects % 8) {
      case 0:
      case 1:
      case 2: {
        const auto view = simulation_.state(node).FindSubject(subject);
        if (view && view->Highest().value() >= kVersions) return;
        RegisterSchema command;
        command.subject = subject;
        command.content.text = TextOf(choice);
        simulation_.Write(node, command);
        break;
      }
      case 3:
        simulation_.Write(node, DeleteVersion{subject, version, DeleteKind::kSoft});
        break;
      case 4:
        simulation_.Write(node, DeleteSubject{subject, DeleteKind::kSoft});
        break;
      case 5:
        if (choice / kVersions % 2 == 0) {
          simulation_.Write(node, DeleteSubject{subject, DeleteKind::kPermanent});
        } else {
          simulation_.Write(node, DeleteVersion{subject, version, DeleteKind::kPermanent});
        }
        break;
      case 6: {
        UpdateConfig command;
        command.target = subject;
        command.alias = {FieldUpdate<std::string>::Action::kSet, "ours" + std::to_string(choice % 5)};
        simulation_.Write(node, command);
        break;
      }
      default:
        simulation_.Write(node, UndeleteVersion{subject, version});
        break;
    }
  }

  // What a replicator brings from another log: claims and what was written under them.
  void Mirror(uint32_t what, uint32_t choice) {
    if (mirrored_token_.empty() || what % 2 == 0) {
      mirrored_token_ = "m" + std::to_string(++mirrored_);
      ClaimRecord claim;
      claim.log_id = "log-elsewhere";
      claim.node = "elsewhere";
      const Epoch epoch(1 + choice % (simulation_.truth().NextEpoch().value() + 2));
      simulation_.Put(EncodeRecord({.type = KeyType::kClaim, .text = mirrored_token_, .epoch = epoch}, claim));
      return;
    }
    SubjectConfig config;
    config.alias = "mirrored" + std::to_string(choice % 3);
    Record record = EncodeRecord({.type = KeyType::kConfig, .subject = SubjectOf(choice)}, config);
    record.headers.push_back({kClaimHeader, mirrored_token_});
    simulation_.Put(record);
  }

  Simulation& simulation_;
  ForeignRegistry foreign_;
  std::string mirrored_token_;
  int mirrored_ = 0;
};

struct Weight {
  Type type;
  int weight;
};
constexpr Weight kWeights[] = {
    {Type::kRead, 30},   {Type::kWrite, 30}, {Type::kLand, 22},   {Type::kElect, 6},
    {Type::kCompact, 3}, {Type::kCrash, 2},  {Type::kStart, 3},   {Type::kLose, 2},
    {Type::kTimeOut, 2}, {Type::kResume, 6}, {Type::kAdvance, 8}, {Type::kQuiet, 6},
};
// Long sound histories with many deletions, in every second schedule.
constexpr Weight kDeepWeights[] = {{Type::kWrite, 25}, {Type::kQuiet, 13}, {Type::kCompact, 7}};

}  // namespace

std::vector<Event> MakeSchedule(uint64_t seed, const ScheduleOptions& options) {
  std::mt19937_64 random(seed);
  const auto number = [&] { return static_cast<uint32_t>(random()); };
  std::vector<Type> bag;
  const auto put = [&](const auto& weights) {
    for (const Weight& weight : weights) bag.insert(bag.end(), weight.weight, weight.type);
  };
  put(kWeights);
  const bool deep = seed % 2 == 1;
  if (deep) put(kDeepWeights);
  if (options.foreign && number() % 3 != 0) bag.insert(bag.end(), 2, Type::kForeign);
  if (options.mirror && number() % 3 == 0) bag.insert(bag.end(), 3, Type::kMirror);
  std::vector<Event> events;
  if (options.foreign && number() % 2 == 0) {
    // Another registry's history.
    const uint32_t count = number() % 8;
    for (uint32_t i = 0; i < count; ++i) events.push_back({Type::kForeign, 0, number(), number()});
  }
  for (int i = 0; i < options.length; ++i) {
    Event event{bag[number() % bag.size()], number(), number(), number()};
    if (deep && event.type == Type::kWrite && number() % 2 == 0) {
      event.b = event.b % kSubjects + kSubjects * (3 + number() % 3);
    }
    events.push_back(event);
  }
  return events;
}

Outcome RunSchedule(const std::vector<Event>& events, Trace trace) {
  Simulation simulation;
  if (trace == Trace::kYes) simulation.KeepTrace();
  Player player(&simulation);
  for (const Event& event : events) {
    player.Play(event);
    if (!simulation.ok()) break;
  }
  if (simulation.ok()) simulation.Finish();
  return {simulation.violation(), simulation.counts(), simulation.trace()};
}

std::vector<Event> Shrink(std::vector<Event> events, const std::string& kind) {
  for (size_t chunk = std::max<size_t>(1, events.size() / 2);; chunk = std::max<size_t>(1, chunk / 2)) {
    bool shrank = false;
    for (size_t at = 0; at < events.size();) {
      std::vector<Event> fewer(events.begin(), events.begin() + at);
      fewer.insert(fewer.end(), events.begin() + std::min(events.size(), at + chunk), events.end());
      if (RunSchedule(fewer).violation.kind == kind) {
        events = std::move(fewer);
        shrank = true;
      } else {
        at += chunk;
      }
    }
    if (chunk == 1 && !shrank) return events;
  }
}

}  // namespace regent::model
