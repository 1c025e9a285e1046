#include "tests/conformance/case_runner.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace regent::testing {
namespace {

HttpCall Prepared(const HttpCall& call, const Variables& variables) {
  HttpCall prepared = call;
  prepared.path = Substitute(call.path, variables);
  prepared.body = Substitute(call.body, variables);
  return prepared;
}

bool HasContentType(const HttpCall& call) {
  for (const auto& [name, value] : call.headers) {
    if (name == "Content-Type") return true;
  }
  return false;
}

// False where the rest of the case makes no sense any more.
bool Check(const Step& step, const HttpAnswer& answer, Variables* variables) {
  EXPECT_EQ(answer.status, step.status) << answer.body;
  for (const auto& [name, value] : step.answer_headers) EXPECT_EQ(answer.Header(name), value) << name;
  bool matches = true;
  if (step.answer) {
    matches = Matches(*step.answer, answer.body, variables);
    EXPECT_TRUE(matches) << "wanted " << Substitute(*step.answer, *variables) << "\n   got " << answer.body;
  }
  if (step.greater && matches) {
    EXPECT_GT(std::atoll((*variables)[step.greater->first].c_str()),
              std::atoll((*variables)[step.greater->second].c_str()));
  }
  return matches && answer.status == step.status;
}

}  // namespace

HttpAnswer CallOverRest(const std::string& url, HttpCall call) {
  if (!call.body.empty() && !HasContentType(call)) {
    call.headers.emplace_back("Content-Type", "application/vnd.schemaregistry.v1+json");
  }
  return Send(url, call);
}

void RunCases(const std::vector<Case>& cases, const std::string& mark, const CallDoor& call) {
  int number = 0;
  for (const Case& each : cases) {
    Variables variables = {{"run", mark + std::to_string(++number)}};
    for (const Step& step : each.steps) {
      const HttpCall prepared = Prepared(step.call, variables);
      SCOPED_TRACE(each.file + ": " + each.name + ": " + prepared.method + " " + prepared.path + " " +
                   prepared.body.substr(0, 300));
      if (!Check(step, call(prepared, step), &variables)) break;
    }
  }
}

}  // namespace regent::testing
