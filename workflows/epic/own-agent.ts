/** Runs the epic's own agents, which pause with the epic. */
import { type OwnRound, runAgent } from '../run-agent.ts';
import type { Epic } from './context.ts';

/** Runs one round of an agent; while the agent is open, pauses of the epic reach it. */
export function runOwnAgent(epic: Epic, round: OwnRound): ReturnType<typeof runAgent> {
  const { epicId, data, departures } = epic;
  let child: string | undefined;
  const ended = runAgent({ ...round, epicId, departures, isPaused: () => data.paused }, (workflowId, paused) => {
    child = workflowId;
    epic.adopt(workflowId, paused);
  });
  const forget = () => child !== undefined && epic.children.delete(child);
  // Returns runAgent's own promise: another one would resolve a microtask later, which could reorder recorded commands.
  ended.then(forget, forget);
  return ended;
}
