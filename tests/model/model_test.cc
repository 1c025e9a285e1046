// Random schedules against the rules of the log: claimants that overtake each other, late appends, lost ones, unknown
// outcomes, a cleaner that runs at any time, crashes, fresh replays, foreign writers and mirrors.
//
// A violation prints its seed and the smallest schedule that shows it. To run one seed again, or more of them:
//   bazel test //tests/model:model_test --test_env=REGENT_MODEL_SEEDS=FIRST-LAST
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "tests/model/schedule.h"

namespace regent::model {
namespace {

struct Seeds {
  uint64_t first;
  uint64_t last;
};

Seeds SeedsToRun(Seeds few, Seeds many) {
  const char* const asked = std::getenv("REGENT_MODEL_SEEDS");
  unsigned long long first = 0;
  unsigned long long last = 0;
  if (asked != nullptr && std::sscanf(asked, "%llu-%llu", &first, &last) == 2) return {first, last};
  return std::getenv("REGENT_FULL") != nullptr ? many : few;
}

std::string Explain(uint64_t seed, const std::vector<Event>& events, const Violation& violation) {
  const std::vector<Event> fewest = Shrink(events, violation.kind);
  const Outcome shown = RunSchedule(fewest, Trace::kYes);
  std::string text = "seed " + std::to_string(seed) + ": " + violation.kind + ": " + violation.detail + "\n" +
                     std::to_string(fewest.size()) + " events are enough:\n";
  for (const std::string& line : shown.trace) text += "  | " + line + "\n";
  return text;
}

void RunSeeds(const char* name, Seeds seeds, const ScheduleOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  Counts counts;
  for (uint64_t seed = seeds.first; seed <= seeds.last; ++seed) {
    const std::vector<Event> events = MakeSchedule(seed, options);
    const Outcome outcome = RunSchedule(events);
    counts.Add(outcome.counts);
    if (!outcome.violation.kind.empty()) FAIL() << Explain(seed, events, outcome.violation);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::cout << "FIGURE model " << name << ": " << seeds.last - seeds.first + 1 << " schedules of " << options.length
            << " events in " << seconds << " s, 0 violations; records valid " << counts.valid << ", fenced "
            << counts.fenced << ", foreign " << counts.foreign << ", settled " << counts.settled
            << " (fenced themselves " << counts.settled_fenced << "), removed by the cleaner " << counts.removed
            << "; claims " << counts.claims << " and " << counts.claims_refused << " refused; acknowledged "
            << counts.acknowledged << "; replays " << counts.replays << " and " << counts.read_again
            << " again; refused rather than lost " << counts.stuck << std::endl;
  EXPECT_GT(counts.acknowledged, 0);
  EXPECT_GT(counts.fenced, 0);
  EXPECT_GT(counts.settled, 0);
}

TEST(ModelTest, NothingIsLostInAnySchedule) { RunSeeds("all", SeedsToRun({1, 300}, {1, 80000}), {}); }

TEST(ModelTest, NothingIsLostInLongSchedules) {
  RunSeeds("long", SeedsToRun({1000001, 1000060}, {1000001, 1010000}), {.length = 300});
}

TEST(ModelTest, NothingIsLostWithoutStrangers) {
  RunSeeds("alone", SeedsToRun({2000001, 2000120}, {2000001, 2010000}),
           {.length = 200, .foreign = false, .mirror = false});
}

}  // namespace
}  // namespace regent::model
