#include "cli/remote_commands.h"

#include "cli/check_command.h"
#include "cli/cluster_command.h"
#include "cli/completion_command.h"
#include "cli/config_command.h"
#include "cli/config_print_command.h"
#include "cli/context_command.h"
#include "cli/delete_command.h"
#include "cli/export_command.h"
#include "cli/get_command.h"
#include "cli/help_command.h"
#include "cli/lock_command.h"
#include "cli/lookup_command.h"
#include "cli/mode_command.h"
#include "cli/purge_command.h"
#include "cli/push_command.h"
#include "cli/register_command.h"
#include "cli/subjects_command.h"
#include "cli/undelete_command.h"
#include "cli/version_command.h"
#include "cli/versions_command.h"
#include "cli/watch_command.h"

namespace regent::cli {

std::vector<const Command*> RemoteCommands() {
  return {
      &RegisterCommand(),      &GetCommand(),
      &LookupCommand(),        &CheckCommand(),
      &SubjectsCommand(),      &VersionsCommand(),
      &DeleteCommand(),        &UndeleteCommand(),
      &PurgeCommand(),         &WatchCommand(),
      &LockCommand(),          &PushCommand(),
      &ConfigGetCommand(),     &ConfigSetCommand(),
      &ConfigDeleteCommand(),  &ModeGetCommand(),
      &ModeSetCommand(),       &ModeDeleteCommand(),
      &ContextListCommand(),   &ContextDeleteCommand(),
      &ExportCommand(),        &ImportCommand(),
      &ClusterStatusCommand(), &ClusterTransferCommand(),
      &ClusterResumeCommand(), &ClusterRestoreCommand(),
      &ConfigPrintCommand(),   &CompletionCommand(),
      &VersionCommand(),       &HelpCommand(),
  };
}

}  // namespace regent::cli
