#include "base/content_hash.h"

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>

#include <cstdio>
#include <cstdlib>

namespace regent {
namespace {

// An MD5 being computed, by the functions that OpenSSL calls old: its new ones load every algorithm that there is
// before the first digest, which is two megabytes of a node's memory and a look-up for each schema. Nothing here guards
// a secret, so a machine that allows only FIPS digests for secrets may let us.
class Md5 {
 public:
  Md5() { Require(MD5_Init(&context_)); }

  void Add(std::string_view text) { Require(MD5_Update(&context_, text.data(), text.size())); }
  void AddIfSet(const std::optional<std::string>& text) {
    if (text) Add(*text);
  }
  void AddMark() { Add(std::string_view("\x01", 1)); }
  void AddBigEndian(int32_t number) {
    const auto bits = static_cast<uint32_t>(number);
    const char bytes[4] = {static_cast<char>(bits >> 24), static_cast<char>(bits >> 16), static_cast<char>(bits >> 8),
                           static_cast<char>(bits)};
    Add(std::string_view(bytes, sizeof(bytes)));
  }
  ContentHash Finish() {
    std::array<uint8_t, 16> bytes = {};
    Require(MD5_Final(bytes.data(), &context_));
    return ContentHash(bytes);
  }

 private:
  // A wrong hash would give two texts one id: better no process.
  static void Require(int done) {
    if (done == 1) return;
    std::fputs("regent: OpenSSL offers no MD5 (content hashes need it)\n", stderr);
    std::abort();
  }

  MD5_CTX context_;
};

void Add(const Metadata& metadata, Md5* md5) {
  md5->AddMark();
  for (const auto& [key, values] : metadata.tags) {
    md5->Add(key);
    for (const std::string& value : values) md5->Add(value);
  }
  for (const auto& [key, value] : metadata.properties) {
    md5->Add(key);
    md5->Add(value);
  }
  for (const std::string& name : metadata.sensitive) md5->Add(name);
}

void Add(const Rule& rule, Md5* md5) {
  md5->Add(rule.name);
  md5->AddIfSet(rule.doc);
  md5->AddIfSet(rule.kind);
  md5->AddIfSet(rule.mode);
  md5->AddIfSet(rule.type);
  for (const std::string& tag : rule.tags) md5->Add(tag);
  for (const auto& [key, value] : rule.params) {
    md5->Add(key);
    md5->Add(value);
  }
  md5->AddIfSet(rule.expr);
  md5->AddIfSet(rule.on_success);
  md5->AddIfSet(rule.on_failure);
  if (rule.disabled) md5->AddMark();
}

void Add(const RuleSet& rules, Md5* md5) {
  md5->AddMark();
  for (const auto* list : {&rules.migration_rules, &rules.domain_rules, &rules.encoding_rules}) {
    for (const Rule& rule : *list) Add(rule, md5);
  }
  md5->AddIfSet(rules.enable_at);
}

int HexValue(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<ContentHash> ContentHash::ParseGuid(std::string_view text) {
  const bool dashed = text.size() == 36;
  if (!dashed && text.size() != 32) return std::nullopt;
  std::array<uint8_t, 16> bytes = {};
  size_t digits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (dashed && (i == 8 || i == 13 || i == 18 || i == 23)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = HexValue(text[i]);
    if (value < 0) return std::nullopt;
    bytes[digits / 2] = static_cast<uint8_t>(bytes[digits / 2] << 4 | value);
    ++digits;
  }
  return ContentHash(bytes);
}

std::optional<ContentHash> ContentHash::ParseBase64(std::string_view text) {
  // 16 bytes are 22 digits, the last of which carries two bits only, and two signs of padding.
  if (text.size() != 24 || text.substr(22) != "==") return std::nullopt;
  std::array<uint8_t, 16> bytes = {};
  uint32_t bits = 0;
  int bit_count = 0;
  size_t size = 0;
  for (const char digit : text.substr(0, 22)) {
    const size_t value = kBase64Digits.find(digit);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    bit_count += 6;
    if (bit_count >= 8) {
      bit_count -= 8;
      bytes[size++] = static_cast<uint8_t>(bits >> bit_count);
      bits &= (1u << bit_count) - 1;
    }
  }
  if (bits != 0) return std::nullopt;
  return ContentHash(bytes);
}

std::string ContentHash::ToGuid() const {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(36);
  for (size_t i = 0; i < bytes_.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out.push_back('-');
    out.push_back(kDigits[bytes_[i] >> 4]);
    out.push_back(kDigits[bytes_[i] & 15]);
  }
  return out;
}

std::string ContentHash::ToBase64() const {
  std::string out;
  out.reserve(24);
  uint32_t bits = 0;
  int bit_count = 0;
  for (const uint8_t byte : bytes_) {
    bits = (bits << 8 | byte) & 0xffff;
    for (bit_count += 8; bit_count >= 6; bit_count -= 6) out.push_back(kBase64Digits[bits >> (bit_count - 6) & 63]);
  }
  out.push_back(kBase64Digits[bits << (6 - bit_count) & 63]);
  return out + "==";
}

ContentHash HashOf(const SchemaContent& content, std::string_view context) {
  Md5 md5;
  md5.Add(content.text);
  for (const Reference& reference : content.references) {
    md5.Add(reference.name);
    md5.Add(SpellReferenceSubject(reference.subject, context));
    md5.AddBigEndian(reference.version.value());
  }
  if (content.metadata) Add(*content.metadata, &md5);
  if (content.rule_set) Add(*content.rule_set, &md5);
  return md5.Finish();
}

std::string SpellReferenceSubject(const Subject& subject, std::string_view context) {
  // A bare name may not look qualified.
  if (subject.context == context && subject.name.substr(0, 2) != ":.") return subject.name;
  std::string out = ":";
  out.append(subject.context).append(":").append(subject.name);
  return out;
}

}  // namespace regent
