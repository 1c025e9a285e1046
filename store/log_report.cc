#include "store/log_report.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "store/log_scan.h"
#include "store/record_codec.h"

namespace regent {

std::vector<std::string> LogReport::Problems() const {
  std::vector<std::string> problems;
  for (const UnsettledKey& key : unsettled) {
    problems.push_back(absl::StrCat("key ", EncodeKey(key.key), ": its last record, at offset ",
                                    key.last_offset.value(), ", does not count",
                                    key.foreign ? " (another registry wrote it)" : "", "; a primary settles it"));
  }
  if (foreign_writer) {
    problems.push_back(
        "another registry has written after a claim and nobody accepted it: stop that registry, then `regent cluster "
        "resume`");
  }
  if (counters.id_clashes > 0) {
    problems.push_back(absl::StrCat(counters.id_clashes,
                                    " records of the registry before gave a living id another text; they are ignored"));
  }
  if (counters.unreadable > 0) {
    problems.push_back(absl::StrCat(counters.unreadable, " records were not understood; they are ignored"));
  }
  return problems;
}

absl::StatusOr<LogReport> ReportOn(Log* log) {
  LogReport report;
  report.log_id = log->Id();
  State state(report.log_id);
  const absl::StatusOr<Offset> next = ScanLog(log, [&](const LogRecord& record) {
    const Applied applied = state.Apply(record);
    ++report.records;
    report.tombstones += record.record.value ? 0 : 1;
    report.claims += applied.understood && applied.verdict == Verdict::kClaimCounted ? 1 : 0;
    return absl::OkStatus();
  });
  if (!next.ok()) return next.status();
  report.next = *next;
  report.claim = state.current_claim();
  report.counters = state.counters();
  for (auto& [raw_key, key] : state.unsettled()) report.unsettled.push_back(std::move(key));
  constexpr size_t kPage = 1000;
  std::optional<Subject> after;
  while (true) {
    const auto page = state.SubjectsAfter(after, kPage);
    for (const auto& [subject, view] : page) report.versions += static_cast<int64_t>(view->versions.size());
    report.subjects += static_cast<int64_t>(page.size());
    if (page.size() < kPage) break;
    after = page.back().first;
  }
  report.foreign_writer = state.ForeignWriter();
  report.digest = state.Digest().second;
  return report;
}

}  // namespace regent
