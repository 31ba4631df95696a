/** Invariants of what costs money or cannot be taken back: model calls and commands. */
import { join } from 'node:path';
import { linesOf } from './kill-plan.ts';
import type { Run } from './run-facts.ts';

/** Each command has written its cookie into a file outside of every worktree. */
export async function commandsStartedOnce({ lane, epics }: Run): Promise<string[]> {
  const problems: string[] = [];
  for (const { id, ends, mayInterrupt } of epics) {
    const starts = linesOf(join(lane.notes, id));
    const twice = starts.length - new Set(starts).size;
    if (twice > 0) problems.push(`${id}: ${twice} of ${starts.length} commands started again`);
    if (starts.length === 0 && ends === 'COMPLETED') problems.push(`${id}: no command has noted its start`);
    const calls = await lane.db
      .selectFrom('tool_calls')
      .innerJoin('transcripts', 'transcripts.id', 'tool_calls.transcript')
      .select(['tool_calls.input', 'tool_calls.output', 'tool_calls.exit_code'])
      .where('transcripts.epic_id', '=', id)
      .where('tool_calls.name', '=', 'bash')
      .execute();
    // An attempt that the scenario says nothing of does what notes no start.
    const noting = calls.filter(({ input }) => JSON.stringify(input).includes('$FACTORY_COMMAND'));
    const ended = noting.filter(({ exit_code }) => exit_code !== null).length;
    if (ended > new Set(starts).size)
      problems.push(`${id}: ${ended} commands have ended, ${starts.length} have started`);
    if (starts.length > noting.length) problems.push(`${id}: ${starts.length} commands of ${noting.length} tool calls`);
    // The worker process died, not the command: nothing had to be called interrupted.
    const lost = calls.filter(({ output }) => output?.includes('was interrupted by a failure of the machine'));
    if (lost.length > 0 && mayInterrupt !== true)
      problems.push(`${id}: ${lost.length} commands were called interrupted`);
  }
  return problems;
}

export async function turnsArePaidOnce({ lane, epics, calls, interruptions }: Run): Promise<string[]> {
  const ids = epics.map(({ id }) => id);
  const turns = await lane.db
    .selectFrom('agent_turns')
    .innerJoin('transcripts', 'transcripts.id', 'agent_turns.transcript')
    .select('agent_turns.message_id')
    .where('transcripts.epic_id', 'in', ids)
    .execute();
  const problems: string[] = [];
  const stored = new Set(turns.map(({ message_id }) => message_id));
  if (stored.size !== turns.length) problems.push(`${turns.length - stored.size} answers are stored twice`);
  const refused = calls.filter(({ status }) => status !== 200 && status !== 0);
  if (refused.length > 0) problems.push(`the model refused ${refused.length} requests: ${refused[0]?.error}`);
  const unstored = calls.length - turns.length;
  // A kill can meet the calls of several agents at once, each of them once.
  const perKill = atOnce(epics.length);
  if (unstored < 0) problems.push(`${-unstored} answers are stored that the model never gave`);
  if (unstored > interruptions * perKill)
    problems.push(`${unstored} answers were not stored in ${interruptions} interruptions`);
  const asked = new Map<string, number>();
  for (const { situation } of calls) {
    const turn = `${situation?.epic.id}.${situation?.task?.key}.${situation?.kind}.${situation?.round}.${situation?.turnOfTranscript}`;
    asked.set(turn, (asked.get(turn) ?? 0) + 1);
  }
  const often = [...asked].filter(([, times]) => times > interruptions + 1);
  problems.push(
    ...often.map(([turn, times]) => `${turn} was asked for ${times} times in ${interruptions} interruptions`),
  );
  return problems;
}

/** Model calls that may be under way at the same moment: tasks of an epic at once, and the epics of the run. */
const atOnce = (epics: number): number => 4 * epics;

export async function noReservationIsOpen({ lane, epics }: Run): Promise<string[]> {
  const problems: string[] = [];
  for (const { id } of epics) {
    const entries = await lane.db.selectFrom('ledger').selectAll().where('epic_id', '=', id).execute();
    const open = entries.filter(({ outcome }) => outcome === 'open').length;
    if (open > 0) problems.push(`${id}: ${open} reservations are open`);
    const budget = await lane.db.selectFrom('budgets').selectAll().where('epic_id', '=', id).executeTakeFirst();
    const spent = entries.reduce((sum, entry) => sum + (entry.settled_microusd ?? entry.reserved_microusd), 0);
    if (spent > (budget?.cap_microusd ?? 0)) problems.push(`${id}: ${spent} of ${budget?.cap_microusd} micro-USD`);
    const answered = entries
      .filter(({ outcome }) => outcome === 'answered')
      .map(({ transcript, turn }) => `${transcript}#${turn}`);
    if (new Set(answered).size !== answered.length) problems.push(`${id}: a turn was settled as answered twice`);
  }
  return problems;
}
