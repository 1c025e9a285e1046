#include "schema/json_schema/schema_graph.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/json_schema/meta_schemas.h"
#include "schema/json_schema/meta_validation.h"
#include "schema/json_schema/uri.h"

namespace regent::json_schema {
namespace {

const JsonValue* FindString(const JsonValue& schema, std::string_view name) {
  const JsonValue* found = schema.Find(name);
  return found != nullptr && found->is_string() ? found : nullptr;
}

// Of identifiers and ways to schemas, which a text need not spell out: what is relative to a long one is as long.
constexpr size_t kNameBytesMax = 64u << 20;

std::string Shortened(std::string_view text) {
  constexpr size_t kMost = 200;
  return text.size() <= kMost ? std::string(text) : absl::StrCat(std::string(text.substr(0, kMost)), "...");
}

}  // namespace

class GraphBuilder {
 public:
  GraphBuilder(Validation validation, const FormatLimits& limits)
      : validation_(validation), limits_(limits), graph_(std::make_unique<SchemaGraph>()) {}

  absl::StatusOr<std::unique_ptr<SchemaGraph>> Build(JsonValue schema, absl::Span<const NamedSchema> references) {
    const Draft draft = DraftOf(schema);
    absl::Status status = AddDocument("", "", std::move(schema), draft);
    if (status.ok()) status = AddReferences(references);
    // References may lead to schemas that were not seen yet, and those on to others.
    for (int32_t i = 0; status.ok() && i < graph_->size(); ++i) status = Resolve(i);
    if (!status.ok()) return status;
    return std::move(graph_);
  }

 private:
  bool IsStrictAbout(const Site& site) const { return validation_ == Validation::kStrict && site.document == 0; }

  absl::Status AddReferences(absl::Span<const NamedSchema> references) {
    const std::string base = resources_[graph_->sites_[0].resource];
    const Draft draft = graph_->sites_[0].draft;
    JsonLimits json_limits;
    json_limits.max_bytes = limits_.max_text_bytes;
    json_limits.max_depth = 2 * limits_.max_depth + 64;
    size_t total = 0;
    for (const NamedSchema& reference : references) {
      total += reference.text.size();
      if (total > limits_.max_total_bytes) {
        return MakeError(ErrorReason::kSchemaTooLarge,
                         absl::StrCat("The schema and all it references have more than the limit of ",
                                      limits_.max_total_bytes, " bytes"));
      }
      std::string name = reference.name;
      if (!name.empty() && name.back() == '#') name.pop_back();
      if (names_.contains(name)) continue;
      absl::StatusOr<JsonValue> parsed = JsonValue::Parse(reference.text, json_limits);
      if (!parsed.ok() || !(parsed->is_object() || parsed->is_bool())) {
        if (validation_ == Validation::kLenient) continue;
        return errors::SchemaInvalid(absl::StrCat("the referenced schema \"", Shortened(name), "\" is no JSON schema"));
      }
      names_.emplace(name, graph_->size());
      const Draft own = DraftOf(*parsed, draft);
      const absl::Status status = AddDocument(name, ResolveUri(base, name), *std::move(parsed), own);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // A document that was found at `uri`.
  absl::Status AddDocument(std::string name, std::string uri, JsonValue root, Draft draft) {
    graph_->documents_.push_back({std::move(name), std::move(root)});
    Site site;
    site.value = &graph_->documents_.back().root;
    site.document = static_cast<int32_t>(graph_->documents_.size()) - 1;
    site.draft = draft;
    site.resource = static_cast<int32_t>(resources_.size());
    resources_.push_back(std::string(SplitFragment(uri).document));
    roots_by_uri_.emplace(resources_.back(), graph_->size());
    if (absl::Status status = SpendNameBytes(2 * resources_.back().size()); !status.ok()) return status;
    return AddTree(std::move(site));
  }

  // A schema and those within it, breadth first.
  absl::Status AddTree(Site root) {
    int32_t next = graph_->size();
    Add(std::move(root));
    for (; next < graph_->size(); ++next) {
      const absl::Status status = Expand(next);
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  void Add(Site site) {
    graph_->by_value_.emplace(site.value, graph_->size());
    graph_->sites_.push_back(std::move(site));
  }

  absl::Status Expand(int32_t index) {
    Site& site = graph_->sites_[index];  // a deque: it stays where it is
    if (site.depth > limits_.max_depth) {
      return errors::SchemaTooComplex(
          absl::StrCat("schemas are nested deeper than the limit of ", limits_.max_depth, " levels"),
          Shortened(graph_->PathOf(index)));
    }
    if (!site.value->is_object()) return absl::OkStatus();
    if (absl::Status status = Identify(index); !status.ok()) return status;
    if (IsStrictAbout(site)) {
      const std::optional<KeywordProblem> problem = CheckKeywords(*site.value, site.draft);
      if (problem) return errors::SchemaInvalid(problem->what, graph_->PathOf(index) + problem->where);
    }
    ForEachSubschema(*site.value, site.draft, [&](Subschema subschema) {
      // Seen already where a reference led into the middle of what is no schema by itself.
      if (graph_->by_value_.contains(subschema.value)) return;
      Site child;
      child.value = subschema.value;
      child.parent = index;
      child.keyword = subschema.keyword->name;
      child.has_step = subschema.step.has_value();
      if (child.has_step) child.step = *std::move(subschema.step);
      child.document = site.document;
      child.resource = site.resource;
      child.draft = site.draft;
      child.depth = site.depth + 1;
      Add(std::move(child));
    });
    return absl::OkStatus();
  }

  absl::Status SpendNameBytes(size_t bytes) {
    name_bytes_ += bytes;
    if (name_bytes_ <= kNameBytesMax) return absl::OkStatus();
    return errors::SchemaTooComplex(
        absl::StrCat("the identifiers of all schemas take more than ", kNameBytesMax, " bytes; shorten the $id"));
  }

  // Notes what the schema may be called: `$id`, `$anchor`.
  absl::Status Identify(int32_t index) {
    Site& site = graph_->sites_[index];
    const JsonValue& schema = *site.value;
    const bool old = site.draft <= Draft::k7;
    const JsonValue* id = FindString(schema, site.draft == Draft::k4 ? "id" : "$id");
    if (id != nullptr && !(old && schema.Find("$ref") != nullptr && site.parent != Site::kNone)) {
      const std::string& text = id->string_value();
      const SplitUri split = SplitFragment(text);
      if (!split.document.empty()) {
        const std::string uri = ResolveUri(resources_[site.resource], split.document);
        if (site.parent != Site::kNone) site.draft = DraftOf(schema, site.draft);
        site.resource = static_cast<int32_t>(resources_.size());
        resources_.push_back(uri);
        roots_by_uri_.emplace(uri, index);
        if (absl::Status status = SpendNameBytes(2 * uri.size()); !status.ok()) return status;
      }
      if (split.fragment && !split.fragment->empty()) {
        if (absl::Status status = NoteAnchor(index, *split.fragment); !status.ok()) return status;
      }
    }
    for (const char* keyword : {"$anchor", "$dynamicAnchor"}) {
      const JsonValue* anchor = old ? nullptr : FindString(schema, keyword);
      if (anchor == nullptr) continue;
      if (absl::Status status = NoteAnchor(index, anchor->string_value()); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  absl::Status NoteAnchor(int32_t index, std::string_view name) {
    std::string uri = absl::StrCat(resources_[graph_->sites_[index].resource], "#", std::string(name));
    const size_t bytes = uri.size();
    anchors_.emplace(std::move(uri), index);
    return SpendNameBytes(bytes);
  }

  absl::Status Resolve(int32_t index) {
    const Site& site = graph_->sites_[index];
    if (!site.value->is_object()) return absl::OkStatus();
    for (const char* keyword : {"$ref", site.draft == Draft::k2019 ? "$recursiveRef" : "$dynamicRef"}) {
      const JsonValue* reference = FindString(*site.value, keyword);
      if (reference == nullptr || FindKeyword(keyword, site.draft) == nullptr) continue;
      std::string problem;
      absl::StatusOr<int32_t> target = Find(site, keyword, reference->string_value(), &problem);
      if (!target.ok()) return target.status();
      graph_->sites_[index].is_reference = true;
      graph_->sites_[index].target = *target;
      if (*target == Site::kNone && IsStrictAbout(site)) {
        return errors::SchemaInvalid(absl::StrCat(keyword, " \"", Shortened(reference->string_value()), "\" ", problem),
                                     absl::StrCat(graph_->PathOf(index), "/", keyword));
      }
      break;
    }
    return absl::OkStatus();
  }

  // kNone and the reason where it leads nowhere; an error only beyond a limit.
  absl::StatusOr<int32_t> Find(const Site& from, std::string_view keyword, const std::string& reference,
                               std::string* problem) {
    const std::string& base = resources_[from.resource];
    if (keyword == "$dynamicRef") {
      if (absl::Status status = SpendNameBytes(resources_[graph_->sites_[0].resource].size()); !status.ok())
        return status;
      // The outermost schema decides; of those that are known when a schema is registered, that is the root.
      const std::string fragment(SplitFragment(reference).fragment.value_or(""));
      const auto outer = anchors_.find(absl::StrCat(resources_[graph_->sites_[0].resource], "#", fragment));
      if (outer != anchors_.end()) return outer->second;
    }
    const auto key = std::make_pair(from.resource, reference);
    if (const auto known = resolved_.find(key); known != resolved_.end()) {
      *problem = known->second.problem;
      return known->second.target;
    }
    if (absl::Status status = SpendNameBytes(base.size()); !status.ok()) return status;
    const std::string absolute = ResolveUri(base, reference);
    absl::StatusOr<int32_t> target = FindAbsolute(from, reference, absolute, problem);
    if (target.ok()) resolved_.emplace(key, Resolution{*target, *problem});
    return target;
  }

  absl::StatusOr<int32_t> FindAbsolute(const Site& from, const std::string& reference, const std::string& absolute,
                                       std::string* problem) {
    const SplitUri split = SplitFragment(absolute);
    const std::string_view fragment = split.fragment.value_or("");
    // A reference may have been registered under the whole `$ref`.
    if (const auto named = names_.find(reference); named != names_.end() && !fragment.empty()) return named->second;
    absl::StatusOr<int32_t> root = FindDocument(split.document, reference);
    if (!root.ok()) return root.status();
    if (*root == Site::kNone) {
      *problem =
          "leads to a document that is not among the schema's references; nothing is fetched from elsewhere, so "
          "register that document and name it in `references`";
      return Site::kNone;
    }
    if (fragment.empty()) return *root;
    const std::string decoded = PercentDecode(fragment);
    if (decoded.front() != '/') {
      const auto anchor = anchors_.find(absl::StrCat(std::string(split.document), "#", decoded));
      if (anchor != anchors_.end()) return anchor->second;
      *problem = absl::StrCat("leads nowhere: no schema there has the anchor \"", Shortened(decoded), "\"");
      return Site::kNone;
    }
    absl::StatusOr<int32_t> target = FindByPointer(*root, decoded, problem);
    if (!target.ok() || *target != Site::kNone) return target;
    // Schemas in the wild give parts of themselves an `$id` and go on to count from the document's root.
    const int32_t outermost = RootOf(from.document);
    if (graph_->sites_[*root].document != from.document || *root == outermost) return Site::kNone;
    return FindByPointer(outermost, decoded, problem);
  }

  absl::StatusOr<int32_t> FindDocument(std::string_view uri, const std::string& reference) {
    const std::string spelled(SplitFragment(reference).document);
    const std::string absolute(uri);
    const auto by_uri = roots_by_uri_.find(absolute);
    if (by_uri != roots_by_uri_.end()) return by_uri->second;
    for (const std::string& name : {spelled, absolute}) {
      const auto named = names_.find(name);
      if (named != names_.end()) return named->second;
    }
    const std::string_view text = FindMetaSchema(uri);
    if (text.empty()) return Site::kNone;
    absl::StatusOr<JsonValue> parsed = JsonValue::Parse(text);
    if (!parsed.ok()) return parsed.status();
    const int32_t root = graph_->size();
    const Draft draft = DraftOf(*parsed);
    const absl::Status status = AddDocument(absolute, absolute, *std::move(parsed), draft);
    if (!status.ok()) return status;
    return root;
  }

  int32_t RootOf(int32_t document) const { return graph_->SiteOf(&graph_->documents_[document].root); }

  absl::StatusOr<int32_t> FindByPointer(int32_t root, const std::string& pointer, std::string* problem) {
    const std::optional<std::vector<std::string>> steps = ParsePointer(pointer);
    int32_t around = root;  // the innermost schema passed on the way
    const JsonValue* at = graph_->sites_[root].value;
    for (const std::string& step : *steps) {
      at = Member(*at, step);
      if (at == nullptr) {
        *problem = absl::StrCat("leads nowhere: there is no \"", Shortened(step), "\" on the way");
        return Site::kNone;
      }
      const int32_t site = graph_->SiteOf(at);
      if (site != Site::kNone) around = site;
    }
    const int32_t known = graph_->SiteOf(at);
    if (known != Site::kNone) return known;
    if (!at->is_object() && !at->is_bool()) {
      *problem = "leads to something that is no schema (an object or a boolean)";
      return Site::kNone;
    }
    Site site;
    site.value = at;
    site.step = graph_->PointerOf(root) + pointer;
    if (absl::Status status = SpendNameBytes(site.step.size()); !status.ok()) return status;
    site.document = graph_->sites_[root].document;
    site.resource = graph_->sites_[around].resource;
    site.draft = graph_->sites_[around].draft;
    site.depth = graph_->sites_[around].depth + 1;
    const int32_t index = graph_->size();
    const absl::Status status = AddTree(std::move(site));
    if (!status.ok()) return status;
    return index;
  }

  const JsonValue* Member(const JsonValue& value, const std::string& step) {
    if (value.is_array()) {
      uint32_t index = 0;
      const bool valid = absl::SimpleAtoi(step, &index) && index < value.items().size();
      return valid ? &value.items()[index] : nullptr;
    }
    if (!value.is_object()) return nullptr;
    constexpr size_t kFew = 16;
    if (value.members().size() <= kFew) return value.Find(step);
    MemberIndex& index = member_indexes_[&value];
    if (index.empty()) {
      for (const JsonValue::Member& member : value.members()) index.emplace(member.first, &member.second);
    }
    const auto found = index.find(step);
    return found == index.end() ? nullptr : found->second;
  }

  using MemberIndex = absl::flat_hash_map<absl::string_view, const JsonValue*>;
  struct Resolution {
    int32_t target;
    std::string problem;
  };

  const Validation validation_;
  const FormatLimits& limits_;
  std::unique_ptr<SchemaGraph> graph_;
  std::vector<std::string> resources_;                      // their URIs
  absl::flat_hash_map<std::string, int32_t> roots_by_uri_;  // resource -> its site
  absl::flat_hash_map<std::string, int32_t> names_;         // registered name -> root site
  absl::flat_hash_map<std::string, int32_t> anchors_;       // resource#name -> site
  absl::flat_hash_map<std::pair<int32_t, std::string>, Resolution> resolved_;
  absl::flat_hash_map<const JsonValue*, MemberIndex> member_indexes_;
  size_t name_bytes_ = 0;
};

absl::StatusOr<std::unique_ptr<SchemaGraph>> SchemaGraph::Build(JsonValue schema,
                                                                absl::Span<const NamedSchema> references,
                                                                Validation validation, const FormatLimits& limits) {
  return GraphBuilder(validation, limits).Build(std::move(schema), references);
}

int32_t SchemaGraph::SiteOf(const JsonValue* value) const {
  const auto found = by_value_.find(value);
  return found == by_value_.end() ? Site::kNone : found->second;
}

std::string SchemaGraph::PointerOf(int32_t index) const {
  std::vector<const Site*> way;
  for (int32_t at = index; at != Site::kNone; at = sites_[at].parent) way.push_back(&sites_[at]);
  std::string pointer = way.back()->step;
  for (auto at = way.rbegin() + 1; at != way.rend(); ++at) {
    absl::StrAppend(&pointer, "/", std::string((*at)->keyword));
    if ((*at)->has_step) absl::StrAppend(&pointer, "/", EscapePointer((*at)->step));
  }
  return pointer;
}

std::string SchemaGraph::PathOf(int32_t index) const {
  const Document& document = documents_[sites_[index].document];
  return document.name.empty() ? PointerOf(index) : absl::StrCat(document.name, "#", PointerOf(index));
}

}  // namespace regent::json_schema
