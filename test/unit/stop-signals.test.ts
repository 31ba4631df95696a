/** What signals do to a command that runs a stack of its own. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { stopOnSignals } from '../../cli/stop-signals.ts';
import { loadConfig } from '../../config/config.ts';
import { endOwnStack } from '../../local/stack/own-stack.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-stopping-'));
after(() => rmSync(folder, { recursive: true }));

test('one Ctrl-C that comes twice stops in order, a later one at once, and no listener is kept afterwards', () => {
  const before = process.listenerCount('SIGINT');
  const said: string[] = [];
  const stops: number[] = [];
  let now = 0;
  const stopping = stopOnSignals({ remark: (line) => void said.push(line) }, () => now);
  stopping.stops({ stop: async () => void stops.push(1) });
  assert.equal(stopping.signal.aborted, false);
  process.emit('SIGINT');
  assert.ok(stopping.signal.aborted);
  now = 300;
  process.emit('SIGINT');
  assert.equal(stops.length, 1, 'npm passes on what the terminal has sent to all');
  now = 1_500;
  process.emit('SIGTERM');
  assert.equal(stops.length, 2, 'the second call of stop ends at once what is left');
  assert.deepEqual(said, ['\nStopping; once more to stop at once']);
  stopping.end();
  assert.equal(process.listenerCount('SIGINT'), before);
});

test('an end after a signal waits for the stop and forces nothing', async () => {
  const calls: string[] = [];
  const stack = { stopped: async () => void calls.push('stopped'), stop: async () => void calls.push('stop') };
  await endOwnStack(loadConfig({ STATE_DIR: folder }), stack);
  assert.deepEqual(calls, ['stopped']);
});
