/** What `submit` sends: of its options, of a file, of stdin, of an epic that there was. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { anEpic } from '../support/api-answers.ts';
import { runnerAgainst, type StubRequest } from '../support/cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-submit-'));
after(() => rmSync(folder, { recursive: true }));

const against = runnerAgainst(folder);

const submitted = () => ({ status: 202, body: { id: 'shop', workflowId: 'epic-shop', created: true } });

test('submit sends title, description and options', async () => {
  const args = [
    'submit',
    '--title',
    'Round prices',
    '-d',
    'To cents.',
    '--budget',
    '2.5',
    '--approval',
    'none',
    '--key',
    'k1',
  ];
  const { exitCode, stdout, sent } = await against(submitted, args);
  assert.equal(exitCode, 0);
  assert.match(stdout, /Submitted: shop/);
  assert.deepEqual(sent?.body, {
    title: 'Round prices',
    description: 'To cents.',
    budgetUsd: 2.5,
    requireApproval: [],
  });
  assert.equal(sent?.headers['idempotency-key'], 'k1');
});

test('an epic without a title is not sent, and a refusal of the API names the field', async () => {
  const untitled = await against(submitted, ['submit', '--description', 'No title']);
  assert.deepEqual([untitled.exitCode, untitled.sent], [2, undefined]);
  assert.match(untitled.stderr, /Give the epic a title: --title/);
  const error = { code: 'InvalidInput', message: 'baseBranch: a branch name has no spaces' };
  const refused = await against(() => ({ status: 400, body: { error } }), ['submit', '--title', 'T', '--base', 'a b']);
  assert.equal(refused.exitCode, 2);
  assert.match(refused.stderr, /baseBranch: a branch name has no spaces/);
});

test('an epic that failed is asked for again as it was, with whatever is said now', async () => {
  const words = { title: 'Ship \u202Ehome', description: 'By\u200E sea.' };
  const cost = { settledUsd: 0.5, reservedUsd: 0, capUsd: 20, capTokens: 9_000 };
  const epic = anEpic({ state: 'FAILED', ...words, priority: 2, repository: null, overlaps: 'sequence', cost });
  const answer = ({ method }: StubRequest) => (method === 'GET' ? { body: epic } : submitted());
  const { sent } = await against(answer, ['submit', '--like', 'shop', '--budget', '30']);
  assert.deepEqual(sent?.body, {
    ...{ ...words, baseBranch: 'main', priority: 2 },
    ...{ budgetUsd: 30, budgetTokens: 9_000, concurrency: 4, requireApproval: ['merge'], overlaps: 'sequence' },
  });
  const { stdout } = await against(answer, ['show', 'shop']);
  assert.match(stdout, /again: bin\/factory submit --like shop$/m);
});

test('what an epic without settings left to a person is said anew, not taken from the defaults', async () => {
  const cost = { settledUsd: 0, reservedUsd: 0, capUsd: null, capTokens: null };
  const epic = anEpic({ state: 'FAILED', concurrency: null, approvals: null, overlaps: null, cost });
  const answer = ({ method }: StubRequest) => (method === 'GET' ? { body: epic } : submitted());
  const like = ['submit', '--like', 'shop'];
  for (const some of [[], ['--approval', 'merge'], ['--budget', '5']]) {
    const { exitCode, stderr, sent } = await against(answer, [...like, ...some]);
    assert.deepEqual([exitCode, sent], [2, undefined]);
    assert.match(stderr, /no settings are recorded.*--approval and --budget/s);
  }
  const { sent } = await against(answer, [...like, '--approval', 'merge', '--budget', '5']);
  const { title, baseBranch, repository, description, priority } = epic;
  assert.deepEqual(sent?.body, {
    ...{ title, baseBranch, repository, description, priority },
    ...{ requireApproval: ['merge'], budgetUsd: 5 },
  });
});

test('submit reads Markdown, whose first heading is the title, and JSON from stdin', async () => {
  const file = path.join(folder, 'epic.md');
  writeFileSync(file, '# Round prices\n\nTo cents.\n');
  const markdown = await against(submitted, ['submit', file, '--json']);
  assert.deepEqual(markdown.sent?.body, { title: 'Round prices', description: 'To cents.' });
  assert.deepEqual(JSON.parse(markdown.stdout), submitted().body);

  const tasks = [{ key: 'a', title: 'First' }];
  const json = await against(submitted, ['submit', '-', '--title', 'Better'], {
    input: JSON.stringify({ title: 'T', tasks }),
  });
  assert.deepEqual(json.sent?.body, { title: 'Better', tasks });
});
