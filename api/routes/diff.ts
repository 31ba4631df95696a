/** What a pull request changes, over HTTP: nobody should approve what they cannot see. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { isKnown, readEpic } from '../../db/reads/epics.ts';
import { listHumanRequests } from '../../db/reads/human-requests.ts';
import { readPullRequests } from '../../db/reads/pull-requests.ts';
import { EpicId } from '../../workflows/contract/ids.ts';
import { Refusals } from '../answers.ts';
import { ApiError } from '../errors.ts';
import { whole } from '../schemas/common.ts';
import { Diff } from '../schemas/epics.ts';
import type { ServerDependencies } from '../server.ts';

const Id = z.object({ id: EpicId });
const Which = z.strictObject({
  pullRequest: whole(1).optional(),
  /** An open request. */
  request: z.string().min(1).optional(),
});

/** Two commits, and what a person calls the way between them. */
interface Wanted {
  readonly repository: string;
  readonly pullRequest: number | null;
  readonly title: string;
  readonly head: string;
  readonly base: string;
  /** A full ref or commit. */
  readonly from: string;
  readonly headSha: string;
  /** Where to look when the commit is not on this machine. */
  readonly elsewhere: string;
}

type OpenRequest = Awaited<ReturnType<typeof listHumanRequests>>[number];
type PullRequest = Awaited<ReturnType<typeof readPullRequests>>[number];

export const diffRoutes =
  ({ db, forge }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/epics/:id/diff',
      {
        schema: {
          summary: 'What a pull request of an epic changes',
          description:
            'Without `pullRequest` or `request`: what waits for approval, else the epic’s own pull request, else the latest. An open question’s commit is shown, not what was pushed since; one whose branch is not pushed yet has no pull request.',
          tags: ['epics'],
          params: Id,
          querystring: Which,
          response: { 200: Diff, ...Refusals },
        },
      },
      async (request) => {
        const { from, elsewhere, ...wanted } = await choose(request.params.id, request.query);
        const { repository, headSha } = wanted;
        const diff = await forge.readDiff({ repository, base: from, head: headSha });
        if (diff !== undefined) return { ...wanted, ...diff };
        throw new ApiError(
          'NotFound',
          `The API's machine does not hold commit ${headSha.slice(0, 12)} of ${repository}; ${elsewhere}`,
        );
      },
    );

    async function choose(epicId: string, which: z.output<typeof Which>): Promise<Wanted> {
      const [pullRequests, requests] = await Promise.all([
        readPullRequests(db, epicId),
        listHumanRequests(db, { epicId, state: 'open' }),
      ]);
      const { pullRequest: number, request: requestId } = which;
      const asked = requests.find(
        (one) =>
          one.headSha !== null &&
          one.requestId === (requestId ?? one.requestId) &&
          one.pullRequest === (number ?? one.pullRequest),
      );
      if (requestId !== undefined && asked === undefined) {
        throw new ApiError('NotFound', `Epic "${epicId}" has no open request "${requestId}" about a commit`);
      }
      if (asked !== undefined && asked.pullRequest === null) return await unpushed(epicId, asked);
      const shown = number ?? asked?.pullRequest ?? pullRequests.findLast((one) => one.taskKey === null)?.number;
      const pullRequest = shown === undefined ? pullRequests.at(-1) : pullRequests.find((one) => one.number === shown);
      if (pullRequest !== undefined) return pushed(pullRequest, asked);
      if (shown !== undefined) throw new ApiError('NotFound', `Epic "${epicId}" has no pull request ${shown}`);
      if (await isKnown(db, epicId)) throw new ApiError('NotFound', `Epic "${epicId}" has no pull request yet`);
      throw new ApiError('NotFound', `There is no epic "${epicId}"`);
    }

    async function unpushed(epicId: string, asked: OpenRequest): Promise<Wanted> {
      const epic = await readEpic(db, epicId);
      const task = epic?.tasks.find(({ key }) => key === asked.taskKey);
      const base = asked.base ?? epic?.baseBranch ?? '';
      return {
        ...{ repository: epic?.repository ?? '', pullRequest: null, base, headSha: asked.headSha ?? '' },
        ...{ title: task?.title ?? asked.epicTitle, head: task?.branch ?? 'not pushed yet' },
        from: `refs/heads/${base}`,
        elsewhere: `git fetch <origin> refs/factory/checkpoints/${asked.epicId}/${asked.taskKey ?? 'epic'} brings it from where its forge is`,
      };
    }
  };

/** A merged branch has nothing that its base has not; what the merge brought is told by its first parent. */
function pushed({ repository, number, title, head, base, mergedSha, url, ...rest }: PullRequest, asked?: OpenRequest) {
  return {
    ...{ repository, pullRequest: number, title, head, base, headSha: asked?.headSha ?? rest.headSha },
    from: mergedSha === null ? `refs/heads/${base}` : `${mergedSha}^1`,
    elsewhere: `look at the pull request where its forge is: ${url}`,
  };
}
