// What the commands do with files; what comes of a dump: tests/export_import_test.
#include "cli/export_command.h"

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
