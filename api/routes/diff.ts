/** What a pull request changes, over HTTP: nobody should approve what they cannot see. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isKnown } from '../../db/reads/epics.ts';
import { listHumanRequests } from '../../db/reads/human-requests.ts';
import { readPullRequests } from '../../db/reads/pull-requests.ts';
import { EpicId } from '../../workflows/contract/ids.ts';
import { ApiError } from '../errors.ts';
import { Diff, Refusals } from '../schemas.ts';
import type { ServerDependencies } from '../server.ts';

const Id = z.object({ id: EpicId });
const Which = z.object({ pullRequest: z.coerce.number().int().positive().optional() });

export const diffRoutes =
  ({ db, forge }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/epics/:id/diff',
      {
        schema: {
          summary: 'What a pull request of an epic changes',
          description:
            'Without `pullRequest`: the one that waits for approval, else the epic’s own, else the latest. An open question’s commit is shown, not what was pushed since.',
          tags: ['epics'],
          params: Id,
          querystring: Which,
          response: { 200: Diff, ...Refusals },
        },
      },
      async (request) => {
        const { id } = request.params;
        const { pullRequest, headSha } = await choose(id, request.query.pullRequest);
        const { repository, number, title, head, base, mergedSha, url } = pullRequest;
        // A merged branch has nothing that its base has not; what the merge brought is told by its first parent.
        const from = mergedSha === null ? `refs/heads/${base}` : `${mergedSha}^1`;
        const diff = await forge.readDiff({ repository, base: from, head: headSha });
        if (diff !== undefined) return { repository, pullRequest: number, title, head, base, ...diff };
        throw new ApiError(
          'NotFound',
          `The API's machine does not hold commit ${headSha.slice(0, 12)} of ${repository}; look at the pull request where its forge is: ${url}`,
        );
      },
    );

    async function choose(epicId: string, wanted: number | undefined) {
      const [pullRequests, requests] = await Promise.all([
        readPullRequests(db, epicId),
        listHumanRequests(db, { epicId, state: 'open' }),
      ]);
      const asked = requests.find((one) => one.pullRequest !== null && one.pullRequest === (wanted ?? one.pullRequest));
      const number = wanted ?? asked?.pullRequest ?? pullRequests.findLast((one) => one.taskKey === null)?.number;
      const pullRequest =
        number === undefined ? pullRequests.at(-1) : pullRequests.find((one) => one.number === number);
      if (pullRequest !== undefined) return { pullRequest, headSha: asked?.headSha ?? pullRequest.headSha };
      if (number !== undefined) throw new ApiError('NotFound', `Epic "${epicId}" has no pull request ${number}`);
      if (await isKnown(db, epicId)) throw new ApiError('NotFound', `Epic "${epicId}" has no pull request yet`);
      throw new ApiError('NotFound', `There is no epic "${epicId}"`);
    }
  };
