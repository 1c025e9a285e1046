#include "cli/usage.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace regent::cli {
namespace {

constexpr size_t kColumns = 80;

std::string FlagWord(const Flag& flag) {
  std::string word = "--" + std::string(flag.name);
  if (!flag.value_name.empty()) word += "=" + std::string(flag.value_name);
  return word;
}

// Puts `word` on the last line, or on a new one under `indent`.
void AddWord(const std::string& word, size_t indent, std::string* out) {
  const size_t line_start = out->rfind('\n') == std::string::npos ? 0 : out->rfind('\n') + 1;
  if (out->size() - line_start + 1 + word.size() > kColumns) {
    out->append("\n").append(indent, ' ').append(word);
  } else {
    out->append(" ").append(word);
  }
}

std::string Synopsis(const Command& command) {
  std::string out = "usage: regent " + std::string(command.name);
  const size_t indent = std::string("usage: regent ").size() + 2;
  for (const Operand& operand : command.operands) {
    const std::string name(operand.name);
    AddWord((operand.required ? name : "[" + name + "]") + (operand.repeated ? "..." : ""), indent, &out);
  }
  for (const Flag& flag : command.flags) {
    AddWord("[" + FlagWord(flag) + "]" + (flag.repeated ? "..." : ""), indent, &out);
  }
  return out + "\n";
}

struct Row {
  std::string left;
  std::string right;
};

// Two columns; a left cell that is too wide stands on a line of its own.
std::string Table(const std::vector<Row>& rows) {
  constexpr size_t kWidest = 26;
  size_t width = 0;
  for (const Row& row : rows) {
    if (row.left.size() <= kWidest) width = std::max(width, row.left.size());
  }
  std::string out;
  for (const Row& row : rows) {
    out.append("  ").append(row.left);
    if (row.left.size() > width) {
      out.append("\n  ").append(width, ' ');
    } else {
      out.append(width - row.left.size(), ' ');
    }
    out.append("  ").append(row.right).append("\n");
  }
  return out;
}

std::string FlagTable(const std::vector<Flag>& flags) {
  std::vector<Row> rows;
  for (const Flag& flag : flags) {
    rows.push_back({FlagWord(flag), std::string(flag.help) + (flag.repeated ? " (may be repeated)" : "")});
  }
  return Table(rows);
}

}  // namespace

std::string UsageOf(const Command& command) {
  return Synopsis(command) + "More: regent help " + std::string(command.name) + "\n";
}

std::string HelpOf(const Command& command) {
  std::string out = "regent " + std::string(command.name) + ": " + std::string(command.summary) + "\n\n";
  out += Synopsis(command);
  if (!command.manual.empty()) out.append("\n").append(command.manual).append("\n");
  if (!command.flags.empty()) out += "\nFlags:\n" + FlagTable(command.flags);
  out += "\nGlobal flags:\n" + FlagTable(GlobalFlags());
  return out;
}

std::string Overview(absl::Span<const Command* const> commands) {
  std::string out = "regent: a schema registry\n\nusage: regent COMMAND [WORDS] [FLAGS]\n\nCommands:\n";
  std::vector<Row> rows;
  for (const Command* command : commands) rows.push_back({std::string(command->name), std::string(command->summary)});
  out += Table(rows);
  out += "\nGlobal flags:\n" + FlagTable(GlobalFlags());
  out +=
      "\nExit codes: 0 done; 1 the answer is no; 2 wrong usage or configuration; 3 no\n"
      "answer from a server. More about a command: regent help COMMAND\n";
  return out;
}

}  // namespace regent::cli
