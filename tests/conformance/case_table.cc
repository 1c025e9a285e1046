#include "tests/conformance/case_table.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/json_value.h"
#include "tests/support/child_process.h"

namespace regent::testing {
namespace {

JsonValue LoadJson(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  auto json = JsonValue::Parse(text.str());
  if (!json.ok()) {
    std::cerr << path << ": " << json.status() << std::endl;
    std::abort();
  }
  return *std::move(json);
}

std::vector<std::pair<std::string, std::string>> Pairs(const JsonValue* object) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (object == nullptr) return pairs;
  for (const auto& [name, value] : object->members()) pairs.emplace_back(name, value.string_value());
  return pairs;
}

Step StepOf(const JsonValue& json) {
  Step step;
  step.call.method = json.Find("method")->string_value();
  step.call.path = json.Find("path")->string_value();
  step.call.headers = Pairs(json.Find("headers"));
  if (const JsonValue* body = json.Find("body")) step.call.body = body->string_value();
  step.status = static_cast<int>(*json.Find("status")->ToInt64());
  if (const JsonValue* answer = json.Find("answer")) step.answer = answer->string_value();
  step.answer_headers = Pairs(json.Find("answer_headers"));
  step.rest_only = json.Find("rest_only") != nullptr;
  if (const JsonValue* greater = json.Find("greater")) {
    step.greater = {greater->items()[0].string_value(), greater->items()[1].string_value()};
  }
  return step;
}

std::vector<std::string> Texts(const JsonValue* array) {
  std::vector<std::string> texts;
  if (array == nullptr) return texts;
  for (const JsonValue& item : array->items()) texts.push_back(item.string_value());
  return texts;
}

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  while (true) {
    const size_t end = text.find(separator);
    pieces.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

// A request within `/contexts/{}/` is for the endpoint behind it.
std::string PathOf(const HttpCall& call) {
  std::string path = call.path.substr(0, call.path.find('?'));
  constexpr std::string_view kPrefix = "/contexts/";
  if (path.rfind(kPrefix, 0) != 0) return path;
  const size_t rest = path.find('/', kPrefix.size());
  return rest == std::string::npos ? path : path.substr(rest);
}

}  // namespace

std::vector<Case> LoadCases(const std::string& directory) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(Runfile("tests/conformance/" + directory))) {
    files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<Case> cases;
  for (const std::string& file : files) {
    const JsonValue json = LoadJson(file);
    for (const JsonValue& item : json.items()) {
      Case& each = cases.emplace_back();
      each.file = file.substr(file.rfind('/') + 1);
      each.name = item.Find("name")->string_value();
      for (const JsonValue& step : item.Find("steps")->items()) each.steps.push_back(StepOf(step));
    }
  }
  return cases;
}

std::vector<Endpoint> LoadEndpoints() {
  std::vector<Endpoint> endpoints;
  const JsonValue json = LoadJson(Runfile("tests/conformance/endpoints.json"));
  for (const JsonValue& item : json.items()) {
    Endpoint& endpoint = endpoints.emplace_back();
    endpoint.pattern = item.Find("endpoint")->string_value();
    endpoint.parameters = Texts(item.Find("parameters"));
    endpoint.missing = Texts(item.Find("missing"));
    for (const JsonValue& code : item.Find("codes")->items())
      endpoint.codes.push_back(static_cast<int>(*code.ToInt64()));
  }
  return endpoints;
}

std::string Substitute(std::string_view text, const Variables& variables) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t open = text.find('{', at);
    const size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) return out.append(text.substr(at));
    const auto variable = variables.find(std::string(text.substr(open + 1, close - open - 1)));
    if (variable == variables.end()) {
      out.append(text.substr(at, open + 1 - at));
      at = open + 1;
    } else {
      out.append(text.substr(at, open - at)).append(variable->second);
      at = close + 1;
    }
  }
  return out;
}

bool Matches(std::string_view pattern, const std::string& text, Variables* variables) {
  static const RE2& wild = *new RE2("<(int|text|any)(?::([a-z0-9]+))?>");
  const std::string known = Substitute(pattern, *variables);
  std::string expression = "(?s)";
  std::vector<std::string> bound;
  size_t done = 0;
  while (done < known.size()) {
    const re2::StringPiece input(known.data() + done, known.size() - done);
    re2::StringPiece groups[3];
    if (!wild.Match(input, 0, input.size(), RE2::UNANCHORED, groups, 3)) break;
    expression += RE2::QuoteMeta(re2::StringPiece(input.data(), static_cast<size_t>(groups[0].data() - input.data())));
    const std::string class_of = groups[1] == "int" ? "-?[0-9]+" : groups[1] == "text" ? "[^\"]*" : ".*";
    const std::string variable(groups[2].data() == nullptr ? "" : groups[2].as_string());
    const auto value = variables->find(variable);
    if (variable.empty()) {
      expression += class_of;
    } else if (value != variables->end()) {
      expression += RE2::QuoteMeta(value->second);
    } else {
      expression += "(" + class_of + ")";
      bound.push_back(variable);
    }
    done = static_cast<size_t>(groups[0].data() + groups[0].size() - known.data());
  }
  expression += RE2::QuoteMeta(re2::StringPiece(known.data() + done, known.size() - done));
  const RE2 compiled(expression);
  std::vector<re2::StringPiece> groups(bound.size() + 1);
  if (!compiled.Match(text, 0, text.size(), RE2::ANCHOR_BOTH, groups.data(), static_cast<int>(groups.size())))
    return false;
  for (size_t i = 0; i < bound.size(); ++i) (*variables)[bound[i]] = groups[i + 1].as_string();
  return true;
}

const Endpoint* EndpointOf(const std::vector<Endpoint>& endpoints, const HttpCall& call) {
  const std::vector<std::string> segments = Split(PathOf(call), '/');
  const Endpoint* best = nullptr;
  size_t best_arguments = SIZE_MAX;
  for (const Endpoint& endpoint : endpoints) {
    const size_t space = endpoint.pattern.find(' ');
    if (endpoint.pattern.substr(0, space) != call.method) continue;
    const std::vector<std::string> wanted = Split(endpoint.pattern.substr(space + 1), '/');
    if (wanted.size() != segments.size()) continue;
    size_t arguments = 0;
    bool fits = true;
    for (size_t i = 0; i < wanted.size(); ++i) {
      arguments += wanted[i] == "{}";
      fits = fits && (wanted[i] == "{}" || wanted[i] == segments[i]);
    }
    if (!fits || arguments >= best_arguments) continue;
    best = &endpoint;
    best_arguments = arguments;
  }
  return best;
}

std::vector<std::string> ParametersOf(const HttpCall& call) {
  std::vector<std::string> names;
  const size_t question = call.path.find('?');
  if (question == std::string::npos) return names;
  for (const std::string& item : Split(std::string_view(call.path).substr(question + 1), '&')) {
    names.push_back(item.substr(0, item.find('=')));
  }
  return names;
}

int CodeOf(const HttpAnswer& answer) {
  if (answer.status < 400) return answer.status;
  const auto json = JsonValue::Parse(answer.body);
  const JsonValue* code = json.ok() ? json->Find("error_code") : nullptr;
  const auto number = code == nullptr ? std::nullopt : code->ToInt64();
  return number ? static_cast<int>(*number) : answer.status;
}

}  // namespace regent::testing
