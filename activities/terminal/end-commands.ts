/** The end of a task's terminal: whatever still runs in it ends. */
import { tmuxSession } from '../../clients/git/names.ts';
import { endSession, type Terminal } from '../../clients/terminal/tmux.ts';

export function createTerminalActivities({ terminal }: { terminal: Terminal }) {
  return {
    /**
     * Ends the tmux session of a task, or of the epic's own agents, with every command in it: those that an earlier
     * placement left, before the host is used again.
     * Idempotent: without such a session there is nothing to do.
     * Fails: TerminalUnavailable.
     * Runs on: host-<name>.
     */
    async endCommands({ epicId, taskKey }: { epicId: string; taskKey?: string }): Promise<void> {
      await endSession(terminal, tmuxSession(epicId, taskKey));
    },
  };
}
