/** A person takes a task back twice: in the middle of a command, and when it waits for the merge approval. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Scenario } from '../../local/model/scenario.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { waitFor } from '../support/wait-for.ts';

const TITLE = 'Go back';
const bash = (command: string) => ({ tools: [{ tool: 'bash', input: { command } }] });
const submitWork = { tools: [{ tool: 'submit_work', input: { summary: 'Done.', commitMessage: 'Do it' } }] };
const scenario = Scenario.parse({
  epics: [
    {
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
    },
  ],
});

let factory: Factory;
before(async () => {
  factory = await startFactory({ model: { scenario } });
});
after(() => factory?.end());

const rewind = (...args: string[]) => factory.cli('rewind', 'back.only', '--yes', ...args);
const turns = async (): Promise<number[]> => {
  const { data } = await factory.api.GET('/tasks/{id}', { params: { path: { id: 'back.only' } } });
  return data?.rewindTurns ?? [];
};

test('in the middle of a command: the command ends, the next Worker remembers and has only what came before', async () => {
  await factory.submit({ title: TITLE, tasks: [{ key: 'only', title: 'Do it' }] }, 'back');
  await waitFor(async () => (await turns()).length === 2, { timeoutMs: 60_000, what: 'two turns to go back to' });
  await waitFor(async () => (await factory.sessions()).length > 0);
  const none = await rewind('--turn', '9');
  assert.equal(none.exitCode, 3, none.stderr);
  assert.match(none.stderr, /Turn 9 of "only" changed no file that was kept; these have: 1, 2/);
  const shown = await factory.cli('show', 'back.only');
  assert.match(shown.stdout, /Turns to go back to\n {2}1, 2/);
  const done = await rewind('--turn', '2', '--comment', 'without three');
  assert.deepEqual([done.exitCode, done.stderr], [0, '']);
  const { pullRequest, headSha } = await factory.request('back', 'merge');
  assert.equal(await fileAt(headSha, 'three.txt'), undefined);
  assert.equal(await fileAt(headSha, 'four.txt'), 'wrong');
  assert.equal(pullRequest, 1);
});

test('while its approval is open: that approval dies, the pull request stays, and what is merged is what was seen', async () => {
  const old = await factory.request('back', 'merge');
  assert.equal((await rewind('--turn', '1', '--json')).exitCode, 0);
  const isNew = ({ requests }: { requests: { requestId: string; kind: string }[] }) =>
    requests.some(({ kind, requestId }) => kind === 'merge' && requestId !== old.requestId);
  const epic = await factory.until('back', 'a new approval', isNew);
  const fresh = epic.requests.find(({ kind }) => kind === 'merge');
  assert.ok(fresh);
  await assert.rejects(factory.respond('back', old, 'approve'), /withdrawn/);
  assert.equal(fresh.pullRequest, old.pullRequest);
  await factory.respond('back', fresh, 'approve');
  const ended = await factory.completed('back');
  assert.deepEqual(
    ended.pullRequests.map(({ state }) => state),
    ['merged'],
  );
  const files = await factory.repository.git('ls-tree', '--name-only', 'main');
  assert.deepEqual(files.split('\n'), ['README.md', 'factory.yaml', 'four.txt', 'one.txt']);
  assert.equal(await fileAt('main', 'four.txt'), 'right');
  const subjects = await factory.subjects();
  assert.equal(subjects.filter((subject) => subject.startsWith('Go back to turn')).length, 2);
  assert.equal((await factory.subjects('--merges')).length, 1);
  const log = await factory.cli('logs', 'back.only');
  assert.match(log.stdout, /only goes back to turn 2.*without three/);
  assert.match(log.stdout, /only is back at turn 1.*as back\.only\.implement\.3/);
  const open = await factory.db.selectFrom('ledger').select('turn').where('outcome', '=', 'open').execute();
  assert.deepEqual(open, []);
  assert.deepEqual(await factory.workflowTaskFailures(), []);
});

/** A file of a commit, in the mirror or the repository; undefined when there is none. */
async function fileAt(commit: string | null, path: string): Promise<string | undefined> {
  const epic = await factory.epic('back');
  const place = commit === 'main' ? [] : [`--git-dir=${epic?.mirror}`];
  return factory.repository.git(...place, 'show', `${commit}:${path}`).catch(() => undefined);
}
