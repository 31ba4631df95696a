/** What a search finds, as the API returns it. Absent values are null. */
import { z } from 'zod';
import { FOUND_KINDS } from '../../db/reads/search.ts';
import { AgentState, EpicState, Purpose, TaskState } from '../../workflows/contract/states.ts';
import { Time } from './common.ts';

export const Found = z
  .object({
    epics: z.array(z.object({ id: z.string(), title: z.string(), state: EpicState, startedAt: Time })),
    tasks: z.array(
      z.object({
        id: z.string(),
        epicId: z.string(),
        key: z.string(),
        title: z.string(),
        state: TaskState,
        updatedAt: Time,
      }),
    ),
    agents: z.array(
      z.object({
        id: z.string(),
        epicId: z.string(),
        taskKey: z.string().nullable(),
        purpose: Purpose,
        attempt: z.number().int(),
        state: AgentState,
        startedAt: Time,
      }),
    ),
    pullRequests: z.array(
      z.object({
        repository: z.string(),
        number: z.number().int(),
        epicId: z.string(),
        taskKey: z.string().nullable(),
        title: z.string(),
        head: z.string(),
        state: z.enum(['open', 'merged', 'closed']),
        url: z.string(),
      }),
    ),
    more: z.array(z.enum(FOUND_KINDS)).describe('kinds of which more were found: only the newest 20 are there'),
  })
  .meta({ id: 'Found' });
