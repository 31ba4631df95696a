/** A host that comes back, or is stopped for good, ends commands of its own, and only those that it should. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Logger } from 'pino';
import { createRecordActivities } from '../../activities/records.ts';
import { endSuperseded } from '../../activities/terminal/end-superseded.ts';
import { journalsFolder } from '../../clients/git/names.ts';
import { isAlive } from '../../clients/is-alive.ts';
import { endSession, listSessions, listSessionsOf, openWindow } from '../../clients/terminal/tmux.ts';
import type { Config } from '../../config/config.ts';
import { claimHost, releaseHost, reportHost } from '../../db/writes/hosts.ts';
import { endCommands, ownSessions } from '../../local/stack/terminal.ts';
import { endLeftovers } from '../../worker/host.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { asked } from '../support/asked.ts';
import { createDatabase } from '../support/database.ts';
import { createTestTerminal, textOf } from '../support/terminal.ts';
import { epicView } from '../support/views.ts';
import { waitFor } from '../support/wait-for.ts';

const host = createTestTerminal();
const journals = journalsFolder({ stateDir: host.stateDir, host: 'test' });
const { db, drop } = await createDatabase();
after(async () => {
  await host.end();
  await drop();
});

const place = (holder: string, on: string, afterEpoch = 0) =>
  claimHost(db, { holder, host: on, afterEpoch, asked: asked() });

test('commands of tasks placed on this host go on; those of tasks that moved away or left are ended', async () => {
  for (const name of ['test', 'other']) await reportHost(db, { name, capacity: 9 });
  const sessions = ['e/here', 'e/moved', 'e/left', 'e/epic'];
  for (const holder of ['epic-e/task-here', 'epic-e/task-moved', 'epic-e/task-left', 'epic-e']) {
    await place(holder, 'test');
  }
  const running = sessions.map((session) => {
    const name = session.replace('/', '-');
    return host.run(name, `echo $$ > ${name}; sleep 60`, { session, journalDir: join(journals, session, 'run') });
  });
  // On the same socket, since it was chosen: of another state folder, and of a person.
  const another = host.run('another', 'echo $$ > e-another; sleep 60', { session: 'e/another' });
  await openWindow(host.terminal, { session: 'notes', folder: host.worktree, name: 'n', argv: ['sleep', '60'] });
  const pidOf = (name: string) => Number(textOf(join(host.worktree, name)));
  const all = [...sessions, 'e/another'];
  await waitFor(() => all.every((session) => existsSync(join(host.worktree, session.replace('/', '-')))));
  await place('epic-e/task-moved', 'other', 1);
  await releaseHost(db, { holder: 'epic-e/task-left', asked: asked() });

  const here = { host: 'test', stateDir: host.stateDir, terminal: host.terminal };
  const ended = await endSuperseded(db, here);
  assert.deepEqual(ended.toSorted(), ['e/left', 'e/moved']);
  assert.deepEqual((await listSessions(host.terminal)).toSorted(), ['e/another', 'e/epic', 'e/here', 'notes']);
  for (const name of ['e-left', 'e-moved']) assert.equal(isAlive(pidOf(name)), false, name);
  for (const name of ['e-here', 'e-epic', 'e-another']) assert.equal(isAlive(pidOf(name)), true, name);
  assert.deepEqual(await endSuperseded(db, here), []);

  // `factory stop --commands` ends what is left of this host's, and nothing else either.
  writeFileSync(join(host.stateDir, 'host-name'), 'test\n');
  const config = { stateDir: host.stateDir, host: { tmuxSocket: host.terminal.socket } } as unknown as Config;
  assert.deepEqual((await ownSessions(config)).toSorted(), ['e/epic', 'e/here']);
  assert.deepEqual((await endCommands(config)).toSorted(), ['e/epic', 'e/here']);
  assert.deepEqual((await listSessions(host.terminal)).toSorted(), ['e/another', 'notes']);
  assert.equal(isAlive(pidOf('e-another')), true);
  process.kill(pidOf('e-another'), 'SIGKILL');
  await Promise.all([...running, another]);
});

test('a host that works on ends what runs for an epic that has closed, and nothing that begins meanwhile', async () => {
  await reportHost(db, { name: 'test', capacity: 9 });
  await place('epic-f', 'test');
  const { recordEpic } = createRecordActivities({ db });
  const run = new MockActivityEnvironment({ workflowExecution: { workflowId: 'epic-f', runId: 'r' } });
  await run.run(recordEpic, { view: epicView('f', 1), chain: 'r', decisions: [] });
  const here = { host: 'test', stateDir: host.stateDir, terminal: host.terminal };
  const begin = (name: string) => {
    const session = 'f/epic';
    return host.run(name, `echo $$ > ${name}; sleep 60`, { session, journalDir: join(journals, session, name) });
  };
  const pidOf = (name: string) => Number(textOf(join(host.worktree, name)));
  const quiet = { info: () => {}, warn: () => {} } as unknown as Logger;
  const before = begin('f-before');
  await waitFor(() => existsSync(join(host.worktree, 'f-before')));
  const stop = await endLeftovers(db, { ...here, socket: host.terminal.socket, logger: quiet }, 100);
  await releaseHost(db, { holder: 'epic-f', asked: asked() });
  assert.deepEqual(await endSuperseded(db, here), [], 'it may have been reset to before it gave its slot back');
  assert.equal(isAlive(pidOf('f-before')), true);
  await db.updateTable('epics').set({ closed_at: new Date() }).where('id', '=', 'f').execute();
  assert.equal((await before).interrupted, true);
  stop();

  // Another command begins in a session of the same name, while one is about to be ended.
  const former = begin('f-former');
  await waitFor(() => existsSync(join(host.worktree, 'f-former')));
  const [listed] = await listSessionsOf(host.terminal, journals);
  assert.ok(listed);
  await endSession(host.terminal, 'f/epic');
  await former;
  const later = begin('f-later');
  await waitFor(() => existsSync(join(host.worktree, 'f-later')));
  await endSession(host.terminal, listed);
  assert.equal(isAlive(pidOf('f-later')), true);
  await endSession(host.terminal, 'f/epic');
  await later;
});
