/** Human requests in lists as the API returns them, and how they are asked for. Absent values are null. */
import { z } from 'zod';
import { EpicId } from '../../workflows/contract/ids.ts';
import { TaskState } from '../../workflows/contract/states.ts';
import { Before, HumanRequest, Time, whole } from './common.ts';

const SETTLED = ['answered', 'replaced', 'withdrawn'] as const;
const State = z.enum(['open', ...SETTLED, 'settled']);

export const RequestFilter = z.strictObject({
  epicId: EpicId.optional(),
  state: z
    .union([State, z.array(State).min(1).max(5)])
    .default('open')
    .describe('one or several; `settled` is all but `open`'),
  before: Before.optional().describe(
    'settled before, or where it is open asked before: closedAt or askedAt of the last one of the page before',
  ),
  limit: whole(1, 500)
    .default(500)
    .describe('those of the same moment come together, so a page may be a little longer'),
});

/** Each state once. */
export const statesOf = (asked: z.output<typeof RequestFilter>['state']) => [
  ...new Set([asked].flat().flatMap((state) => (state === 'settled' ? SETTLED : [state]))),
];

export const RequestInList = HumanRequest.extend({
  epicCostUsd: z.number().describe('what the epic has cost so far'),
  epicCapUsd: z.number().nullable(),
  holdsUp: z
    .object({
      tasks: z.array(z.object({ key: z.string(), title: z.string(), state: TaskState, since: Time })),
      agents: z.array(z.object({ id: z.string(), since: Time })),
    })
    .nullable()
    .describe('what waits for the answer, the task that asks first; null for a settled one'),
}).meta({ id: 'RequestInList' });
