/**
 * A whole epic on GitHub and Linear, with real processes, the real gh and git over HTTPS: from a webhook of Linear to
 * the merged pull request of the epic.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exec } from '../../exec.ts';
import { Scenario } from '../../local/model/scenario.ts';
import type { ScriptedCall } from '../../local/model/server.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { type GitHub, startGitHub } from '../support/github/server.ts';
import type { RepositoryState } from '../support/github/state.ts';
import { heldStream } from '../support/held-stream.ts';
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
        'eng-2': { implement: [[bash('echo bonjour > fr'), submit]], checks: [again] },
        'eng-3': { implement: [[bash('echo hallo > de'), submit]] },
      },
    },
  ],
});

const COMMENT = '/factory Greet as they do in Paris.';
const isLastRound = ({ situation }: ScriptedCall): boolean =>
  situation?.task?.key === 'eng-2' && situation.kind === 'checks';
/** The first answer of the French task's second round, which comes when somebody has commented. */
const held = heldStream(
  ({ type }, call) => type === 'message_start' && isLastRound(call) && call.situation?.turn === 1,
);

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
    model: { scenario, pace: held.pace },
    variables: {
      ...{ FORGE: 'github', GITHUB_APPROVERS: 'ada', GITHUB_SETTLE_SECONDS: '0', GITHUB_WEBHOOK_SECRET: SECRET },
      ...linear.variables,
    },
  });
  github.hooks.listen(`${factory.apiUrl}/webhooks/github`, SECRET);
});
after(async () => {
  held.release();
  linear?.onChange(undefined);
  await factory?.end();
  await Promise.all([github?.close(), linear?.close()]);
});

/** With the real gh, in the name of the person who may approve. */
async function postAsAda(path: string, body: object): Promise<void> {
  const { exitCode, stderr } = await exec({
    file: 'gh',
    args: ['api', '--input', '-', `repos/acme/till/${path}`],
    env: { GH_HOST: github.host, GH_ENTERPRISE_TOKEN: 'token-ada' },
    input: JSON.stringify(body),
  });
  assert.equal(exitCode, 0, stderr);
}

test('an issue becomes an epic and its sub-issues the tasks; red checks go back to the Worker, whatever dies meanwhile', async () => {
  /** CI's word on each head of the French task; it wants to be greeted again. */
  const judged = new Map<string, 'success' | 'failure'>();
  repository.ci = async (pushed, sha) => {
    if (pushed !== branch('eng-2')) return undefined;
    const isGood = (await repository.git.git('show', `${sha}:fr`)) === 'bonjour 1';
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
  await commentAtWork(factory.model.calls.length);
  await factory.request(EPIC, 'merge', 150_000);
  assert.equal([...judged.values()].at(-1), 'success');
  const { data: task } = await factory.api.GET('/tasks/{id}', { params: { path: { id: `${EPIC}.eng-2` } } });
  assert.equal(task?.rounds?.checks, 1);
  assert.equal(await repository.git.git('show', `${branch('epic')}:fr`), 'bonjour 1');
});

/** While the Worker is at work again, after so many calls of the model, which goes on when the comment is stored. */
async function commentAtWork(calls: number): Promise<void> {
  await waitFor(() => factory.model.calls.slice(calls).some(isLastRound), {
    timeoutMs: 90_000,
    what: 'the Worker in its last round',
  });
  const pull = [...repository.pulls.values()].find(({ head }) => head === branch('eng-2'));
  await postAsAda(`issues/${pull?.number}/comments`, { body: COMMENT });
  const words = () => factory.db.selectFrom('mail').select('id').where('epic_id', '=', EPIC).execute();
  await waitFor(async () => (await words()).length > 0, { timeoutMs: 60_000, what: 'the comment as a word' });
  held.release();
}

test('a comment on the pull request is in the next request to the Worker at work, once, and is answered there', () => {
  const told = factory.model.calls.filter(isLastRound).map(({ situation, request }) => {
    const times = JSON.stringify(request?.messages).split(COMMENT).length - 1;
    return `turn ${situation?.turn}: ${times}`;
  });
  // A turn that the kill met is asked for again.
  assert.deepEqual(new Set(told), new Set(['turn 1: 0', 'turn 2: 1']));
  const said = repository.comments.filter(({ body }) => body.includes(COMMENT) || body.includes('As asked.'));
  assert.deepEqual(
    said.map(({ user, body }) => `${user.login}: ${body.split('\n')[0]?.replace(/[0-9a-f]{40}/, 'SHA')}`),
    [`ada: ${COMMENT}`, 'factory-bot: In SHA: As asked.'],
  );
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
  await postAsAda(`pulls/${pull?.number}/reviews`, { event: 'APPROVE', body: 'Thank you' });
  await factory.completed(EPIC);
  await waitFor(() => pull?.mergedAt !== null, { what: 'the merged pull request' });
  assert.equal(await repository.git.git('show', 'main:fr'), 'bonjour 1');
  assert.equal(await repository.git.git('show', 'main:de'), 'hallo');
  assert.equal(repository.pulls.size, 3);
  await waitFor(() => issue.state.type === 'completed', { timeoutMs: 20_000, what: 'the issue to be done' });
  const kinds = linear.said(issue).map(({ body }) => /\*\*(.+?)\*\*/.exec(body)?.[1]);
  assert.deepEqual(kinds.toSorted(), ['A person is asked', 'Merged', 'Plan', 'Pull request']);
  await github.hooks.settled();
  const refused = github.hooks.deliveries.filter(({ status }) => status !== 200);
  assert.deepEqual(refused, [], 'every delivery is of a kind and form that is known');
  assert.deepEqual(await factory.workflowTaskFailures(), []);
});
