/** Human requests over HTTP: what waits for a person, and who answered what. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readHeldUp } from '../../db/reads/held-up.ts';
import { listRequestPage } from '../../db/reads/request-pages.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { RequestFilter, RequestInList, statesOf } from '../schemas/requests.ts';
import { Refusals } from '../schemas/responses.ts';

export const requestRoutes =
  ({ db }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/human-requests',
      {
        schema: {
          summary: 'What waits for a person, longest first; settled ones, and both together, newest first',
          tags: ['human requests'],
          querystring: RequestFilter,
          response: { 200: z.array(RequestInList), ...Refusals },
        },
      },
      async (request) => {
        const { state, ...page } = request.query;
        const requests = await listRequestPage(db, { ...page, states: statesOf(state) });
        const open = requests.filter((one) => one.state === 'open');
        const heldUpBy = await readHeldUp(db, [...new Set(open.map(({ epicId }) => epicId))]);
        return requests.map((one) => ({ ...one, holdsUp: one.state === 'open' ? heldUpBy(one) : null }));
      },
    );
  };
