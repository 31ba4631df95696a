import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { after, before, test } from 'node:test';
import { withFreeLock, withLock } from '../../clients/git/lock.ts';
import { createFolder, type TemporaryFolder } from '../support/git.ts';
import { waitFor } from '../support/wait-for.ts';

let folder: TemporaryFolder;
before(async () => {
  folder = await createFolder('lock');
});
after(() => folder.remove());

const module = JSON.stringify(join(import.meta.dirname, '../../clients/git/lock.ts'));

/** A process that runs `body` with `withLock` and the lock's path at hand. */
function start(lock: string, body: string) {
  const code = `import { withLock } from ${module}; import * as fs from 'node:fs'; const lock = ${JSON.stringify(lock)}; ${body}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return { child, ended: new Promise<number | null>((resolve) => child.on('exit', resolve)) };
}

test('processes and callers within one never hold a lock at the same time', async () => {
  const lock = join(folder.path, 'counter.lock');
  const counter = join(folder.path, 'counter');
  writeFileSync(counter, '0');
  // Reading and writing with a pause in between loses a count whenever two do it at once.
  const body = `const add = () => withLock(lock, async () => {
    const n = Number(fs.readFileSync('${counter}', 'utf8'));
    await new Promise((resolve) => setTimeout(resolve, 1));
    fs.writeFileSync('${counter}', String(n + 1));
  });
  await Promise.all(Array.from({ length: 20 }, add));`;
  const processes = [start(lock, body), start(lock, body), start(lock, body)];
  assert.deepEqual(await Promise.all(processes.map(({ ended }) => ended)), [0, 0, 0]);
  assert.equal(readFileSync(counter, 'utf8'), '60');
  assert.deepEqual(readdirSync(folder.path), ['counter'], 'nothing is left behind');
});

test('a lock whose holder was killed is broken, by one of those who wait', async () => {
  const lock = join(folder.path, 'killed.lock');
  const { child, ended } = start(
    lock,
    'await withLock(lock, () => new Promise((resolve) => setTimeout(resolve, 60_000)));',
  );
  await waitFor(() => existsSync(lock), { what: 'the lock' });
  child.kill('SIGKILL');
  await ended;
  let holders = 0;
  const work = async () => {
    assert.equal(++holders, 1);
    await new Promise((resolve) => setImmediate(resolve));
    holders--;
    return 'done';
  };
  assert.deepEqual(await Promise.all([withLock(lock, work), withLock(lock, work)]), ['done', 'done']);
});

test('a lock whose holder has ended is broken, although nobody has reaped it', async () => {
  const lock = join(folder.path, 'zombie.lock');
  // The parent becomes a program that reaps no child, before the child ends.
  const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  try {
    const [said] = (await once(parent.stdout as Readable, 'data')) as [Buffer];
    const pid = Number.parseInt(said.toString(), 10);
    await waitFor(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n', { what: 'the other program' });
    (parent.stdio[3] as Writable).end();
    await waitFor(() => readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '), { what: 'its end' });
    writeFileSync(lock, JSON.stringify({ id: 'zombie', pid, hostname: hostname() }));
    assert.equal(await withLock(lock, async () => 'done', AbortSignal.timeout(5_000)), 'done');
  } finally {
    parent.kill();
  }
});

test('a holder elsewhere is alive as long as it touches its lock', async () => {
  const lock = join(folder.path, 'elsewhere.lock');
  writeFileSync(lock, JSON.stringify({ id: 'x', pid: 1, hostname: `not-${hostname()}` }));
  const abort = new AbortController();
  const waiting = withLock(lock, async () => 'held', abort.signal);
  abort.abort(new Error('given up'));
  await assert.rejects(waiting, /given up/);
  utimesSync(lock, 0, 0);
  assert.equal(await withLock(lock, async () => 'held'), 'held');
});

test('a lock that a power cut left empty or torn is broken when nobody touches it any more', async () => {
  const lock = join(folder.path, 'torn.lock');
  for (const text of ['', '\0\0\0', '{"id":"x","pi']) {
    writeFileSync(lock, text);
    assert.equal(await withFreeLock(lock, async () => 'too early'), undefined);
    utimesSync(lock, 0, 0);
    assert.equal(await withLock(lock, async () => 'held'), 'held');
    assert.equal(existsSync(lock), false);
  }
});

test('a holder that stood still for so long that another took its lock leaves it that', async () => {
  const lock = join(folder.path, 'taken-over.lock');
  const other = JSON.stringify({ id: 'other', pid: process.pid, hostname: hostname() });
  await withLock(lock, async () => {
    rmSync(lock);
    writeFileSync(lock, other);
  });
  assert.equal(readFileSync(lock, 'utf8'), other);
});

test('work that fails frees the lock', async () => {
  const lock = join(folder.path, 'fails.lock');
  await assert.rejects(
    withLock(lock, () => Promise.reject(new Error('no'))),
    /^Error: no$/,
  );
  assert.equal(await withLock(lock, async () => 'next'), 'next');
});

test('a lock is taken only if it is free, and one that a dead process left is', async () => {
  const lock = join(folder.path, 'free.lock');
  const holder = start(lock, 'await withLock(lock, () => new Promise((resolve) => setTimeout(resolve, 600_000)));');
  await waitFor(() => existsSync(lock));
  assert.equal(await withFreeLock(lock, async () => 'mine'), undefined);
  holder.child.kill('SIGKILL');
  await holder.ended;
  const nested = () => withFreeLock(lock, async () => 'twice');
  assert.deepEqual(await withFreeLock(lock, nested), { result: undefined });
  assert.deepEqual(await nested(), { result: 'twice' });
});

test('a waiter for the lock that gives up does not wait for those before it', async () => {
  const lock = join(folder.path, 'line.lock');
  const { promise, resolve: end } = Promise.withResolvers<void>();
  const first = withLock(lock, () => promise);
  await waitFor(() => existsSync(lock));
  const given = new AbortController();
  const second = withLock(lock, async () => 'ran', given.signal);
  given.abort(new Error('given up'));
  await assert.rejects(second, /given up/);
  const third = withLock(lock, async () => 'third');
  end();
  await first;
  assert.equal(await third, 'third');
});
