/** Agents of the epic's own, which pause with it. */
import { type OwnRound, runAgent } from '../run-agent.ts';
import type { Epic } from './context.ts';

/** A round of one; while it is open the epic's pauses reach it. */
export function runOwnAgent(epic: Epic, round: OwnRound): ReturnType<typeof runAgent> {
  const { epicId, data, departures } = epic;
  let child: string | undefined;
  const ended = runAgent({ ...round, epicId, departures, isPaused: () => data.paused }, (workflowId, paused) => {
    child = workflowId;
    epic.adopt(workflowId, paused);
  });
  const forget = () => child !== undefined && epic.children.delete(child);
  // Returned as it is: a promise of this one would resolve later, behind commands of others that it was before.
  ended.then(forget, forget);
  return ended;
}
