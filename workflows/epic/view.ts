/** What an epic tells of itself. Pure. */
import { defined } from '../contract/optional-fields.ts';
import type { EpicView } from '../contract/records.ts';
import type { End } from '../status.ts';
import type { EpicData } from './state.ts';
import { isRunning } from './task-graph.ts';
import { failureOf } from './task-state.ts';

export function viewOf(epicId: string, data: EpicData, end: End): Omit<EpicView, 'version'> {
  return {
    epicId,
    input: withoutTasks(data.input),
    state: data.state,
    phase: data.phase,
    paused: data.paused,
    admitted: data.admitted,
    requests: data.requests.map(({ askedBy: _, shared: __, policy: ___, ...request }) => request),
    tasks: data.tasks.map((entry, position) => ({
      task: entry.task,
      position,
      ...(isRunning(entry) ? {} : { status: statusOf(entry) }),
    })),
    startedAt: data.startedAt,
    ...defined({
      revisions: data.revisions,
      settings: data.settings,
      hold: data.hold,
      pullRequest: data.pullRequest,
      mergedSha: data.mergedSha,
    }),
    ...end,
  };
}

/** They are told as the plan; twice they could be more than Temporal takes. */
const withoutTasks = ({ tasks: _, ...input }: EpicData['input']) => input;

const statusOf = (entry: EpicData['tasks'][number]) => ({
  state: entry.state,
  phase: entry.phase,
  ...defined({ hold: entry.hold, failure: failureOf(entry) }),
});
