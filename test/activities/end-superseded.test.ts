/** A host that comes back ends the commands of tasks that went on elsewhere, and only those. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { endSuperseded } from '../../activities/terminal/end-superseded.ts';
import { isAlive, listSessions } from '../../clients/terminal/tmux.ts';
import { claimHost, releaseHost, reportHost } from '../../db/writes/hosts.ts';
import { createDatabase } from '../support/database.ts';
import { createTestTerminal, textOf } from '../support/terminal.ts';
import { waitFor } from '../support/wait-for.ts';

const host = createTestTerminal();
const { db, drop } = await createDatabase();
after(async () => {
  await host.end();
  await drop();
});

const place = (holder: string, on: string, afterEpoch = 0) =>
  claimHost(db, { holder, host: on, afterEpoch, askedAt: new Date() });

test('commands of tasks placed on this host go on; those of tasks that moved away or left are ended', async () => {
  for (const name of ['test', 'other']) await reportHost(db, { name, capacity: 9 });
  const sessions = ['e/here', 'e/moved', 'e/left', 'e/epic'];
  for (const holder of ['epic-e/task-here', 'epic-e/task-moved', 'epic-e/task-left', 'epic-e']) {
    await place(holder, 'test');
  }
  const running = sessions.map((session) => {
    const name = session.replace('/', '-');
    return host.run(name, `echo $$ > ${name}; sleep 60`, { session, journalDir: join(host.stateDir, session) });
  });
  const pidOf = (name: string) => Number(textOf(join(host.worktree, name)));
  await waitFor(() => sessions.every((session) => existsSync(join(host.worktree, session.replace('/', '-')))));
  await place('epic-e/task-moved', 'other', 1);
  await releaseHost(db, 'epic-e/task-left');

  const ended = await endSuperseded(db, { host: 'test', terminal: host.terminal });
  assert.deepEqual(ended.toSorted(), ['e/left', 'e/moved']);
  assert.deepEqual((await listSessions(host.terminal)).toSorted(), ['e/epic', 'e/here']);
  for (const name of ['e-left', 'e-moved']) assert.equal(isAlive(pidOf(name)), false, name);
  for (const name of ['e-here', 'e-epic']) assert.equal(isAlive(pidOf(name)), true, name);
  assert.deepEqual(await endSuperseded(db, { host: 'test', terminal: host.terminal }), []);
  for (const name of ['e-here', 'e-epic']) process.kill(pidOf(name), 'SIGKILL');
  await Promise.all(running);
});
