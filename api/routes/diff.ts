/** What a pull request changes, over HTTP: nobody should approve what they cannot see, however much it is. */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { repositoryOfCommit } from '../../db/reads/epic-commits.ts';
import { EpicId, TaskKey } from '../../workflows/contract/ids.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { notHere, readChosen } from '../diff/read-changes.ts';
import { chooseDiff } from '../diff/which-diff.ts';
import { ApiError } from '../errors.ts';
import { whole } from '../schemas/common.ts';
import { Diff, Patch } from '../schemas/diffs.ts';
import { Refusals, WriteRefusals } from '../schemas/responses.ts';

const Id = z.object({ id: EpicId });
const Sha = z.string().regex(/^[0-9a-f]{40}$/, 'a commit is 40 of 0-9 and a-f');
const Path = z.string().min(1).max(10_000);

const Which = z
  .strictObject({
    pullRequest: whole(1).optional(),
    request: z.string().min(1).optional().describe('an open request'),
    task: TaskKey.optional().describe('a task: what it handed in, last or as `submission` says'),
    submission: whole(1).optional().describe('which submission of `task`, by its number'),
    since: whole(1).optional().describe('an earlier submission of `task`: only what changed since, not since the base'),
    headSha: Sha.optional().describe('of the page before: refused with 409 when another commit has taken its place'),
    afterFile: Path.optional().describe('`next` of the page before'),
    limit: whole(1, 2_000).default(500),
  })
  .refine(({ task, submission }) => submission === undefined || task !== undefined, {
    ...{ path: ['submission'], message: 'name its task, too' },
  })
  .refine(({ submission, since }) => since === undefined || submission !== undefined, {
    ...{ path: ['since'], message: 'name its task and submission, too' },
  })
  .refine(({ task, pullRequest, request }) => task === undefined || (pullRequest ?? request) === undefined, {
    ...{ path: ['task'], message: 'name either a task or a pull request or request' },
  });
const WhichPatch = z
  .strictObject({
    baseSha: Sha.describe('as the diff has it; an ancestor of headSha'),
    headSha: Sha.describe('a commit of the epic: the head of a pull request, submission or request'),
    path: Path.optional().describe('of one file of the diff; without it the files come in order, as many as fit'),
    offset: whole(0).optional().describe('`next` of the piece before, with its `path`'),
    afterFile: Path.optional().describe(
      'without `path`: the files after this one, which is `path` of the piece before',
    ),
  })
  .refine(({ path, offset, afterFile }) => (path === undefined ? offset === undefined : afterFile === undefined), {
    message: 'offset goes with path, and afterFile without it',
  });

export const diffRoutes =
  ({ db, forge }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/epics/:id/diff',
      {
        schema: {
          summary: 'The files that a pull request or a submission of an epic changes, page by page',
          description:
            'Without `pullRequest`, `request` or `task`: what waits for approval, else the epic’s own pull request, else the latest. An open question’s commit is shown, not what was pushed since; one whose branch is not pushed yet has no pull request. What a task handed in is shown as it was, whatever came after it. The patch of each file is at /epics/{id}/diff/patch.',
          tags: ['epics'],
          params: Id,
          querystring: Which,
          response: { 200: Diff, ...Refusals, 409: WriteRefusals[409] },
        },
      },
      async (request) => {
        const { headSha: seen, afterFile, limit, ...which } = request.query;
        const chosen = await chooseDiff(db, request.params.id, which);
        const { headSha } = chosen;
        if (seen !== undefined && seen !== headSha) {
          throw new ApiError(
            'StaleHead',
            `The diff has moved from commit ${seen} to ${headSha}; read it again from the start`,
          );
        }
        const changes = await readChosen(forge, chosen);
        const { files } = changes;
        const start = afterFile === undefined ? 0 : files.findIndex(({ path }) => path === afterFile) + 1;
        if (afterFile !== undefined && start === 0) {
          throw new ApiError('StaleHead', `The diff has no file "${afterFile}" any more; read it from the start`);
        }
        const page = files.slice(start, start + limit);
        const isLast = start + page.length === files.length;
        return {
          ...chosen,
          ...changes,
          totals: {
            files: files.length,
            additions: files.reduce((sum, file) => sum + file.additions, 0),
            deletions: files.reduce((sum, file) => sum + file.deletions, 0),
          },
          files: page,
          next: isLast ? null : (page.at(-1)?.path ?? null),
        };
      },
    );

    app.get(
      '/epics/:id/diff/patch',
      {
        schema: {
          summary: 'The patch of a diff, piece by piece: of one file, or of as many as fit',
          tags: ['epics'],
          params: Id,
          querystring: WhichPatch,
          response: { 200: Patch, ...Refusals },
        },
      },
      async (request) => {
        const { id } = request.params;
        const { baseSha, headSha, path, offset = 0, afterFile = null } = request.query;
        const repository = await repositoryOfCommit(db, id, headSha);
        if (repository === undefined) {
          throw new ApiError('NotFound', `Commit ${headSha} belongs to no pull request or request of epic "${id}"`);
        }
        const from = path === undefined ? { afterFile } : { path, offset };
        const piece = await forge.readPatch({ repository, baseSha, headSha, from });
        if (piece === undefined) {
          throw notHere(repository, headSha, `or ${baseSha.slice(0, 12)} is no ancestor of it`);
        }
        if (piece === 'unchanged') {
          const what = path ?? (afterFile === null ? 'anything' : `what follows ${afterFile}`);
          throw new ApiError('NotFound', `Nothing of "${what}" differs between ${baseSha} and ${headSha}`);
        }
        const { text: patch, ...rest } = piece;
        return { patch, ...rest };
      },
    );
  };
