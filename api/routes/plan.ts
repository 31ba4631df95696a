/** The plan of an epic over HTTP. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isKnown } from '../../db/reads/epics.ts';
import { readPlan, readPlanRevisions } from '../../db/reads/plan.ts';
import { EpicId } from '../../workflows/contract/ids.ts';
import { overlapsOf } from '../../workflows/contract/overlaps.ts';
import { FINAL_STATES } from '../../workflows/contract/state-names.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { noEpic } from '../errors.ts';
import { EpicPlan } from '../schemas/plan.ts';
import { Refusals } from '../schemas/responses.ts';

export const planRoutes =
  ({ db }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/epics/:id/plan',
      {
        schema: {
          summary: 'The plan of an epic: what each task must achieve, how its last checks came out, and its revisions',
          tags: ['epics'],
          params: z.object({ id: EpicId }),
          response: { 200: EpicPlan, ...Refusals },
        },
      },
      async (request) => {
        const { id: epicId } = request.params;
        const [tasks, revisions, known] = await Promise.all([
          readPlan(db, epicId),
          readPlanRevisions(db, epicId),
          isKnown(db, epicId),
        ]);
        if (!known) throw noEpic(epicId);
        const ahead = tasks.filter(({ state }) => !FINAL_STATES.has(state));
        const overlaps = overlapsOf(ahead).map(({ tasks: [one, other], files }) => ({
          tasks: [one, other] as [string, string],
          files: [...files],
        }));
        return { epicId, revision: revisions[0]?.number ?? 0, overlaps, revisions, tasks };
      },
    );
  };
