/**
 * A host whose worker process is frozen in the middle of a push and of a command, and woken after its tasks went on
 * elsewhere: nothing that it had in hand reaches the forge or the transcripts any more. And one that is stopped.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { mirrorPath } from '../../clients/git/names.ts';
import { Scenario } from '../../local/model/scenario.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { waitFor } from '../support/wait-for.ts';

const TITLE = 'Freeze';
let factory: Factory;
let signs: string;
const hosts: HostProcess[] = [];
const model: { scenario?: Scenario } = {};
const sign = (name: string) => path.join(signs, name);
const isThere = (name: string) => existsSync(sign(name));
const waiting = (name: string) => `until [ -e ${sign(name)} ]; do sleep 0.1; done`;

before(async () => {
  factory = await startFactory({
    model,
    // Its commands leave signs outside of the worktrees.
    variables: { HOST_NAME: 'main', HOST_CAPACITY: '1', REQUIRE_HUMAN_APPROVAL: 'false', SANDBOX: 'off' },
  });
  signs = path.join(factory.stateDir, 'signs');
  mkdirSync(path.join(signs, 'bin'), { recursive: true });
  model.scenario = scenario();
  // The one slot of the factory's own host is taken, so that the two others get the tasks. No workflow holds it, and the
  // reconciler, which comes by every minute, frees such slots unless they were taken a moment ago.
  const taken = { holder: 'test', host: 'main', epoch: 1, held: true, placed_at: new Date(Date.now() + 3_600_000) };
  await factory.db.insertInto('placements').values(taken).execute();
});
after(async () => {
  for (const host of hosts) await host.end();
  await factory?.end();
});

function scenario(): Scenario {
  const bash = (command: string) => ({ tools: [{ tool: 'bash', input: { command } }] });
  const submitWork = { tools: [{ tool: 'submit_work', input: { summary: 'Done.', commitMessage: 'Do it' } }] };
  const again = (task: string) => [bash(`echo new > ${task}-new.txt`), submitWork];
  const push = [bash('echo 1 > push-1.txt'), bash(`touch ${sign('armed')}; echo 2 > push-2.txt`), submitWork];
  const command = [
    bash('echo 1 > command-1.txt'),
    bash(`touch ${sign('running')}; ${waiting('go')}; echo late > command-late.txt; touch ${sign('finished')}`),
    submitWork,
  ];
  const tasks = { push: { implement: [push, again('push')] }, command: { implement: [command, again('command')] } };
  return Scenario.parse({ epics: [{ title: TITLE, tasks }] });
}

/** A git that stops for a sign before it moves the chain of the task `push` on the forge, once it is armed. */
function slowGit(): string {
  const mirror = mirrorPath(factory.stateDir, 'work');
  const script = `#!/bin/sh
real=$(PATH="\${PATH#*:}" command -v git)
case "$GIT_DIR $*" in
  "${mirror} "*update-ref*)
    moves=$(cat)
    case "$moves" in
      *checkpoints/freeze/push*) if [ -e ${sign('armed')} ]; then touch ${sign('reached')}; ${waiting('go')}; fi ;;
    esac
    printf '%s\\n' "$moves" | "$real" "$@" 2> ${sign('said')}.$$
    code=$?
    cat ${sign('said')}.$$ >&2
    if [ -e ${sign('go')} ]; then mv ${sign('said')}.$$ ${sign('pushed')}; fi
    exit $code ;;
esac
exec "$real" "$@"
`;
  writeFileSync(sign('bin/git'), script, { mode: 0o755 });
  return sign('bin');
}

/** All that the old host might have changed. */
async function everything() {
  const { db } = factory;
  const [turns, pullRequests, reviews, comments] = await Promise.all([
    db.selectFrom('agent_turns').select(['transcript', 'turn']).orderBy('transcript').orderBy('turn').execute(),
    db.selectFrom('forge_pull_requests').selectAll().orderBy('number').execute(),
    db.selectFrom('forge_reviews').select('review_key').orderBy('review_key').execute(),
    db.selectFrom('forge_comments').selectAll().execute(),
  ]);
  const refs = await factory.repository.git(`--git-dir=${mirrorPath(factory.stateDir, 'work')}`, 'for-each-ref');
  const base = await factory.repository.git('rev-parse', 'main');
  return { turns, pullRequests, reviews, comments, refs: refs.split('\n'), base };
}

test('a push that a frozen host had prepared is refused when it wakes', async (t: TestContext) => {
  const old = await startHost(factory, 'old', slowGit());
  hosts.push(old);
  const tasks = ['push', 'command'].map((key) => ({ key, title: `Do ${key}` }));
  await factory.submit({ title: TITLE, tasks }, 'freeze');
  const isReady = async (key: string) => {
    const { data } = await factory.api.GET('/tasks/{id}', { params: { path: { id: `freeze.${key}` } } });
    return data?.rewindTurns.includes(1) === true;
  };
  const under = async () => isThere('reached') && isThere('running') && (await isReady('push')) && isReady('command');
  await waitFor(under, { timeoutMs: 60_000, what: 'a push and a command under way' });
  old.freeze();

  hosts.push(await startHost(factory, 'new'));
  for (const key of ['push', 'command']) {
    const done = await factory.cli('rewind', `freeze.${key}`, '--turn', '1', '--yes');
    assert.equal(done.exitCode, 0, done.stderr);
  }
  await factory.until('freeze', 'COMPLETED', ({ state }) => state === 'COMPLETED', 100_000);
  const before = await everything();

  // Its git goes on before it does, with the push that was begun; its command ends.
  writeFileSync(sign('go'), '');
  const ended = () => isThere('pushed') && isThere('finished');
  await waitFor(ended, { timeoutMs: 20_000, what: 'the old push and command to end' });
  const push = readFileSync(sign('pushed'), 'utf8');
  assert.match(push, /cannot lock ref '[^']*checkpoints\/freeze\/push': is at \w+ but expected \w+/);
  old.wake();
  const refused = () =>
    old
      .said()
      .split('\n')
      .filter((line) => /may not push|TIMED_OUT|NotFound/.test(line));
  const isRefused = () => old.said().includes('freeze/push was placed again: placement 1 may not push any more');
  await waitFor(isRefused, { timeoutMs: 20_000, what: 'the old host to be refused' }).catch((error: unknown) => {
    throw new Error(`The old host said:\n${old.said()}`, { cause: error });
  });
  for (const line of [push, ...refused()]) t.diagnostic(/"message":"[^"]*"/.exec(line)?.[0] ?? line.slice(0, 300));
  const held = await factory.db.selectFrom('placements').selectAll().where('held', '=', true).execute();
  assert.deepEqual(
    held.map(({ holder }) => holder),
    ['test'],
    'nor does it take slots with the claims that it had',
  );

  assert.deepEqual(await everything(), before);
  const files = await factory.repository.git('ls-tree', '--name-only', 'main');
  const wanted = ['README.md', 'command-1.txt', 'command-new.txt', 'factory.yaml', 'push-1.txt', 'push-new.txt'];
  assert.deepEqual(files.split('\n'), wanted);
  assert.deepEqual(
    before.pullRequests.map(({ state }) => state),
    ['merged', 'merged', 'merged'],
  );
  assert.deepEqual(await factory.workflowTaskFailures(), []);
});

test('a host that is stopped gives its task away at once, and a second local forge is refused', async (t: TestContext) => {
  while (hosts.length < 2) hosts.push(await startHost(factory, `spare-${hosts.length}`));
  const turn = (command: string) => ({ tools: [{ tool: 'bash', input: { command } }] });
  const submitWork = { tools: [{ tool: 'submit_work', input: { summary: 'Done.', commitMessage: 'Do it' } }] };
  const turns = [turn('echo 1 > leave-1.txt'), turn(`touch ${sign('leave')}; ${waiting('moved')}`), submitWork];
  model.scenario = Scenario.parse({ epics: [{ title: 'Leave', tasks: { stay: { implement: [turns] } } }] });
  await factory.submit({ title: 'Leave', tasks: [{ key: 'stay', title: 'Stay' }] }, 'leave');
  const place = () =>
    factory.db.selectFrom('placements').selectAll().where('holder', '=', 'epic-leave/task-stay').executeTakeFirst();
  await waitFor(() => isThere('leave'), { timeoutMs: 30_000, what: 'a command under way' });
  const before = await place();
  const leaving = hosts.find(({ name }) => name === before?.host);
  const since = Date.now();
  const stopped = leaving?.stop();
  // A host that only falls silent is given up after more than a minute.
  const isElsewhere = async () => (await place())?.epoch === 2;
  await waitFor(isElsewhere, { timeoutMs: 25_000, what: 'the task to be placed elsewhere' });
  t.diagnostic(`placed elsewhere ${Date.now() - since} ms after SIGTERM`);
  assert.notEqual((await place())?.host, before?.host);
  assert.equal(await stopped, 0);
  writeFileSync(sign('moved'), '');
  await factory.completed('leave');
  assert.ok((await factory.repository.git('ls-tree', '--name-only', 'main')).includes('leave-1.txt'));

  const stateDir = path.join(factory.stateDir, 'elsewhere');
  mkdirSync(stateDir);
  const elsewhere: Factory = { ...factory, env: { ...factory.env, STATE_DIR: stateDir } };
  await assert.rejects(startHost(elsewhere, 'stranger'), /belong to the local forge in .* of host main/s);
});
