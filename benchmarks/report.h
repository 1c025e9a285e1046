// What a benchmark prints, and keeps as the file that goes into docs/evidence/.
#pragma once

#include <string>

namespace regent::benchmarks {

class Report {
 public:
  // `# title`, and the machine with its load at this moment. `markdown`: the file that Save writes; empty: none.
  Report(const std::string& title, std::string markdown);

  void Heading(const std::string& text) { Line("\n## " + text + "\n"); }
  void Line(const std::string& text);
  void Print(const char* format, ...) __attribute__((format(printf, 2, 3)));
  void Save() const;

 private:
  const std::string markdown_;
  std::string text_;
};

}  // namespace regent::benchmarks
