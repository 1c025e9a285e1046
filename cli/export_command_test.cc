// What the commands do with files; what comes of a dump: tests/export_import_test.
#include "cli/export_command.h"

#include <csignal>
#include <optional>
#include <string>

#include "cli/dump_line.h"
#include "cli/testing/command_test.h"

namespace regent::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Return;

constexpr char kEmptyDump[] =
    "{\"kind\":\"dump\",\"format\":1}\n{\"kind\":\"end\",\"schemas\":0,\"configs\":0,\"modes\":0}\n";

class ExportCommandTest : public CommandTest {};

TEST_F(ExportCommandTest, SaysWhyAFileCannotBeRead) {
  const Outcome missing = Run({"import", "no-such-file"});
  EXPECT_EQ(missing.code, ExitCode::kUsage);
  EXPECT_THAT(missing.error, HasSubstr("regent import: cannot open no-such-file: No such file or directory"));
}

// It used to end the program with an exception.
TEST_F(ExportCommandTest, DirectoryIsNoDump) {
  const Outcome outcome = Run({"import", "/"});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.error, HasSubstr("regent import: cannot read /: Is a directory"));
}

TEST_F(ExportCommandTest, ReadsADumpFromStandardInput) {
  EXPECT_CALL(*connection_, ListSchemas).WillOnce(Return(client::SchemaPage()));
  const Outcome outcome = RunWords({"import", "-", "--dry-run"}, {connection_, kEmptyDump, {}});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.error;
  EXPECT_THAT(outcome.out, HasSubstr("Would import 0 schemas"));
}

// Ctrl-C used to end it without a word, and left the registry in mode IMPORT.
TEST_F(ExportCommandTest, InterruptedImportSaysWhatItLeaves) {
  const std::string dump = "{\"kind\":\"dump\",\"format\":1}\n" +
                           DumpLineOf(DumpConfig{std::nullopt, {.level = CompatibilityLevel::kFull}}) +
                           "\n{\"kind\":\"end\",\"schemas\":0,\"configs\":1,\"modes\":0}\n";
  EXPECT_CALL(*connection_, ListSchemas).WillOnce(Return(client::SchemaPage()));
  EXPECT_CALL(*connection_, GetConfig).WillOnce(Return(SubjectConfig()));
  EXPECT_CALL(*connection_, UpdateMode).WillOnce([](const auto&, const auto&) {
    raise(SIGINT);
    return client::ModeResult();
  });
  const Outcome outcome = RunWords({"import", "-"}, {connection_, dump, {}});
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_THAT(outcome.error, HasSubstr("The import is not complete, and the registry may be in mode IMPORT."));
  EXPECT_THAT(outcome.error, HasSubstr("the import was interrupted"));
}

TEST_F(ExportCommandTest, FileThatIsNoDumpIsAMistakeOfTheCommandLine) {
  const Outcome outcome = RunWords({"import", "-"}, {connection_, "{}\n", {}});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.error, HasSubstr("line 1"));
}

TEST_F(ExportCommandTest, RefusesAnAddressThatIsNone) {
  for (const char* command : {"export", "import"}) {
    const Outcome outcome = Run({command, "--from", "ftp://x"});
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << command;
    EXPECT_THAT(outcome.error, HasSubstr("http://HOST[:PORT]"));
  }
}

}  // namespace
}  // namespace regent::cli
