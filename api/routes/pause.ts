/** The pause of the whole factory over HTTP. It is a row in PostgreSQL, so that it counts whoever is there to hear of it. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { readFactoryPause } from '../../db/reads/factory-pause.ts';
import { pauseFactory, resumeFactory } from '../../db/writes/factory-pause.ts';
import { Person } from '../../workflows/contract/epic.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { Done, Refusals, WriteRefusals } from '../schemas/responses.ts';
import { PauseState } from '../schemas/system.ts';

const about = (summary: string, description: string) => ({
  summary,
  description,
  tags: ['health'],
  body: Person,
  response: { 200: Done, ...WriteRefusals },
});

export const pauseRoutes =
  ({ db }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/pause',
      {
        schema: {
          summary: 'Whether the whole factory is paused, by whom and since when',
          tags: ['health'],
          response: { 200: PauseState, ...Refusals },
        },
      },
      async () => ({ pause: await readFactoryPause(db) }),
    );

    app.post(
      '/pause',
      {
        schema: about(
          'Pause the whole factory',
          'No epic is admitted, no task placed, no model called, nothing pushed, opened or merged, from a few seconds later until it is resumed. What has begun runs to its own end. Harmless twice: the first person and time stay.',
        ),
      },
      async ({ body }) => {
        const changed = await pauseFactory(db, body);
        const message = changed ? 'the factory is paused' : 'the factory is paused already';
        return { status: 'done' as const, changed, message };
      },
    );

    app.post(
      '/resume',
      {
        schema: about(
          'Go on after a pause of the whole factory',
          'Work goes on within seconds. An epic that was paused by itself stays paused. Harmless twice.',
        ),
      },
      async ({ body }) => {
        const changed = await resumeFactory(db, body);
        const message = changed ? 'the factory goes on' : 'the factory is not paused';
        return { status: 'done' as const, changed, message };
      },
    );
  };
