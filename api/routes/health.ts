/** Health over HTTP: whether this process lives, and whether the factory is ready to work. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ServerDependencies } from '../dependencies.ts';
import { probeHealth } from '../health.ts';
import { Health } from '../schemas/system.ts';

export const healthRoutes =
  ({ db, ...executions }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/health/live',
      {
        schema: {
          summary: 'This process lives',
          tags: ['health'],
          response: { 200: z.object({ status: z.literal('ok') }) },
        },
      },
      async () => ({ status: 'ok' as const }),
    );

    app.get(
      '/health',
      {
        schema: {
          summary: 'What the factory needs, one by one',
          tags: ['health'],
          response: { 200: Health, 503: Health },
        },
      },
      async (_request, reply) => {
        const health = await probeHealth(db, executions);
        return reply.code(health.ready ? 200 : 503).send(health);
      },
    );
  };
