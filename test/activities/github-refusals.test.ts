/** What GitHub refuses is told by its own failure, and its rate limits hold all worker processes back. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { loadConfig } from '../../config/config.ts';
import { examineGitHub } from '../../local/machine/github.ts';
import { sentence } from '../../local/programs/finding.ts';
import { failsAs } from '../support/git-stage.ts';
import { openGitHub } from '../support/github-forge.ts';
import { push } from '../support/local-forge.ts';

const { github, db, createStage, openOne, as, close } = await openGitHub();
after(close);

test('a repository that is not there, may not be seen, is archived or is nobody’s', async () => {
  const { forge, name, repository } = await createStage();
  const open = () => forge.openRepository({ repository: name });
  repository.archived = true;
  await assert.rejects(open(), failsAs('RepositoryArchived'));
  repository.archived = false;
  repository.permissions.set('factory', 'read');
  const branch = { repository: name, branch: 'factory/e/epic', from: 'main' };
  await assert.rejects(forge.ensureBranch(branch), failsAs('NotPermitted'));
  repository.permissions.set('factory', 'none');
  await assert.rejects(open(), failsAs('RepositoryMissing', { message: /gh repo view acme/ }));
  await assert.rejects(
    forge.openRepository({ repository: 'x' }),
    failsAs('RepositoryMissing', { message: /configured/ }),
  );

  const wrong = await createStage({ env: { GH_ENTERPRISE_TOKEN: 'wrong' } });
  await assert.rejects(wrong.forge.openRepository({ repository: wrong.name }), failsAs('NotAuthenticated'));
  const stranger = await createStage({ env: { GH_CONFIG_DIR: '/nowhere' } });
  await assert.rejects(
    stranger.forge.openRepository({ repository: stranger.name }),
    failsAs('NotAuthenticated', { message: /gh auth login/ }),
  );
  const away = await createStage();
  await away.checkout.git('remote', 'set-url', 'origin', 'https://127.0.0.1:9/acme/till');
  await assert.rejects(
    away.forge.openRepository({ repository: away.name }),
    failsAs('ForgeUnavailable', { final: false }),
  );
  const local = await createStage();
  await local.checkout.git('remote', 'set-url', 'origin', '/srv/till.git');
  await assert.rejects(
    local.forge.openRepository({ repository: local.name }),
    failsAs('RepositoryMissing', { message: /FORGE=local/ }),
  );
});

test('a branch without commits of its own has nothing to merge, and one that is not there no pull request', async () => {
  const { activities, request, repository } = await openOne();
  await repository.git.git('branch', 'factory/e/empty', 'main');
  const open = (head: string) => activities.openPullRequest({ ...request, head, title: 'T', body: '' });
  await assert.rejects(open('factory/e/empty'), failsAs('NothingToMerge', { message: /No commits between/ }));
  await assert.rejects(open('factory/e/gone'), failsAs('BaseBranchMissing'));
});

test('rules of the branch and methods of the repository are kept, or named as what is in the way', async () => {
  const { activities, ref, headSha, repository, base } = await openOne();
  const merge = (message = 'M') => activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, message });
  repository.rules.set(base, [{ type: 'pull_request', parameters: { required_approving_review_count: 1 } }]);
  await assert.rejects(merge(), failsAs('BranchProtected', { message: /approving review is required/ }));
  repository.rules.set(base, [{ type: 'merge_queue' }]);
  await assert.rejects(merge(), failsAs('BranchProtected', { message: /merge queue/ }));
  repository.rules.set(base, [{ type: 'required_linear_history' }]);
  Object.assign(repository.allowed, { squash: false, rebase: false });
  await assert.rejects(merge(), failsAs('BranchProtected', { message: /no way to merge/ }));
  const before = await repository.git.git('rev-parse', base);
  Object.assign(repository.allowed, { squash: true });
  const merged = await merge('Squashed');
  assert.equal(
    await repository.git.git('log', '-1', '--format=%H %P %s', base),
    `${merged.mergedSha} ${before} Squashed`,
  );
  assert.deepEqual(await merge(), merged);
});

test('a private repository whose plan knows no rules is merged and checked as one without', async () => {
  const { activities, ref, headSha, repository, forge } = await openOne();
  repository.hasNoRules = true;
  const checks = await forge.readChecks({ ...ref, headSha, required: [] });
  assert.equal(checks.state, 'none');
  await activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, message: 'M' });
  assert.notEqual(repository.pulls.get(ref.number)?.mergedAt, null);
});

test('the last requests of the quota are for merges, and a silence that GitHub asks for holds everybody back', async () => {
  const { activities, ref, headSha, forge, name } = await openOne();
  await as('ada', 'POST', `repos/acme/${name}/issues/${ref.number}/comments`, { body: '/factory wait' });
  await as('ada', 'POST', `repos/acme/${name}/statuses/${headSha}`, { context: 'ci', state: 'failure' });
  github.quota.leave('factory', 200);
  await assert.rejects(forge.readPullRequest(ref), failsAs('RateLimited', { final: false, message: /Only merges/ }));
  const asked = github.requests.length;
  await assert.rejects(forge.readPullRequest(ref), (error: { nextRetryDelay?: string }) =>
    /^\d{2,4}s$/.test(error.nextRetryDelay ?? ''),
  );
  const checks = { ...ref, headSha, required: [] };
  await assert.rejects(forge.readChecks(checks), failsAs('RateLimited', { final: false }));
  assert.equal(github.requests.length, asked, 'nothing was asked');
  // The looks of a merge: at the pull request, at who said what there, and at its checks.
  const { feedback } = await activities.readPullRequest({ ...ref, isUrgent: true });
  assert.deepEqual(
    feedback.map(({ by }) => by),
    ['ada'],
  );
  assert.equal((await activities.readChecks({ ...checks, isUrgent: true })).state, 'red');
  await activities.mergePullRequest({ ...ref, expectedHeadSha: headSha, message: 'M' });

  github.quota.leave('factory', 5_000);
  await db.deleteFrom('forge_rate_limits').execute();
  github.quota.refuse(1, { retryAfter: 77 });
  const open = () => forge.openRepository({ repository: name });
  await assert.rejects(open(), (error: { type?: string; nextRetryDelay?: string }) => {
    return error.type === 'RateLimited' && error.nextRetryDelay === '77s';
  });
  await assert.rejects(open(), failsAs('RateLimited', { final: false, message: /asked for silence/ }));
  await db.updateTable('forge_rate_limits').set({ silent_until: sql`now()` }).execute();
  await open();
  github.quota.refuse(1, { status: 429 });
  await assert.rejects(open(), (error: { nextRetryDelay?: string }) => error.nextRetryDelay === '60s');
  await db.deleteFrom('forge_rate_limits').execute();
});

test('killed between the making of a pull request and the note of it, 20 times: one pull request', async () => {
  const { forge, request, repository } = await openOne();
  for (let n = 1; n <= 20; n++) await push(repository.git, `factory/e/t${n}`, { [`${n}.txt`]: '' }, 'main');
  const inputs = Array.from({ length: 20 }, (_, i) => ({
    ...{ repository: request.repository, base: request.base, head: `factory/e/t${i + 1}`, title: 'T', body: '' },
    kill: new AbortController(),
  }));
  // The pull request is there; gh, and whoever waits for it, end before they hear of it.
  github.beforeAnswer((method, path, text) => {
    const made = inputs.find(({ head }) => method === 'POST' && path.endsWith('/pulls') && text.includes(`"${head}"`));
    made?.kill.abort(new Error('killed'));
  });
  await Promise.all(
    inputs.map(({ kill, ...input }) => assert.rejects(forge.createPullRequest(input, kill.signal), /killed/)),
  );
  assert.equal(repository.pulls.size, 21);
  github.beforeAnswer(undefined);
  await Promise.all(inputs.map(({ kill: _, ...input }) => forge.createPullRequest(input)));
  assert.equal(repository.pulls.size, 21);
  assert.ok([...repository.pulls.values()].every(({ labels }) => labels.includes('factory')));
});

test('doctor says who the login is and what it may do, and names the setting where it is not used', async () => {
  const { checkout, repository } = await createStage();
  const examine = async (env: Record<string, string>) => {
    const findings = await examineGitHub(loadConfig({ GIT_BASE_REPO_PATH: checkout.path, ...env }));
    return findings.map(sentence).at(-1) ?? '';
  };
  const on = { FORGE: 'github' };
  assert.match(await examine(on), /repos\/acme\/till-\d+ on 127\.0\.0\.1:\d+, as factory$/);
  assert.match(await examine({ ...on, GITHUB_APPROVERS: 'Factory' }), /who opened a pull request cannot approve it/);
  assert.match(await examine({ ...on, GH_ENTERPRISE_TOKEN: 'wrong' }), /not logged in.*gh auth login --hostname/);
  const machine = join(process.env.XDG_CONFIG_HOME ?? '', 'git', 'config');
  const config = await readFile(machine, 'utf8');
  await writeFile(machine, `${config}[url "https://127.0.0.1:9/"]\n\tinsteadOf = ${github.url}/\n`);
  assert.match(await examine(on), /git does not reach https:\/\/127.*Failed to connect/);
  await writeFile(machine, config);
  repository.permissions.set('factory', 'read');
  assert.match(await examine(on), /factory may not push/);
  await checkout.git('remote', 'set-url', 'origin', 'git@github.com:acme/till.git');
  assert.match(await examine({}), /its origin is acme\/till on GitHub: FORGE=github opens pull requests there/);
});
