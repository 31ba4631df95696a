/** The list of pull requests that is asked for once an interval: who is told, and how often GitHub is asked. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Client } from '@temporalio/client';
import { sql } from 'kysely';
import { createPollForge } from '../../activities/github/poll.ts';
import { inContext } from '../support/git-stage.ts';
import { openGitHub } from '../support/github-forge.ts';
import { push } from '../support/local-forge.ts';

const { github, db, createStage, openOne, as, close } = await openGitHub();
after(close);

/** Polls of a repository, and who was told to look; a closed workflow is what the real client's test has. */
function poller(repository: string, repoOf: Awaited<ReturnType<typeof createStage>>['repoOf'], hasWebhooks = false) {
  const told: string[] = [];
  const getHandle = (id: string) => ({
    signal: async (_: unknown, { number }: { number: number }) => void told.push(`${id} ${number}`),
  });
  const temporal = { workflow: { getHandle } } as unknown as Client;
  const { pollForge } = inContext(createPollForge({ db, temporal, repoOf, repositories: [repository], hasWebhooks }));
  return {
    told,
    poll: () => pollForge({}),
    /** As if the seconds had passed since the last look. */
    async pass(seconds: number): Promise<void> {
      const polled_at = sql<Date>`polled_at - make_interval(secs => ${seconds})`;
      await db.updateTable('forge_polls').set({ polled_at }).where('repository', '=', repository).execute();
    },
  };
}

test('the owner of a pull request that changed or is gone is signalled once', async () => {
  const { repository, repoOf, ref, activities } = await openOne();
  const { told, poll, pass } = poller(ref.repository, repoOf);
  const asked = () => github.requests.length;
  await poll();
  assert.deepEqual(told.splice(0), ['epic-e/task-schema 1']);
  const before = asked();
  await poll();
  assert.equal(asked(), before, 'not before the interval has passed');
  await pass(60);
  await poll();
  assert.deepEqual([told.length, github.requests.at(-1)?.status], [0, 304]);
  await push(repository.git, 'factory/e/schema', { 'more.txt': '' });
  await pass(60);
  await poll();
  assert.deepEqual(told.splice(0), ['epic-e/task-schema 1']);
  await activities.closePullRequest({ ...ref, comment: 'No' });
  await pass(60);
  await poll();
  assert.deepEqual(told, ['epic-e/task-schema 1']);
});

test('a fork’s branch of the same name is none of ours', async () => {
  const { repository, repoOf, ref, request, forge } = await openOne();
  const { told, poll, pass } = poller(ref.repository, repoOf);
  await poll();
  const ours = repository.pulls.get(ref.number);
  assert.ok(ours !== undefined);
  // Of a stranger, of one whose fork is gone, and of a fork that the organisation has itself; last in every list.
  for (const fork of ['eve/till', null, 'acme/till-fork']) {
    const number = repository.nextNumber++;
    repository.pulls.set(number, { ...ours, number, fork, labels: [], updatedAt: '2026-01-01T00:00:00Z' });
  }
  const head = { repository: ref.repository, head: request.head };
  assert.equal((await forge.findPullRequest(head))?.number, ref.number);
  await push(repository.git, request.head, { 'more.txt': '' });
  told.length = 0;
  await pass(60);
  await poll();
  assert.deepEqual(told, ['epic-e/task-schema 1']);
});

for (const { hasWebhooks, most } of [
  { hasWebhooks: true, most: 6 },
  { hasWebhooks: false, most: 30 },
]) {
  test(`50 open pull requests cost at most ${most} requests each an hour ${hasWebhooks ? 'with' : 'without'} webhooks`, async () => {
    const { name, repository, repoOf, forge } = await createStage();
    const sha = await push(repository.git, 'factory/e/t1', { 'a.txt': '' }, 'main');
    for (let n = 1; n <= 50; n++) {
      await repository.git.git('update-ref', `refs/heads/factory/e/t${n}`, sha);
      const at = { createdAt: '2026-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' };
      const user = { login: 'factory', type: 'User' } as const;
      repository.pulls.set(n, {
        ...{ number: n, title: 'T', body: '', user, head: `factory/e/t${n}`, base: 'main', headSha: sha, baseSha: sha },
        ...{ state: 'open', draft: false, mergedAt: null, mergeSha: null, labels: ['factory'], ...at },
      });
    }
    repository.nextNumber = 51;
    const { told, poll, pass } = poller(name, repoOf, hasWebhooks);
    await poll();
    told.length = 0;
    const before = github.requests.length;
    // A tenth of an hour, in which a person says something on five of them: each of the 50 changes once an hour.
    for (let minute = 0; minute < 6; minute++) {
      if (minute < 5)
        await as('ada', 'POST', `repos/acme/${name}/issues/${minute + 1}/comments`, { body: '/factory why?' });
      await pass(60);
      await poll();
      // A webhook would tell, of the one that changed.
      const owners = hasWebhooks ? (minute < 5 ? [`x ${minute + 1}`] : []) : told.splice(0);
      for (const owner of owners)
        await forge.readPullRequest({ repository: name, number: Number(owner.split(' ')[1]) });
    }
    const ours = github.requests.slice(before).filter(({ by }) => by === 'factory').length;
    const perHour = (ours * 10) / 50;
    console.log(
      `# ${perHour} requests an hour for each open pull request ${hasWebhooks ? 'with' : 'without'} webhooks`,
    );
    assert.ok(ours > 0 && perHour <= most, `${perHour}`);
  });
}
