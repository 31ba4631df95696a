/** A person takes a task back twice: in the middle of a command, and when it waits for the merge approval. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../support/wait-for.ts';
import type { SharedStack } from './shared-stack.ts';

const TITLE = 'Go back';
const bash = (command: string) => ({ tools: [{ tool: 'bash', input: { command } }] });
const submitWork = { tools: [{ tool: 'submit_work', input: { summary: 'Done.', commitMessage: 'Do it' } }] };
export const REWIND_EPIC = {
  title: TITLE,
  tasks: {
    only: {
      implement: [
        // A Worker's transcripts in turn: the first, and one a rewind.
        [bash('echo 1 > one.txt'), bash('echo 2 > two.txt'), bash('echo 3 > three.txt; sleep 600'), submitWork],
        [bash('echo wrong > four.txt'), submitWork],
        [bash('echo right > four.txt'), submitWork],
      ],
    },
  },
};

export function rewindTests(stack: SharedStack): void {
  const rewind = (...args: string[]) => stack.factory.cli('rewind', 'back.only', '--yes', ...args);
  const listFiles = async () => (await stack.factory.repository.git('ls-tree', '--name-only', 'main')).split('\n');
  /** What others left on the stack. */
  let before: { readonly files: readonly string[]; readonly merges: number; readonly sessions: number };
  const turns = async (): Promise<number[]> => {
    const { data } = await stack.factory.api.GET('/tasks/{id}', { params: { path: { id: 'back.only' } } });
    return data?.rewindTurns ?? [];
  };

  test('in the middle of a command: the command ends, the next Worker remembers and has only what came before', async () => {
    before = {
      files: await listFiles(),
      merges: (await stack.factory.subjects('--merges')).filter(Boolean).length,
      sessions: (await stack.factory.sessions()).length,
    };
    await stack.factory.submit({ title: TITLE, tasks: [{ key: 'only', title: 'Do it' }] }, 'back');
    await waitFor(async () => (await turns()).length === 2, { timeoutMs: 60_000, what: 'two turns to go back to' });
    await waitFor(async () => (await stack.factory.sessions()).length > before.sessions);
    const none = await rewind('--turn', '9');
    assert.equal(none.exitCode, 3, none.stderr);
    assert.match(none.stderr, /Turn 9 of "only" changed no file that was kept; these have: 1, 2/);
    const shown = await stack.factory.cli('show', 'back.only');
    assert.match(shown.stdout, /Turns to go back to\n {2}1, 2/);
    const done = await rewind('--turn', '2', '--comment', 'without three');
    assert.deepEqual([done.exitCode, done.stderr], [0, '']);
    const { pullRequest, headSha } = await stack.factory.request('back', 'merge');
    assert.equal(await fileAt(headSha, 'three.txt'), undefined);
    assert.equal(await fileAt(headSha, 'four.txt'), 'wrong');
    const numbers = (await stack.factory.epic('back'))?.pullRequests.map(({ number }) => number);
    assert.deepEqual(numbers, [pullRequest]);
  });

  test('while its approval is open: that approval dies, the pull request stays, and what is merged is what was seen', async () => {
    const old = await stack.factory.request('back', 'merge');
    assert.equal((await rewind('--turn', '1', '--json')).exitCode, 0);
    const isNew = ({ requests }: { requests: { requestId: string; kind: string }[] }) =>
      requests.some(({ kind, requestId }) => kind === 'merge' && requestId !== old.requestId);
    const epic = await stack.factory.until('back', 'a new approval', isNew);
    const fresh = epic.requests.find(({ kind }) => kind === 'merge');
    assert.ok(fresh);
    await assert.rejects(stack.factory.respond('back', old, 'approve'), /withdrawn/);
    assert.equal(fresh.pullRequest, old.pullRequest);
    await stack.factory.respond('back', fresh, 'approve');
    const ended = await stack.factory.completed('back');
    assert.deepEqual(
      ended.pullRequests.map(({ state }) => state),
      ['merged'],
    );
    assert.deepEqual(await listFiles(), [...before.files, 'four.txt', 'one.txt'].toSorted());
    assert.equal(await fileAt('main', 'four.txt'), 'right');
    const subjects = await stack.factory.subjects();
    assert.equal(subjects.filter((subject) => subject.startsWith('Go back to turn')).length, 2);
    assert.equal((await stack.factory.subjects('--merges')).filter(Boolean).length, before.merges + 1);
    const log = await stack.factory.cli('logs', 'back.only');
    assert.match(log.stdout, /only goes back to turn 2.*without three/);
    assert.match(log.stdout, /only is back at turn 1.*as back\.only\.implement\.3/);
    const open = await stack.factory.db.selectFrom('ledger').select('turn').where('outcome', '=', 'open').execute();
    assert.deepEqual(open, []);
    assert.deepEqual(await stack.factory.workflowTaskFailures(), []);
  });

  /** A file of a commit, in the mirror or the repository; undefined when there is none. */
  async function fileAt(commit: string | null, path: string): Promise<string | undefined> {
    const epic = await stack.factory.epic('back');
    const place = commit === 'main' ? [] : [`--git-dir=${epic?.mirror}`];
    return stack.factory.repository.git(...place, 'show', `${commit}:${path}`).catch(() => undefined);
  }
}
