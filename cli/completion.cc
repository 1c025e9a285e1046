#include "cli/completion.h"

#include <algorithm>
#include <optional>

namespace regent::cli {
namespace {

// Bash takes words apart at '=' and ':', and subjects hold colons: the line is taken apart here, and what bash holds
// for earlier words is cut off the candidates.
constexpr char kBash[] = R"(# regent's completion for bash: source <(regent completion bash)
_regent() {
  local words line=${COMP_LINE:0:COMP_POINT} breaks= mark
  IFS=$' \t\n' read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local IFS=$'\n' typed=${words[${#words[@]}-1]}
  COMPREPLY=($(regent completion words -- "${words[@]:1}" 2>/dev/null))
  for mark in = :; do [[ $COMP_WORDBREAKS == *$mark* ]] && breaks+=$mark; done
  [[ -z $breaks ]] || COMPREPLY=("${COMPREPLY[@]#"${typed%"${typed##*[$breaks]}"}"}")
}
complete -o default -F _regent regent
)";
constexpr char kZsh[] = R"(#compdef regent
# regent's completion for zsh: source <(regent completion zsh)
_regent() {
  local -a found
  found=("${(@f)$(regent completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "${found[*]}" ]]; then compadd -Q -- "${found[@]}"; else _files; fi
}
compdef _regent regent
)";
constexpr char kFish[] = R"(# regent's completion for fish: regent completion fish | source
function __regent
    set -l words (commandline --tokenize --cut-at-cursor) (commandline --current-token)
    regent completion words -- $words[2..-1] 2>/dev/null
end
complete --command regent --arguments '(__regent)'
)";

constexpr std::string_view kLevels =
    "NONE|BACKWARD|BACKWARD_TRANSITIVE|FORWARD|FORWARD_TRANSITIVE|FULL|FULL_TRANSITIVE";

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

std::vector<std::string> SplitAtBars(std::string_view list) {
  std::vector<std::string> parts;
  while (true) {
    const size_t bar = list.find('|');
    parts.emplace_back(list.substr(0, bar));
    if (bar == std::string_view::npos) return parts;
    list.remove_prefix(bar + 1);
  }
}

// In "VERSION|latest" and "N|latest" the first is a name for what may stand there, the second stands there itself.
bool IsPlaceholder(std::string_view word) {
  for (const std::string_view name : {"ID", "GUID", "SUBJECT", "VERSION", "N", "FILE"}) {
    if (word == name) return true;
  }
  return false;
}

// A command line as far as it goes.
class Line {
 public:
  Line(const std::vector<std::string>& words, absl::Span<const Command* const> commands, const SubjectNames& subjects)
      : words_(words), commands_(commands), subjects_(subjects) {
    if (words_.empty()) words_.emplace_back();
    partial_ = words_.back();
    Read();
  }

  std::vector<std::string> Complete() const {
    if (flag_ != nullptr) return Values(flag_->value_name, partial_, "");
    if (StartsWith(partial_, "-")) return FlagWords();
    if (command_ == nullptr) return CommandWords();
    if (operands_ >= command_->operands.size()) return {};
    return Values(command_->operands[operands_].name, partial_, "");
  }

 private:
  void Read() {
    for (size_t i = 0; i + 1 < words_.size(); ++i) {
      const std::string& word = words_[i];
      if (StartsWith(word, "--")) {
        const Flag* flag = FindFlag(word.substr(2, word.find('=') - 2));
        given_.push_back(word.substr(0, word.find('=')));
        if (flag == nullptr || flag->value_name.empty() || word.find('=') != std::string::npos) continue;
        if (i + 2 == words_.size()) flag_ = flag;
        ++i;
      } else if (command_ != nullptr) {
        ++operands_;
      } else {
        name_ += (name_.empty() ? "" : " ") + word;
        for (const Command* command : commands_) {
          if (command->name == name_) command_ = command;
        }
      }
    }
  }

  std::vector<Flag> Flags() const {
    std::vector<Flag> flags = command_ == nullptr ? std::vector<Flag>() : command_->flags;
    flags.insert(flags.end(), GlobalFlags().begin(), GlobalFlags().end());
    return flags;
  }

  const Flag* FindFlag(std::string_view name) const {
    for (const auto* list : {command_ == nullptr ? nullptr : &command_->flags, &GlobalFlags()}) {
      if (list == nullptr) continue;
      for (const Flag& flag : *list) {
        if (flag.name == name) return &flag;
      }
    }
    return nullptr;
  }

  std::vector<std::string> FlagWords() const {
    if (const size_t equals = partial_.find('='); equals != std::string::npos && StartsWith(partial_, "--")) {
      const Flag* flag = FindFlag(partial_.substr(2, equals - 2));
      if (flag == nullptr) return {};
      return Values(flag->value_name.empty() ? "BOOL" : flag->value_name, partial_.substr(equals + 1),
                    partial_.substr(0, equals + 1));
    }
    std::vector<std::string> out;
    for (const Flag& flag : Flags()) {
      const std::string word = "--" + std::string(flag.name);
      const bool used = !flag.repeated && std::find(given_.begin(), given_.end(), word) != given_.end();
      if (StartsWith(word, partial_) && !used) out.push_back(word);
    }
    return out;
  }

  // The next word of every command that begins as the line does.
  std::vector<std::string> CommandWords() const {
    std::vector<std::string> out;
    const std::string before = name_.empty() ? "" : name_ + " ";
    for (const Command* command : commands_) {
      if (!StartsWith(command->name, before)) continue;
      const std::string_view rest = command->name.substr(before.size());
      std::string word(rest.substr(0, rest.find(' ')));
      if (StartsWith(word, partial_) && std::find(out.begin(), out.end(), word) == out.end()) out.push_back(word);
    }
    return out;
  }

  // What may stand where `name` does in a command's usage; each has `before` put before it.
  std::vector<std::string> Values(std::string_view name, const std::string& partial, const std::string& before) const {
    std::vector<std::string> out;
    const auto add = [&](const std::string& value) {
      if (StartsWith(value, partial)) out.push_back(before + value);
    };
    if (name == "COMMAND" || name == "SUBCOMMAND") {
      const Line line({words_.begin() + 1, words_.end()}, commands_, subjects_);
      return line.command_ == nullptr ? line.CommandWords() : out;
    }
    const std::vector<std::string> parts = SplitAtBars(name == "LEVEL"  ? kLevels
                                                       : name == "BOOL" ? std::string_view("true|false")
                                                                        : name);
    if (name == "LEVEL" || name == "BOOL" || parts.size() > 1) {
      for (const std::string& part : parts) {
        if (!IsPlaceholder(part)) add(part);
      }
    }
    if (std::find(parts.begin(), parts.end(), "SUBJECT") != parts.end()) {
      for (const std::string& subject : subjects_(words_, partial)) add(subject);
    }
    return out;
  }

  std::vector<std::string> words_;
  const absl::Span<const Command* const> commands_;
  const SubjectNames& subjects_;
  std::string partial_;
  std::string name_;                  // of the command, as far as it is written
  const Command* command_ = nullptr;  // when it is whole
  const Flag* flag_ = nullptr;        // whose value the last word is
  size_t operands_ = 0;               // before the last word
  std::vector<std::string> given_;    // flags
};

}  // namespace

std::vector<std::string> Complete(const std::vector<std::string>& words, absl::Span<const Command* const> commands,
                                  const SubjectNames& subjects) {
  return Line(words, commands, subjects).Complete();
}

const char* CompletionScript(std::string_view shell) {
  if (shell == "bash") return kBash;
  if (shell == "zsh") return kZsh;
  if (shell == "fish") return kFish;
  return nullptr;
}

}  // namespace regent::cli
