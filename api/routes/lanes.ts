/** Merge lanes over HTTP: who merges into which branch, and who waits behind whom. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { ServerDependencies } from '../dependencies.ts';
import { createLineReader, readLanes } from '../lanes.ts';
import { Lanes } from '../schemas/lanes.ts';
import { Refusals } from '../schemas/responses.ts';

export const laneRoutes =
  ({ db, temporal }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    const readLine = createLineReader(temporal);
    app.get(
      '/lanes',
      {
        schema: {
          summary:
            'Branches that are merged into: who merges, who waits behind whom and since when, and how it went lately',
          tags: ['lanes'],
          response: { 200: Lanes, ...Refusals },
        },
      },
      () => readLanes(db, readLine),
    );
  };
