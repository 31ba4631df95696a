/** One round of an agent of the task, which may be parked in its middle. */
import type { AgentResult } from '../contract/agent.ts';
import { type Round, runAgent } from '../run-agent.ts';
import { taskBudgetOf } from './budget.ts';
import type { Task } from './context.ts';
import { parkAgent, takeParkedAgent } from './life-state.ts';

/** An agent that was parked goes on where it was, in this run of the task or the next. */
export async function runRound(task: Task, round: Round): Promise<AgentResult> {
  const { data, input } = task;
  const taskBudget = taskBudgetOf(input.task, input.settings);
  for (;;) {
    const parked = takeParkedAgent(data);
    const on = parked?.openedBy === round.openedBy ? { parked } : {};
    try {
      const ended = await runAgent({ ...round, ...on, taskBudget }, task.adoptAgent);
      if (!('parked' in ended)) return ended;
      parkAgent(data, ended.parked);
    } finally {
      task.dismissAgent();
    }
    await task.rests.pass();
  }
}
