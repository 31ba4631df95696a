/**
 * A whole epic on GitHub and Linear, with real processes, the real gh and git over HTTPS: from a webhook of Linear to
 * the merged pull request of the epic.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exec } from '../../exec.ts';
import { Scenario } from '../../local/model/scenario.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { type GitHub, startGitHub } from '../support/github/server.ts';
import type { RepositoryState } from '../support/github/state.ts';
import { startLinear } from '../support/linear/server.ts';
import type { StoredIssue } from '../support/linear/store.ts';
import { waitFor } from '../support/wait-for.ts';

const TITLE = 'Greet in two more languages';
const SECRET = 'what GitHub signs with';
type Linear = Awaited<ReturnType<typeof startLinear>>;
let github: GitHub;
let linear: Linear;
let repository: RepositoryState;
let factory: Factory;
let issue: StoredIssue;

/** The epic of ENG-1 and its tasks, which are the sub-issues ENG-2 and ENG-3. */
const EPIC = 'linear-eng-1';
const branch = (key: string) => `factory/${EPIC}/${key}`;
const bash = (command: string) => ({ tools: [{ tool: 'bash', input: { command } }] });
const submit = { tools: [{ tool: 'submit_work', input: { summary: 'As asked.', commitMessage: 'Do {{task.key}}' } }] };
const again = [bash('echo "bonjour {{round}}" > fr'), submit];
const scenario = Scenario.parse({
  epics: [
    {
      title: TITLE,
      tasks: {
        'eng-2': { implement: [[bash('echo bonjour > fr'), submit]], checks: [again, again] },
        'eng-3': { implement: [[bash('echo hallo > de'), submit]] },
      },
    },
  ],
});

before(async () => {
  github = await startGitHub();
  linear = await startLinear();
  github.addUser('token-factory', 'factory-bot');
  github.addUser('token-ada', 'ada');
  repository = await github.createRepository('acme/till', {
    files: { 'README.md': '# Till\n', 'factory.yaml': 'verify: test -f README.md\n' },
    permissions: { 'factory-bot': 'write', ada: 'admin' },
  });
  Object.assign(process.env, await github.machine('token-factory', 'factory-bot'));
  factory = await startFactory({
    origin: `${github.url}/acme/till.git`,
    model: { scenario },
    variables: {
      ...{ FORGE: 'github', GITHUB_APPROVERS: 'ada', GITHUB_SETTLE_SECONDS: '0', GITHUB_WEBHOOK_SECRET: SECRET },
      ...linear.variables,
    },
  });
  github.hooks.listen(`${factory.apiUrl}/webhooks/github`, SECRET);
});
after(async () => {
  linear?.onChange(undefined);
  await factory?.end();
  await Promise.all([github?.close(), linear?.close()]);
});

test('an issue becomes an epic and its sub-issues the tasks; red checks go back to the Worker twice, whatever dies meanwhile', async () => {
  /** CI's word on each head of the French task; it wants to be greeted a second time. */
  const judged = new Map<string, 'success' | 'failure'>();
  repository.ci = async (pushed, sha) => {
    if (pushed !== branch('eng-2')) return undefined;
    const isGood = (await repository.git.git('show', `${sha}:fr`)) === 'bonjour 2';
    judged.set(sha, isGood ? 'success' : 'failure');
    return judged.get(sha);
  };
  issue = linear.store.addIssue({ title: TITLE, description: 'For guests from abroad' });
  linear.store.addIssue({ title: 'Greet in French', description: 'fr says bonjour', parent: issue });
  linear.store.addIssue({ title: 'Greet in German', parent: issue });
  linear.onChange(({ body, headers }) => fetch(`${factory.apiUrl}/webhooks/linear`, { method: 'POST', body, headers }));
  linear.store.edit(issue, { labels: ['factory'] });

  await waitFor(() => judged.size > 0, { timeoutMs: 60_000, what: 'the first red check' });
  await factory.kill('worker');
  await factory.request(EPIC, 'merge', 150_000);
  assert.equal([...judged.values()].at(-1), 'success');
  const { data: task } = await factory.api.GET('/tasks/{id}', { params: { path: { id: `${EPIC}.eng-2` } } });
  assert.equal(task?.rounds?.checks, 2);
  assert.equal(await repository.git.git('show', `${branch('epic')}:fr`), 'bonjour 2');
});

test('each task is one pull request that was reviewed and merged into the epic’s branch', async () => {
  const merged = [...repository.pulls.values()].filter(({ base }) => base === branch('epic'));
  assert.deepEqual(merged.map(({ head }) => head).toSorted(), [branch('eng-2'), branch('eng-3')]);
  assert.ok(merged.every((pull) => pull.mergedAt !== null && pull.labels.includes('factory')));
  const german = merged.find(({ head }) => head === branch('eng-3'));
  assert.match(german?.body ?? '', /## Evidence[\s\S]*task \[`linear-eng-1\.eng-3`\].*It has cost \$\d/);
  const reviews = repository.reviews.filter(({ number }) => number === german?.number);
  assert.deepEqual(
    reviews.map(({ state, user }) => [state, user.login]),
    [['COMMENTED', 'factory-bot']],
  );
  const status = repository.statuses.find(({ sha }) => sha === reviews[0]?.commit);
  assert.deepEqual([status?.context, status?.state], ['factory/review', 'success']);
});

test('an approver’s review on GitHub approves the merge of exactly that commit; GitHub and Linear have the result', async () => {
  const pull = [...repository.pulls.values()].find(({ head }) => head === branch('epic'));
  assert.equal(pull?.state, 'open');
  const approval = await exec({
    file: 'gh',
    args: ['api', '--input', '-', `repos/acme/till/pulls/${pull?.number}/reviews`],
    env: { GH_HOST: github.host, GH_ENTERPRISE_TOKEN: 'token-ada' },
    input: JSON.stringify({ event: 'APPROVE', body: 'Thank you' }),
  });
  assert.equal(approval.exitCode, 0, approval.stderr);
  await factory.completed(EPIC);
  await waitFor(() => pull?.mergedAt !== null, { what: 'the merged pull request' });
  assert.equal(await repository.git.git('show', 'main:fr'), 'bonjour 2');
  assert.equal(await repository.git.git('show', 'main:de'), 'hallo');
  assert.equal(repository.pulls.size, 3);
  await waitFor(() => issue.state.type === 'completed', { timeoutMs: 20_000, what: 'the issue to be done' });
  const kinds = linear.said(issue).map(({ body }) => /\*\*(.+?)\*\*/.exec(body)?.[1]);
  assert.deepEqual(kinds.toSorted(), ['A person is asked', 'Merged', 'Plan', 'Pull request']);
  await github.hooks.settled();
  const told = new Set(github.hooks.deliveries.map(({ status }) => status));
  assert.ok(
    [...told].every((code) => code === 200 || code === 202),
    [...told].join(),
  );
  assert.deepEqual(await factory.workflowTaskFailures(), []);
});
