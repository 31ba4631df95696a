/** One round of an agent of the task, which may be parked in its middle. */
import type { AgentResult } from '../contract/agent.ts';
import { type Round, runAgent } from '../run-agent.ts';
import type { Task } from './context.ts';
import { awaitAnswers } from './questions.ts';
import { parkAgent, takeParkedAgent } from './status-state.ts';
import { taskBudgetOf } from './task-budget.ts';

/**
 * An agent that was parked goes on where it was, in this run of the task or the next; one that has asked people, once they
 * have answered and the task has a place again. `roundHere` is the round where the task stands by then; it is told whether
 * the task has been away for that.
 */
export async function runRound(task: Task, roundHere: (wasAway: boolean) => Round): Promise<AgentResult> {
  const { data, input } = task;
  const taskBudget = taskBudgetOf(input.task, input.settings);
  for (;;) {
    const round = roundHere(await awaitAnswers(task));
    const parked = takeParkedAgent(data);
    const on = parked?.openedBy === round.openedBy ? { parked } : {};
    try {
      const ended = await runAgent({ ...round, ...on, taskBudget }, task.adoptAgent);
      if (!('parked' in ended)) return ended;
      parkAgent(data, ended.parked);
    } finally {
      task.dismissAgent();
    }
    await task.runEnd.pass();
  }
}
