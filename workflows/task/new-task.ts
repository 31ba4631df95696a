/** The data that a life of a task begins with. Pure. */
import type { TaskWorkflowInput } from '../contract/task.ts';
import { newIgnored } from '../ignored-messages-state.ts';
import { newMemory } from '../pull-request/state.ts';
import { inherited, type LeftToTask } from './lives.ts';
import { freshCounts, type TaskData } from './state.ts';

export function newTask(
  input: LeftToTask & Pick<TaskWorkflowInput, 'heard'>,
  { life, startedAt, opening }: Pick<TaskData, 'life' | 'startedAt' | 'opening'>,
): TaskData {
  return {
    status: { state: 'ASSIGNED', phase: 'starts' },
    life,
    startedAt,
    ignored: newIgnored(),
    epoch: 0,
    transcripts: 0,
    attempt: 0,
    ...freshCounts(),
    opening,
    ...inherited(input),
    commits: 0,
    submissions: [],
    memory: newMemory(input.heard),
    redHeads: [],
    rewinds: [],
    ...(input.rewind === undefined ? {} : { rewind: input.rewind }),
  };
}
