/** A whole epic on GitHub, with real processes, the real gh and git over HTTPS: from POST /epics to its merged pull request. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exec } from '../../exec.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { type GitHub, startGitHub } from '../support/github/server.ts';
import type { RepositoryState } from '../support/github/state.ts';
import { commandScenario } from '../support/scenario.ts';
import { waitFor } from '../support/wait-for.ts';

const TITLE = 'Greet on GitHub';
const SECRET = 'what GitHub signs with';
let github: GitHub;
let repository: RepositoryState;
let factory: Factory;

before(async () => {
  github = await startGitHub();
  github.addUser('token-factory', 'factory-bot');
  github.addUser('token-ada', 'ada');
  repository = await github.createRepository('acme/till', {
    files: { 'README.md': '# Till\n', 'factory.yaml': 'verify: test -f README.md\n' },
    permissions: { 'factory-bot': 'write', ada: 'admin' },
  });
  Object.assign(process.env, await github.machine('token-factory', 'factory-bot'));
  factory = await startFactory({
    origin: `${github.url}/acme/till.git`,
    model: { scenario: commandScenario({ [TITLE]: { french: 'echo bonjour > fr', german: 'echo hallo > de' } }) },
    variables: {
      ...{ FORGE: 'github', GITHUB_APPROVERS: 'ada', GITHUB_SETTLE_SECONDS: '0', GITHUB_WEBHOOK_SECRET: SECRET },
    },
  });
  github.hooks.listen(`${factory.apiUrl}/webhooks/github`, SECRET);
});
after(async () => {
  await factory?.end();
  await github?.close();
});

test('two tasks become pull requests that are reviewed and merged into the epic’s branch', async () => {
  const tasks = [
    { key: 'french', title: 'Greet in French', acceptance: ['fr says bonjour'] },
    { key: 'german', title: 'Greet in German' },
  ];
  await factory.submit({ title: TITLE, description: 'Two more greetings', tasks }, 'greet');
  await factory.request('greet', 'merge', 110_000);
  const merged = [...repository.pulls.values()].filter(({ base }) => base === 'factory/greet/epic');
  assert.deepEqual(merged.map(({ head }) => head).toSorted(), ['factory/greet/french', 'factory/greet/german']);
  assert.ok(merged.every((pull) => pull.mergedAt !== null && pull.labels.includes('factory')));
  const french = merged.find(({ head }) => head.endsWith('french'));
  assert.match(
    french?.body ?? '',
    /fr says bonjour[\s\S]*## Evidence[\s\S]*task \[`greet\.french`\].*It has cost \$\d/,
  );
  const reviews = repository.reviews.filter(({ number }) => number === french?.number);
  assert.deepEqual(
    reviews.map(({ state, user }) => [state, user.login]),
    [['COMMENTED', 'factory-bot']],
  );
  const status = repository.statuses.find(({ sha }) => sha === reviews[0]?.commit);
  assert.deepEqual([status?.context, status?.state], ['factory/review', 'success']);
});

test('an approver’s review on GitHub approves the merge of exactly that commit, and GitHub has the result', async () => {
  const pull = [...repository.pulls.values()].find(({ head }) => head === 'factory/greet/epic');
  assert.equal(pull?.state, 'open');
  const approval = await exec({
    file: 'gh',
    args: ['api', '--input', '-', `repos/acme/till/pulls/${pull?.number}/reviews`],
    env: { GH_HOST: github.host, GH_ENTERPRISE_TOKEN: 'token-ada' },
    input: JSON.stringify({ event: 'APPROVE', body: 'Thank you' }),
  });
  assert.equal(approval.exitCode, 0, approval.stderr);
  await factory.completed('greet');
  await waitFor(() => pull?.mergedAt !== null, { what: 'the merged pull request' });
  assert.equal(await repository.git.git('show', 'main:fr'), 'bonjour');
  assert.equal(await repository.git.git('show', 'main:de'), 'hallo');
  assert.equal(repository.pulls.size, 3);
  await github.hooks.settled();
  const told = new Set(github.hooks.deliveries.map(({ status }) => status));
  assert.ok(
    [...told].every((code) => code === 200 || code === 202),
    [...told].join(),
  );
  assert.deepEqual(await factory.workflowTaskFailures(), []);
});
