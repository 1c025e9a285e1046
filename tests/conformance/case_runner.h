// Runs the cases of the table against whatever answers.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/conformance/case_table.h"

namespace regent::testing {

// With the content type that a body needs, unless the call has one.
HttpAnswer CallOverRest(const std::string& url, HttpCall call);

using CallDoor = std::function<HttpAnswer(const HttpCall&, const Step&)>;

// The test fails at each step that is not answered as it should be; the rest of its case is left out then. `mark` makes
// the cases' own words unlike those of other runs.
void RunCases(const std::vector<Case>& cases, const std::string& mark, const CallDoor& call);

}  // namespace regent::testing
