// The comments are the documentation of the API: every element has one.
#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor_database.h>
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

#include "regent/v1/cluster.pb.h"
#include "regent/v1/schema_registry.pb.h"
#include "regent/v1/subject_admin.pb.h"

namespace regent {
namespace {

namespace protobuf = google::protobuf;

class Errors : public protobuf::compiler::MultiFileErrorCollector {
 public:
  void AddError(const std::string& file, int line, int column, const std::string& what) override {
    ADD_FAILURE() << file << ":" << line + 1 << ": " << what;
  }
};

// The sources with their comments, which compiled descriptors do not have.
class DocumentationTest : public ::testing::Test {
 protected:
  DocumentationTest() {
    tree_.MapPath("", "proto");
    for (const std::string directory : {"regent/v1/", "regent/internal/v1/"}) {
      for (const auto& entry : std::filesystem::directory_iterator("proto/" + directory)) {
        if (entry.path().extension() != ".proto") continue;
        const protobuf::FileDescriptor* file = pool_.FindFileByName(directory + entry.path().filename().string());
        EXPECT_NE(file, nullptr) << entry.path();
        if (file != nullptr) files_.push_back(file);
      }
    }
    EXPECT_GE(files_.size(), 10u);
  }

  template <typename Element>
  std::string CommentOf(const Element* element) {
    protobuf::SourceLocation location;
    EXPECT_TRUE(element->GetSourceLocation(&location)) << element->full_name();
    return location.leading_comments + location.trailing_comments;
  }

  template <typename Element>
  void ExpectSentence(const Element* element) {
    std::string comment = CommentOf(element);
    while (!comment.empty() && std::isspace(static_cast<unsigned char>(comment.back()))) comment.pop_back();
    EXPECT_GT(comment.size(), 4u) << element->full_name() << " has no comment";
    EXPECT_TRUE(!comment.empty() && comment.back() == '.') << element->full_name() << ": " << comment;
  }

  void ExpectDocumented(const protobuf::EnumDescriptor* type) {
    ExpectSentence(type);
    for (int i = 0; i < type->value_count(); ++i) ExpectSentence(type->value(i));
  }

  void ExpectDocumented(const protobuf::Descriptor* type) {
    if (type->options().map_entry()) return;
    ExpectSentence(type);
    for (int i = 0; i < type->field_count(); ++i) ExpectSentence(type->field(i));
    for (int i = 0; i < type->real_oneof_decl_count(); ++i) ExpectSentence(type->oneof_decl(i));
    for (int i = 0; i < type->nested_type_count(); ++i) ExpectDocumented(type->nested_type(i));
    for (int i = 0; i < type->enum_type_count(); ++i) ExpectDocumented(type->enum_type(i));
  }

  Errors errors_;
  protobuf::compiler::DiskSourceTree tree_;
  protobuf::DescriptorPoolDatabase well_known_{*protobuf::DescriptorPool::generated_pool()};
  protobuf::compiler::SourceTreeDescriptorDatabase database_{&tree_, &well_known_};
  protobuf::DescriptorPool pool_{&database_, database_.GetValidationErrorCollector()};
  std::vector<const protobuf::FileDescriptor*> files_;
};

TEST_F(DocumentationTest, EveryElementHasASentence) {
  database_.RecordErrorsTo(&errors_);
  for (const protobuf::FileDescriptor* file : files_) {
    for (int i = 0; i < file->message_type_count(); ++i) ExpectDocumented(file->message_type(i));
    for (int i = 0; i < file->enum_type_count(); ++i) ExpectDocumented(file->enum_type(i));
    for (int i = 0; i < file->service_count(); ++i) ExpectSentence(file->service(i));
  }
}

TEST_F(DocumentationTest, EveryMethodSaysWhetherItMayBeRepeatedAndHowItFails) {
  int methods = 0;
  for (const protobuf::FileDescriptor* file : files_) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const protobuf::MethodDescriptor* method = file->service(s)->method(m);
        ExpectSentence(method);
        const std::string comment = CommentOf(method);
        EXPECT_TRUE(comment.find("Safe to repeat") != std::string::npos ||
                    comment.find("Repeating it") != std::string::npos)
            << method->full_name();
        EXPECT_TRUE(comment.find("Reasons:") != std::string::npos || comment.find("No reasons") != std::string::npos)
            << method->full_name();
        ++methods;
      }
    }
  }
  EXPECT_GE(methods, 13);
}

// Every reason that a comment speaks of is one.
TEST_F(DocumentationTest, MethodsNameReasonsThatExist) {
  const protobuf::EnumDescriptor* reasons = pool_.FindEnumTypeByName("regent.v1.ErrorReason");
  ASSERT_NE(reasons, nullptr);
  for (const protobuf::FileDescriptor* file : files_) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        const std::string comment = CommentOf(file->service(s)->method(m));
        std::string word;
        for (const char c : comment + " ") {
          if (std::isupper(static_cast<unsigned char>(c)) || c == '_') {
            word.push_back(c);
            continue;
          }
          if (word.find('_') != std::string::npos) {
            EXPECT_NE(reasons->FindValueByName("ERROR_REASON_" + word), nullptr) << word;
          }
          word.clear();
        }
      }
    }
  }
}

std::string UpperSnake(const std::string& camel) {
  std::string out;
  for (const char c : camel) {
    if (std::isupper(static_cast<unsigned char>(c)) && !out.empty()) out.push_back('_');
    out.push_back(static_cast<char>(std::toupper(static_cast<unsigned char>(c))));
  }
  return out;
}

TEST_F(DocumentationTest, EnumValuesCarryTheirEnumsNameAndBeginWithUnspecified) {
  for (const protobuf::FileDescriptor* file : files_) {
    for (int i = 0; i < file->enum_type_count(); ++i) {
      const protobuf::EnumDescriptor* type = file->enum_type(i);
      const std::string prefix = UpperSnake(type->name()) + "_";
      EXPECT_EQ(type->value(0)->name(), prefix + "UNSPECIFIED");
      EXPECT_EQ(type->value(0)->number(), 0);
      for (int v = 0; v < type->value_count(); ++v) EXPECT_EQ(type->value(v)->name().rfind(prefix, 0), 0u);
    }
  }
}

}  // namespace
}  // namespace regent
