/** The account of an epic over HTTP. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readAllDecisions } from '../../db/reads/decisions.ts';
import { isKnown } from '../../db/reads/epics.ts';
import { readTaskTitles } from '../../db/reads/tasks.ts';
import { EpicId, TaskKey } from '../../workflows/contract/ids.ts';
import { accountOf } from '../account/account.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { ApiError, noEpic } from '../errors.ts';
import { Account } from '../schemas/account.ts';
import { Refusals } from '../schemas/responses.ts';
import { createThrottle } from '../throttle.ts';

/** A log may be of any length, and each decision has all who look at the story ask for it. */
const READ_EVERY_MS = 200;

const Scope = z.strictObject({
  taskKey: TaskKey.optional(),
  since: z.iso.datetime().optional().describe('only what happened at or after this time'),
});

export const accountRoutes =
  ({ db }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    const readLog = createThrottle<Awaited<ReturnType<typeof readAllDecisions>>>(READ_EVERY_MS);
    app.get(
      '/epics/:id/account',
      {
        schema: {
          summary: 'The story of an epic, from its decision log: what happened, who decided what, and why',
          tags: ['epics'],
          params: z.object({ id: EpicId }),
          querystring: Scope,
          response: { 200: Account, ...Refusals },
        },
      },
      async (request) => {
        const { id: epicId } = request.params;
        const { taskKey, since } = request.query;
        const lines = await readLog(epicId, () => readAllDecisions(db, epicId));
        // An epic that nobody knows, and one about which nothing was decided yet, have the same log; so have tasks.
        if (!lines.some((line) => taskKey === undefined || line.taskKey === taskKey)) {
          if (!(await isKnown(db, epicId))) throw noEpic(epicId);
          if (taskKey !== undefined && !(await readTaskTitles(db, epicId)).has(taskKey)) {
            throw new ApiError('NotFound', `There is no task "${epicId}.${taskKey}"`);
          }
        }
        return { epicId, ...accountOf(lines, { taskKey, since: asStored(since) }) };
      },
    );
  };

/** Times are compared as texts of one form. */
const asStored = (time: string | undefined): string | undefined =>
  time === undefined ? undefined : new Date(time).toISOString();
