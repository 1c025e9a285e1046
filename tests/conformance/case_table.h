// The conformance table: requests and exact answers as data. README.md says how it reads.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/rest/http_call.h"

namespace regent::testing {

struct Step {
  HttpCall call;
  int status = 200;
  std::optional<std::string> answer;  // a pattern
  std::vector<std::pair<std::string, std::string>> answer_headers;
  std::optional<std::pair<std::string, std::string>> greater;  // variables: the first is above the second
  bool rest_only = false;                                      // gRPC does not do it on purpose
};

struct Case {
  std::string file;
  std::string name;
  std::vector<Step> steps;
};

// A row of the specification's table of endpoints.
struct Endpoint {
  std::string pattern;  // "GET /subjects/{}/versions"
  std::vector<std::string> parameters;
  std::vector<int> codes;            // error codes; 200 and 204 are success
  std::vector<std::string> missing;  // parameters that Regent does not know yet
};

// Of one directory of this package: `cases`, or those of an older profile.
std::vector<Case> LoadCases(const std::string& directory = "cases");
std::vector<Endpoint> LoadEndpoints();

// What is known so far: by `{name}` in requests and patterns, bound by `<int:name>` and `<text:name>` in patterns.
using Variables = std::map<std::string, std::string>;

std::string Substitute(std::string_view text, const Variables& variables);

// Whether `text` is as `pattern` says; binds variables. `<int>`, `<text>` (no quote in it) and `<any>` stand for what
// may vary; everything else is literal.
bool Matches(std::string_view pattern, const std::string& text, Variables* variables);

// The endpoint that a request is for; null when the table has none.
const Endpoint* EndpointOf(const std::vector<Endpoint>& endpoints, const HttpCall& call);
std::vector<std::string> ParametersOf(const HttpCall& call);

// The error_code of an answer, or its status where it is none.
int CodeOf(const HttpAnswer& answer);

}  // namespace regent::testing
