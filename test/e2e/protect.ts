/** A change that reaches for CI and weakens a test, with real processes: seen, sent back, let through, and named again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SharedStack } from './shared-stack.ts';

const TITLE = 'Move the checks';
const round = (command: string) => [
  { tools: [{ tool: 'bash', input: { command } }] },
  { tools: [{ tool: 'submit_work', input: { summary: 'Done.', commitMessage: 'Move' } }] },
];
const first = `mkdir -p .github/workflows && echo one > .github/workflows/ci.yml && echo verify: "true" > factory.yaml
  mkdir web && echo a > web/.npmrc && echo b > OWNERS && echo c > web/claude.md && echo '{}' > jest.config.json
  echo '{"scripts":{"postinstall":"true"}}' > package.json`;
const second =
  // Git is the agent's to read only, so not by a checkout.
  'git show HEAD~1:factory.yaml > factory.yaml && rm -r web OWNERS jest.config.json package.json && echo "test.skip(\'adds\', () => assert(add()));" > test/add.js';
export const PROTECT_EPIC = { title: TITLE, tasks: { ci: { implement: [round(first)], feedback: [round(second)] } } };

/** Needs the test of SHARED_FILES. */
export function protectTests(stack: SharedStack): void {
  test('nothing is pushed before a person has seen the diff, and a rejection is the Worker’s next round', async () => {
    const tasks = [{ key: 'ci', title: 'Move them' }];
    await stack.factory.submit({ title: TITLE, tasks, requireApproval: [] }, 'move');
    const { question, headSha } = await stack.factory.request('move', 'protected-paths');
    const named = [
      ['added .github/workflows/ci.yml (ci: GitHub)', 'added OWNERS (review: who owns and reviews)'],
      ['modified factory.yaml', 'added jest.config.json (tests: decides which tests run and which count)'],
      ['added web/.npmrc (autorun: decides what runs at install and where packages come from)'],
      ['added web/claude.md (agents: Claude)', 'added package.json (autorun: postinstall runs by itself at install)'],
    ].flat();
    assert.ok(question.includes(`changes protected paths: ${named.join('; ')}. Push`), question);
    assert.deepEqual((await stack.factory.epic('move'))?.pullRequests, []);
    const diff = await stack.factory.cli('diff', 'move');
    assert.match(diff.stdout, /\+\+\+ b\/\.github\/workflows\/ci\.yml\n[\s\S]*\n\+verify: true\n/);
    const rejected = await stack.factory.cli('reject', 'move', '--comment', 'factory.yaml stays');
    assert.equal(rejected.exitCode, 0, rejected.stderr);
    assert.match(rejected.stdout, new RegExp(`not pushed yet: Move them[\\s\\S]*commit ${headSha}`));
  });

  test('what is left of it is let through, and the merge names the test that it skips', async () => {
    const only = /paths: added \.github\/workflows\/ci\.yml \(ci: GitHub\)\. Push/;
    await stack.factory.until('move', 'the smaller question', ({ requests }) =>
      requests.some(({ question }) => only.test(question)),
    );
    const approved = await stack.factory.cli('approve', 'move', '--yes');
    assert.equal(approved.exitCode, 0, approved.stderr);
    const { question } = await stack.factory.request('move', 'merge');
    assert.match(question, /It weakens tests: test\/add\.js: adds is skipped \(test\.skip\('adds'/);
    const { data: task } = await stack.factory.api.GET('/tasks/{id}', { params: { path: { id: 'move.ci' } } });
    assert.ok(task?.evidence.some(({ check, output }) => check === 'tests kept' && /adds is skipped/.test(output)));
    await stack.factory.cli('approve', 'move', '--yes');
    await stack.factory.completed('move');
    assert.equal(await stack.factory.repository.git('show', 'main:.github/workflows/ci.yml'), 'one');
    assert.deepEqual(await stack.factory.workflowTaskFailures(), []);
  });
}
