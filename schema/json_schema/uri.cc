#include "schema/json_schema/uri.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace regent::json_schema {
namespace {

struct Parts {
  std::optional<std::string_view> scheme;
  std::optional<std::string_view> authority;
  std::string_view path;
  std::optional<std::string_view> query;
  std::optional<std::string_view> fragment;
};

Parts Parse(std::string_view uri) {
  Parts parts;
  const SplitUri split = SplitFragment(uri);
  parts.fragment = split.fragment;
  uri = split.document;
  const size_t query = uri.find('?');
  if (query != std::string_view::npos) {
    parts.query = uri.substr(query + 1);
    uri = uri.substr(0, query);
  }
  const size_t colon = uri.find(':');
  const size_t slash = uri.find('/');
  if (colon != std::string_view::npos && colon > 0 && colon < slash && absl::ascii_isalpha(uri[0])) {
    parts.scheme = uri.substr(0, colon);
    uri = uri.substr(colon + 1);
  }
  if (uri.substr(0, 2) == "//") {
    uri.remove_prefix(2);
    const size_t end = uri.find('/');
    parts.authority = uri.substr(0, end);
    uri = end == std::string_view::npos ? std::string_view() : uri.substr(end);
  }
  parts.path = uri;
  return parts;
}

std::string RemoveDots(std::string_view path) {
  const bool absolute = !path.empty() && path.front() == '/';
  std::vector<std::string_view> kept;
  size_t at = absolute ? 1 : 0;
  for (bool last = false; !last;) {
    const size_t end = path.find('/', at);
    last = end == std::string_view::npos;
    const std::string_view step = path.substr(at, last ? end : end - at);
    at = last ? path.size() : end + 1;
    if (step == "." || step == "..") {
      if (step == ".." && !kept.empty()) kept.pop_back();
      if (last) kept.push_back("");
    } else {
      kept.push_back(step);
    }
  }
  std::string out = absolute ? "/" : "";
  for (size_t i = 0; i < kept.size(); ++i) {
    if (i > 0) out += '/';
    out += kept[i];
  }
  return out;
}

std::string Merge(const Parts& base, std::string_view path) {
  if (base.authority && base.path.empty()) return "/" + std::string(path);
  const size_t slash = base.path.rfind('/');
  return std::string(base.path.substr(0, slash == std::string_view::npos ? 0 : slash + 1)) + std::string(path);
}

}  // namespace

SplitUri SplitFragment(std::string_view uri) {
  const size_t hash = uri.find('#');
  if (hash == std::string_view::npos) return {uri, std::nullopt};
  return {uri.substr(0, hash), uri.substr(hash + 1)};
}

std::string ResolveUri(std::string_view base_text, std::string_view reference_text) {
  if (base_text.empty()) return std::string(reference_text);
  const Parts base = Parse(base_text);
  const Parts reference = Parse(reference_text);
  Parts target = reference;
  std::string path;
  if (reference.scheme || reference.authority) {
    path = RemoveDots(reference.path);
    if (!reference.scheme) target.scheme = base.scheme;
  } else {
    target.scheme = base.scheme;
    target.authority = base.authority;
    if (reference.path.empty()) {
      path = std::string(base.path);
      if (!reference.query) target.query = base.query;
    } else {
      path = RemoveDots(reference.path.front() == '/' ? std::string(reference.path) : Merge(base, reference.path));
    }
  }
  std::string out;
  const auto append = [&](std::string_view before, std::optional<std::string_view> part, std::string_view after) {
    if (!part) return;
    out += before;
    out += *part;
    out += after;
  };
  append("", target.scheme, ":");
  append("//", target.authority, "");
  out += path;
  append("?", target.query, "");
  append("#", target.fragment, "");
  return out;
}

std::string PercentDecode(std::string_view text) {
  const auto hex = [](char c) { return absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10; };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && absl::ascii_isxdigit(text[i + 1]) &&
        absl::ascii_isxdigit(text[i + 2])) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string EscapePointer(std::string_view step) {
  std::string out;
  out.reserve(step.size());
  for (const char c : step) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::optional<std::vector<std::string>> ParsePointer(std::string_view pointer) {
  std::vector<std::string> steps;
  if (pointer.empty()) return steps;
  if (pointer.front() != '/') return std::nullopt;
  for (size_t i = 0; i < pointer.size(); ++i) {
    const char next = i + 1 < pointer.size() ? pointer[i + 1] : '\0';
    if (pointer[i] == '/') {
      steps.emplace_back();
    } else if (pointer[i] == '~' && (next == '0' || next == '1')) {
      steps.back() += next == '0' ? '~' : '/';
      ++i;
    } else {
      steps.back() += pointer[i];
    }
  }
  return steps;
}

}  // namespace regent::json_schema
