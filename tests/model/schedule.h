// Random schedules of what may happen to a registry and its log, each from one number; and the smallest part of one
// that still shows what was found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/model/simulation.h"

namespace regent::model {

// A step and what it needs to choose by.
struct Event {
  enum class Type : uint8_t {
    kRead,
    kWrite,
    kLand,
    kElect,
    kCompact,
    kCrash,
    kStart,
    kTimeOut,
    kLose,
    kForeign,
    kResume,
    kMirror,
    kQuiet,
    kAdvance,
  } type;
  uint32_t a = 0;
  uint32_t b = 0;
  uint32_t c = 0;
};

struct ScheduleOptions {
  int length = 120;
  bool foreign = true;
  bool mirror = true;
};

std::vector<Event> MakeSchedule(uint64_t seed, const ScheduleOptions& options);

struct Outcome {
  Violation violation;
  Counts counts;
  std::vector<std::string> trace;  // when asked for
};
enum class Trace { kNo, kYes };
Outcome RunSchedule(const std::vector<Event>& events, Trace trace = Trace::kNo);

// Fewer events that still end in a violation of this kind; none can be left out any more.
std::vector<Event> Shrink(std::vector<Event> events, const std::string& kind);

}  // namespace regent::model
