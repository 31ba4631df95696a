/** Search over HTTP: one question for every kind of thing that has a page. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { search } from '../../db/reads/search.ts';
import { taskId } from '../../workflows/contract/ids.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { Refusals } from '../schemas/responses.ts';
import { Found } from '../schemas/search.ts';

const Query = z.strictObject({
  q: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .describe('words, each of which must be in the title, id, key, branch or number (#12); no character is a pattern'),
});

export const searchRoutes =
  ({ db }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/search',
      {
        schema: {
          summary: 'Find epics, tasks, agents and pull requests: at most 20 of each, newest first',
          tags: ['search'],
          querystring: Query,
          response: { 200: Found, ...Refusals },
        },
      },
      async (request) => {
        const { epics, tasks, agents, pullRequests, more } = await search(db, request.query.q);
        return {
          epics: epics.map((epic) => ({ ...epic, startedAt: epic.startedAt.toISOString() })),
          tasks: tasks.map((task) => ({
            ...task,
            id: taskId(task.epicId, task.key),
            updatedAt: task.updatedAt.toISOString(),
          })),
          agents: agents.map((agent) => ({ ...agent, startedAt: agent.startedAt.toISOString() })),
          pullRequests,
          more,
        };
      },
    );
  };
