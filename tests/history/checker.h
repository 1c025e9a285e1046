// Judges a history: knows what clients saw and a tiny model of a registry, and nothing of how Regent works.
#pragma once

#include <string>
#include <vector>

#include "tests/history/history.h"

namespace regent::history {

struct Verdict {
  bool ok = true;
  std::string why;  // what cannot be, with the operations concerned
  bool operator==(const Verdict&) const = default;
};

// Whether all registrations and linearizable reads fit one order of instants, each between its call and its answer.
// Subjects are independent, so each is searched by itself (Wing and Gong's search, with Lowe's memory of what was
// tried). Versions are never deleted in such a history.
Verdict CheckLinearizable(const std::vector<Operation>& history);

// An id names one text, a text has one id, and a version of a subject one text, for everybody and for ever.
Verdict CheckIds(const std::vector<Operation>& history);

// Default reads: a node never goes back (a read that begins after another one's answer sees no less), and a read that
// asks for a position sees what was registered up to there.
Verdict CheckSessions(const std::vector<Operation>& history);

// All of them.
Verdict Check(const std::vector<Operation>& history);

}  // namespace regent::history
