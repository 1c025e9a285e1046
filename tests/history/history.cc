#include "tests/history/history.h"

#include <array>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace regent::history {
namespace {

constexpr char kHeading[] =
    "kind\tresult\tread\tclient\tnode\tsubject\ttext\tversion\tid\tcall\tanswer\tmin_position\tposition";
constexpr std::array<std::string_view, 3> kKinds = {"register", "lookup", "latest"};
constexpr std::array<std::string_view, 4> kResults = {"ok", "not_found", "failed", "unknown"};
constexpr std::array<std::string_view, 2> kReads = {"linearizable", "default"};

template <typename Enum, size_t kCount>
bool ParseName(const std::array<std::string_view, kCount>& names, std::string_view text, Enum* out) {
  for (size_t i = 0; i < kCount; ++i) {
    if (names[i] != text) continue;
    *out = static_cast<Enum>(i);
    return true;
  }
  return false;
}

template <typename Number>
bool ParseNumber(const std::string& text, Number* out) {
  return absl::SimpleAtoi(text, out);
}

}  // namespace

std::string ToText(const std::vector<Operation>& history) {
  std::string text = absl::StrCat(kHeading, "\n");
  for (const Operation& o : history) {
    const auto name = [](const auto& names, auto value) { return std::string(names[static_cast<size_t>(value)]); };
    absl::StrAppend(&text, name(kKinds, o.kind), "\t", name(kResults, o.result), "\t", name(kReads, o.read), "\t",
                    o.client, "\t", o.node, "\t", o.subject, "\t", o.text, "\t");
    absl::StrAppend(&text, o.version, "\t", o.id, "\t", o.call, "\t", o.answer, "\t", o.min_position, "\t", o.position,
                    "\n");
  }
  return text;
}

absl::StatusOr<std::vector<Operation>> FromText(std::string_view text) {
  std::vector<Operation> history;
  int number = 0;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(std::string(text), '\n'))) {
    ++number;
    if (number == 1) {
      if (line != kHeading) return absl::InvalidArgumentError("line 1: not a history: other columns");
      continue;
    }
    if (line.empty()) continue;
    const std::vector<std::string> f = absl::StrSplit(line, '\t');
    Operation o;
    const bool good = f.size() == 13 && ParseName(kKinds, f[0], &o.kind) && ParseName(kResults, f[1], &o.result) &&
                      ParseName(kReads, f[2], &o.read) && ParseNumber(f[3], &o.client) && ParseNumber(f[4], &o.node) &&
                      ParseNumber(f[7], &o.version) && ParseNumber(f[8], &o.id) && ParseNumber(f[9], &o.call) &&
                      ParseNumber(f[10], &o.answer) && ParseNumber(f[11], &o.min_position) &&
                      ParseNumber(f[12], &o.position);
    if (!good) return absl::InvalidArgumentError(absl::StrCat("line ", number, ": not an operation"));
    o.subject = f[5];
    o.text = f[6];
    history.push_back(std::move(o));
  }
  return history;
}

}  // namespace regent::history
