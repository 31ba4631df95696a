/** An epic's cost over HTTP. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isKnown } from '../../db/reads/epics.ts';
import { EpicId } from '../../workflows/contract/ids.ts';
import { readCosts } from '../costs.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { noEpic } from '../errors.ts';
import { Costs } from '../schemas/costs.ts';
import { Refusals } from '../schemas/responses.ts';

export const costRoutes =
  ({ db }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/epics/:id/costs',
      {
        schema: {
          summary: 'What an epic has cost: by purpose, task and attempt, and as it grew',
          tags: ['epics'],
          params: z.object({ id: EpicId }),
          response: { 200: Costs, ...Refusals },
        },
      },
      async (request) => {
        const { id } = request.params;
        const [costs, known] = await Promise.all([readCosts(db, id), isKnown(db, id)]);
        if (!known) throw noEpic(id);
        return costs;
      },
    );
  };
