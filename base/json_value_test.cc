#include "base/json_value.h"

#include <gtest/gtest.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <random>

#include "base/error_reason.h"

namespace regent {
namespace {

using std::string_literals::operator""s;

JsonValue MustParse(std::string_view text, const JsonLimits& limits = {}) {
  absl::StatusOr<JsonValue> value = JsonValue::Parse(text, limits);
  EXPECT_TRUE(value.ok()) << value.status() << " in " << text.substr(0, 200);
  return value.ok() ? *std::move(value) : JsonValue();
}

absl::Status Refusal(std::string_view text, const JsonLimits& limits = {}) {
  const absl::Status status = JsonValue::Parse(text, limits).status();
  EXPECT_FALSE(status.ok()) << text.substr(0, 200);
  return status;
}

// "reason line:column".
std::string Place(std::string_view text, const JsonLimits& limits = {}) {
  const absl::Status status = Refusal(text, limits);
  const ErrorDetail detail = DetailOf(status);
  return std::string(RowOf(ReasonOf(status)).name) + " " + std::to_string(detail.line) + ":" +
         std::to_string(detail.column);
}

JsonValue Nested(int levels) {
  JsonValue value;
  for (int i = 0; i < levels; ++i) {
    if (i % 2 == 0) {
      std::vector<JsonValue> items;
      items.push_back(std::move(value));
      value = JsonValue::Array(std::move(items));
    } else {
      std::vector<JsonValue::Member> members;
      members.emplace_back("m", std::move(value));
      value = JsonValue::Object(std::move(members));
    }
  }
  return value;
}

TEST(JsonParserTest, ReadsEveryKind) {
  const JsonValue value = MustParse(R"( {"n":null, "t":true,"f":false,"d":-1.50e+3,"s":"x","a":[1,[]],"o":{}} )");
  EXPECT_TRUE(value.Find("n")->is_null());
  EXPECT_TRUE(value.Find("t")->bool_value());
  EXPECT_FALSE(value.Find("f")->bool_value());
  EXPECT_EQ(value.Find("d")->number_text(), "-1.50e+3");
  EXPECT_EQ(value.Find("s")->string_value(), "x");
  EXPECT_EQ(value.Find("a")->items().size(), 2u);
  EXPECT_TRUE(value.Find("o")->members().empty());
}

TEST(JsonParserTest, ScalarsStandAlone) {
  for (const char* text : {"null", "true", "false", "0", "-0", "12", "\"\"", "\"x\""}) {
    EXPECT_EQ(MustParse(text).ToString(), text);
  }
}

TEST(JsonParserTest, MembersKeepTheirOrder) {
  EXPECT_EQ(MustParse(R"({"b":1,"a":2,"":3})").ToString(), R"({"b":1,"a":2,"":3})");
}

TEST(JsonParserTest, NumbersKeepTheirTextAndHaveNoLimit) {
  const std::string long_number = "1" + std::string(5000, '0') + ".50";
  for (const std::string& text :
       {"1e400"s, "-1E-99999"s, "1.50"s, "-0.0"s, "123456789012345678901234567890"s, long_number}) {
    EXPECT_EQ(MustParse(text).number_text(), text);
  }
}

TEST(JsonParserTest, RefusesNumbersThatJsonDoesNotHave) {
  for (const char* text :
       {"01", "-", "+1", ".5", "1.", "1e", "1e+", "0x10", "NaN", "Infinity", "-Infinity", "1_000", "-a", "00"}) {
    EXPECT_EQ(ReasonOf(Refusal(text)), ErrorReason::kSchemaInvalid) << text;
  }
}

TEST(JsonParserTest, ReadsEscapes) {
  EXPECT_EQ(MustParse(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude00")").string_value(),
            "\"\\/\b\f\n\r\tA\u00e9\u20ac\U0001F600");
}

TEST(JsonParserTest, NulMayBeEscapedButNotRaw) {
  EXPECT_EQ(MustParse(R"("a\u0000b")").string_value(), "a\0b"s);
  EXPECT_EQ(MustParse(R"("a\u0000b")").ToString(), R"("a\u0000b")");
  EXPECT_EQ(Place("\"a\0b\""s), "SCHEMA_INVALID 1:3");
  EXPECT_EQ(Place("{}\0"s), "SCHEMA_INVALID 1:3");
  EXPECT_EQ(Place("\0"s), "SCHEMA_INVALID 1:1");
  EXPECT_EQ(Place("[1\0]"s), "SCHEMA_INVALID 1:3");
}

TEST(JsonParserTest, RefusesWrongEscapes) {
  for (const char* text : {R"("\x41")", R"("\u12")", R"("\u12g4")", R"("\u-123")", R"("\u+123")", R"("\u 123")",
                           R"("\U0041")", R"("\)", R"("\u")", R"("\")"}) {
    EXPECT_EQ(ReasonOf(Refusal(text)), ErrorReason::kSchemaInvalid) << text;
  }
}

TEST(JsonParserTest, RefusesHalfASurrogatePair) {
  for (const char* text : {R"("\ud83d")", R"("\ude00")", R"("\ud83dx")", R"("\ud83d\n")", R"("\ud83d\u0041")",
                           R"("\ude00\ud83d")", R"("\ud83d\ud83d")"}) {
    EXPECT_EQ(Place(text), "SCHEMA_INVALID 1:2") << text;
  }
}

TEST(JsonParserTest, RefusesInvalidUtf8) {
  for (const std::string& bytes : {"\xC0\x80"s, "\x80"s, "\xED\xA0\x80"s, "\xF4\x90\x80\x80"s, "\xE2\x82"s, "\xFF"s}) {
    EXPECT_EQ(Place("[\"ab" + bytes + "\"]"), "SCHEMA_INVALID 1:5");
    EXPECT_EQ(Place("{\"ab" + bytes + "\":1}"), "SCHEMA_INVALID 1:5");
  }
  EXPECT_EQ(Place("\"\xC3"), "SCHEMA_INVALID 1:2");
}

TEST(JsonParserTest, RefusesOtherEncodingsAndByteOrderMarks) {
  EXPECT_EQ(Place("\xEF\xBB\xBF{}"), "SCHEMA_INVALID 1:1");
  EXPECT_EQ(Place("\xFF\xFE{\0}\0"s), "SCHEMA_INVALID 1:1");
  EXPECT_EQ(Place("{\0}\0"s), "SCHEMA_INVALID 1:2");
  EXPECT_EQ(Place("\0{\0}"s), "SCHEMA_INVALID 1:1");
}

TEST(JsonParserTest, NamesLineAndColumnInCodePoints) {
  EXPECT_EQ(Place("{\"a\": 1,\n \"b\" 2}"), "SCHEMA_INVALID 2:6");
  EXPECT_EQ(Place("[\"é€😀\" x]"), "SCHEMA_INVALID 1:8");
  EXPECT_EQ(Place("\r\n\r\n  ]"), "SCHEMA_INVALID 3:3");
  EXPECT_EQ(Place(""), "SCHEMA_INVALID 1:1");
  EXPECT_EQ(Place("{\"a\":"), "SCHEMA_INVALID 1:6");
  EXPECT_EQ(Place("[1, \"open]"), "SCHEMA_INVALID 1:5");
}

TEST(JsonParserTest, MessagesSayWhatStandsThere) {
  EXPECT_EQ(Refusal("{\"a\":1 \"b\":2}").message(),
            "Not valid JSON: expected ',' or '}' but found '\"' at line 1 column 8");
  EXPECT_EQ(Refusal("{} x").message(), "Not valid JSON: 'x' after the end of the document at line 1 column 4");
  EXPECT_EQ(Refusal("[1,]").message(), "Not valid JSON: expected a value but found ']' at line 1 column 4");
  EXPECT_EQ(Refusal("[1").message(),
            "Not valid JSON: expected ',' or ']' but found the end of the text at line 1 column 3");
  EXPECT_EQ(Refusal("\"a\nb\"").message(),
            "Not valid JSON: byte 0x0a within a string; write it as an escape at line 1 column 3");
}

TEST(JsonParserTest, RefusesWhatIsAlmostJson) {
  for (const char* text :
       {" ",        "{",     "}",       "[",   "]",         "[1,]", "[,1]", "{\"a\":1,}", "{,}",   "{\"a\"}",
        "{\"a\":}", "{a:1}", "{'a':1}", "[1}", "{\"a\":1]", "tru",  "TRUE", "nulll",      "[1 2]", "{} {}",
        "// c\n{}", "/**/1", "\"\t\"",  "\v1", "[1]]",      "1 2",  "\x7F", "\xC2\xA0"}) {
    EXPECT_EQ(ReasonOf(Refusal(text)), ErrorReason::kSchemaInvalid) << text;
  }
}

TEST(JsonParserTest, DepthHasALimit) {
  JsonLimits limits;
  limits.max_depth = 3;
  EXPECT_TRUE(JsonValue::Parse(R"([{"a":[1]}])", limits).ok());
  EXPECT_EQ(Place(R"([{"a":[[]]}])", limits), "SCHEMA_TOO_COMPLEX 1:8");
  EXPECT_EQ(Place(R"([{"a":[{}]}])", limits), "SCHEMA_TOO_COMPLEX 1:8");
  limits.max_depth = 0;
  EXPECT_TRUE(JsonValue::Parse("1", limits).ok());
  EXPECT_EQ(Place("[]", limits), "SCHEMA_TOO_COMPLEX 1:1");
}

TEST(JsonParserTest, EndlessNestingIsRefusedAtTheLimit) {
  EXPECT_EQ(Place(std::string(10 << 20, '[')), "SCHEMA_TOO_COMPLEX 1:513");
}

TEST(JsonParserTest, SizeHasALimit) {
  JsonLimits limits;
  limits.max_bytes = 4;
  EXPECT_TRUE(JsonValue::Parse("[12]", limits).ok());
  EXPECT_EQ(ReasonOf(Refusal("[123]", limits)), ErrorReason::kSchemaTooLarge);
}

TEST(JsonParserTest, TheLastOfRepeatedMembersTakesTheFirstOnesPlace) {
  EXPECT_EQ(MustParse(R"({"a":1,"b":2,"a":3,"c":4,"a":5})").ToString(), R"({"a":5,"b":2,"c":4})");
}

TEST(JsonParserTest, RepeatsAreFoundInLargeObjects) {
  std::string text = "{";
  for (int i = 0; i < 50000; ++i) text += "\"k" + std::to_string(i % 40000) + "\":" + std::to_string(i) + ",";
  text.back() = '}';
  const JsonValue value = MustParse(text);
  ASSERT_EQ(value.members().size(), 40000u);
  EXPECT_EQ(value.members()[0].first, "k0");
  EXPECT_EQ(value.members()[0].second.number_text(), "40000");
  EXPECT_EQ(value.members()[39999].second.number_text(), "39999");
}

TEST(JsonParserTest, RepeatsCanBeRefused) {
  JsonLimits limits;
  limits.duplicates = JsonLimits::Duplicates::kRefuse;
  EXPECT_EQ(Place("{\"a\":{\"x\":1},\n \"b\":2, \"\\u0061\":3}", limits), "SCHEMA_INVALID 2:9");
  EXPECT_EQ(Refusal(R"([{"a":1,"a":2}])", limits).message(),
            "Not valid JSON: the object names \"a\" twice at line 1 column 9");
  EXPECT_TRUE(JsonValue::Parse(R"([{"a":1},{"a":{"a":2}}])", limits).ok());
}

TEST(JsonValueTest, PrintsCompactly) {
  EXPECT_EQ(MustParse(" { \"a\" : [ 1 , { } , [ ] , \"\\u00e9\\/\" ] } ").ToString(), "{\"a\":[1,{},[],\"é/\"]}");
}

TEST(JsonValueTest, PrintsForPeople) {
  EXPECT_EQ(MustParse(R"({"a":[1,{"b":null}],"c":{},"d":[]})").ToPrettyString(),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}");
}

TEST(JsonValueTest, EscapesOnlyWhatItMust) {
  EXPECT_EQ(JsonValue::String("\"\\/\b\f\n\r\t\x01\x1f\x7f é<>&'").ToString(),
            "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001F\x7f é<>&'\"");
}

TEST(JsonValueTest, AppendsToWhatIsThere) {
  std::string out = "x=";
  JsonValue::Bool(true).AppendTo(&out);
  EXPECT_EQ(out, "x=true");
}

TEST(JsonValueTest, IntegersFitOrAreNone) {
  EXPECT_EQ(JsonValue::Number("9223372036854775807").ToInt64(), INT64_MAX);
  EXPECT_EQ(JsonValue::Number(INT64_MIN).ToInt64(), INT64_MIN);
  EXPECT_EQ(JsonValue::Number("-0").ToInt64(), 0);
  for (const char* text : {"9223372036854775808", "1.0", "1e2", "-9223372036854775809"}) {
    EXPECT_EQ(JsonValue::Number(text).ToInt64(), std::nullopt) << text;
  }
  EXPECT_EQ(JsonValue::String("1").ToInt64(), std::nullopt);
}

TEST(JsonValueTest, FindsTheLastMemberOfAName) {
  std::vector<JsonValue::Member> members;
  members.emplace_back("a", JsonValue::Number(1));
  members.emplace_back("a", JsonValue::Number(2));
  EXPECT_EQ(JsonValue::Object(members).Find("a")->number_text(), "2");
  EXPECT_EQ(JsonValue::Object().Find("a"), nullptr);
  EXPECT_EQ(JsonValue::Array().Find("a"), nullptr);
  EXPECT_EQ(JsonValue().Find("a"), nullptr);
}

TEST(JsonValueTest, SetReplacesInPlaceOrAppends) {
  JsonValue value = MustParse(R"({"a":1,"b":2})");
  value.Set("a", JsonValue::String("x"));
  value.Set("c", JsonValue());
  EXPECT_EQ(value.ToString(), R"({"a":"x","b":2,"c":null})");
}

TEST(JsonValueTest, OrderAndNumberTextCountInComparison) {
  EXPECT_EQ(MustParse(R"({"a":[1,"x",{}]})"), MustParse(R"( {"a" : [1,"x",{}]})"));
  EXPECT_FALSE(MustParse(R"({"a":1,"b":2})") == MustParse(R"({"b":2,"a":1})"));
  EXPECT_FALSE(MustParse("1.0") == MustParse("1"));
  EXPECT_FALSE(MustParse("\"1\"") == MustParse("1"));
  EXPECT_FALSE(MustParse("[]") == MustParse("{}"));
  EXPECT_FALSE(MustParse("[1]") == MustParse("[1,2]"));
  EXPECT_FALSE(MustParse("[[1]]") == MustParse("[[2]]"));
  EXPECT_FALSE(MustParse(R"({"a":1})") == MustParse(R"({"b":1})"));
}

TEST(JsonValueTest, CopiesAreIndependent) {
  const JsonValue original = MustParse(R"({"a":[1,{"b":"x"}]})");
  JsonValue copy = original;
  copy.members()[0].second.items()[1].Set("b", JsonValue());
  EXPECT_EQ(original.ToString(), R"({"a":[1,{"b":"x"}]})");
  EXPECT_EQ(copy.ToString(), R"({"a":[1,{"b":null}]})");
}

TEST(JsonValueTest, APartMayBeAssignedToItsWhole) {
  JsonValue moved = MustParse(R"([[["x"]]])");
  moved = std::move(moved.items()[0]);
  EXPECT_EQ(moved.ToString(), R"([["x"]])");
  JsonValue copied = MustParse(R"({"a":{"b":1}})");
  copied = *copied.Find("a");
  EXPECT_EQ(copied.ToString(), R"({"b":1})");
  JsonValue& same = copied;
  copied = same;
  EXPECT_EQ(copied.ToString(), R"({"b":1})");
}

TEST(JsonValueTest, MovingLeavesNull) {
  JsonValue from = JsonValue::String("x");
  const JsonValue to = std::move(from);
  EXPECT_TRUE(from.is_null());
  EXPECT_EQ(to.string_value(), "x");
}

TEST(JsonValueTest, DeepDocumentsNeedNoStack) {
  constexpr int kLevels = 100000;
  const JsonValue deep = Nested(kLevels);
  const JsonValue copy = deep;
  EXPECT_EQ(copy, deep);
  const std::string text = deep.ToString();
  JsonLimits limits;
  limits.max_depth = kLevels;
  EXPECT_EQ(MustParse(text, limits), deep);
  JsonValue assigned = Nested(10);
  assigned = copy;
  assigned = JsonValue();
  EXPECT_TRUE(assigned.is_null());
}

TEST(JsonValueDeathTest, WrongKindIsABug) {
  EXPECT_DEATH(JsonValue().string_value(), "is_string");
  EXPECT_DEATH(JsonValue::Number("1").items(), "is_array");
  EXPECT_DEATH(JsonValue::Number("abc"), "not a JSON number");
}

// --- Random documents
// -------------------------------------------------------------------------------------------------

class RandomJson {
 public:
  explicit RandomJson(uint32_t seed) : random_(seed) {}

  JsonValue Value(int levels) {
    switch (Below(levels > 0 ? 7 : 4)) {
      case 0:
        return JsonValue();
      case 1:
        return JsonValue::Bool(Below(2) == 0);
      case 2:
        return JsonValue::Number(NumberText());
      case 3:
        return JsonValue::String(Text());
      case 4: {
        std::vector<JsonValue> items;
        for (uint32_t n = Below(6); n > 0; --n) items.push_back(Value(levels - 1));
        return JsonValue::Array(std::move(items));
      }
      default: {
        std::vector<JsonValue::Member> members;
        for (uint32_t n = Below(16); n > 0; --n) members.emplace_back(Text() + std::to_string(n), Value(levels - 1));
        return JsonValue::Object(std::move(members));
      }
    }
  }

  // A byte changed, dropped or doubled, or a piece cut off.
  std::string Damage(std::string text) {
    const size_t place = text.empty() ? 0 : Below(static_cast<uint32_t>(text.size()));
    constexpr std::string_view kBytes = "\"\\{}[]:,0123456789eE+-.tfn u\x00\x1f\x80\xc3\xed\xa0\xff";
    switch (Below(4)) {
      case 0:
        return text.substr(0, place);
      case 1:
        return text.erase(place, 1);
      case 2:
        return text.insert(place, 1, kBytes[Below(kBytes.size())]);
      default:
        if (!text.empty()) text[place] = kBytes[Below(kBytes.size())];
        return text;
    }
  }

  uint32_t Below(size_t end) { return static_cast<uint32_t>(random_() % end); }

 private:
  std::string NumberText() {
    std::string text = Below(2) == 0 ? "-" : "";
    text += std::to_string(Below(3) == 0 ? 0 : 1 + Below(1u << 31));
    if (Below(2) == 0) text += "." + std::to_string(Below(1000));
    if (Below(3) == 0) text += (Below(2) == 0 ? "e-" : "E") + std::to_string(Below(30));
    return text;
  }
  std::string Text() {
    static constexpr std::string_view kPieces[] = {"a", "Z", "\"", "\\", "/",    "\n",  "\x01",
                                                   "é", "€", "😀",  " ",  "\x7f", "null"};
    std::string text;
    for (uint32_t n = Below(8); n > 0; --n) text += kPieces[Below(std::size(kPieces))];
    if (Below(10) == 0) text.push_back('\0');
    return text;
  }
  std::mt19937 random_;
};

TEST(JsonRandomTest, PrintedDocumentsAreReadBack) {
  RandomJson random(20261123);
  for (int i = 0; i < 400; ++i) {
    const JsonValue value = random.Value(5);
    ASSERT_EQ(MustParse(value.ToString()), value) << "document " << i;
    ASSERT_EQ(MustParse(value.ToPrettyString()), value) << "document " << i;
    ASSERT_EQ(JsonValue(value), value) << "document " << i;
  }
}

// What another parser says of a text.
rapidjson::ParseErrorCode RapidJsonVerdict(const std::string& text) {
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::BaseReaderHandler<> ignore;
  rapidjson::Reader reader;
  return reader
      .Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
             rapidjson::kParseNumbersAsStringsFlag>(stream, ignore)
      .Code();
}

TEST(JsonRandomTest, AgreesWithRapidJsonOnDamagedDocuments) {
  RandomJson random(7);
  int accepted = 0;
  int refused = 0;
  for (int i = 0; i < 6000; ++i) {
    std::string text = random.Value(3).ToString();
    for (uint32_t n = random.Below(3); n > 0; --n) text = random.Damage(std::move(text));
    // RapidJSON takes NUL for the end, lets half a surrogate pair pass and refuses what no double can hold.
    if (text.find('\0') != std::string::npos || text.find("\\u") != std::string::npos) continue;
    const rapidjson::ParseErrorCode verdict = RapidJsonVerdict(text);
    if (verdict == rapidjson::kParseErrorNumberTooBig) continue;
    const absl::StatusOr<JsonValue> value = JsonValue::Parse(text);
    ASSERT_EQ(value.ok(), verdict == rapidjson::kParseErrorNone) << text << "\n" << value.status();
    value.ok() ? ++accepted : ++refused;
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace regent
