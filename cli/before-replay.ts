/** What a replay is about to run on this machine, in words, and whether it may without a sandbox. Pure. */
import type { Recording } from '../workflows/contract/recording.ts';
import { usageFailure } from './exit.ts';

/** Commands among the recorded answers, each of which runs again. */
export const countCommands = ({ agents }: Recording): number =>
  agents
    .flatMap(({ turns }) => turns.flatMap(({ answer }) => answer))
    .filter((block) => block.type === 'tool_use' && typeof block.input.command === 'string' && block.name === 'bash')
    .length;

/** Throws unless there is a sandbox or the person accepts that there is none: the person who recorded the epic chose its commands. */
export function requireConsent(recording: Recording, isSandboxOff: boolean, accepted: boolean): void {
  if (!isSandboxOff || accepted) return;
  const commands = countCommands(recording);
  throw usageFailure(
    `With SANDBOX=off the ${commands} commands of this recording could read and change whatever you can. Turn the sandbox on, or run them all the same: --yes`,
  );
}

/** `repository`: the path that was given; the example without one. */
export function whatRuns(recording: Recording, repository: string | undefined, sandbox: string): string {
  const { epic, agents } = recording;
  const turns = agents.reduce((sum, agent) => sum + agent.turns.length, 0);
  const commit = epic.baseSha?.slice(0, 12) ?? 'an unknown commit';
  return [
    `Replaying ${epic.id}: ${turns} turns of ${agents.length} agents run ${countCommands(recording)} recorded commands on this machine, besides checks and set-up.`,
    `  from     ${repository ?? 'the example'}, ${epic.baseBranch} at ${commit}`,
    `  sandbox  ${sandbox}`,
  ].join('\n');
}
