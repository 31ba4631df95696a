/** The host's name: given, kept, or the machine's; and folders that can be made or not. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { makeFolder } from '../../config/files.ts';
import { hostName } from '../../worker/host.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-host-'));
after(() => rmSync(folder, { recursive: true }));

test('a name is kept when the machine is renamed, and HOST_NAME wins and is kept too', () => {
  const stateDir = path.join(folder, 'deep', 'state');
  const kept = () => readFileSync(path.join(stateDir, 'host-name'), 'utf8');
  assert.equal(hostName(stateDir, undefined, 'My Laptop'), 'my-laptop');
  assert.equal(hostName(stateDir, undefined, 'renamed'), 'my-laptop');
  assert.equal(hostName(stateDir, 'Build-1', 'renamed'), 'build-1');
  assert.equal(kept(), 'build-1\n');
  assert.equal(hostName(stateDir, undefined, 'renamed'), 'build-1');
});

test('a folder below one that takes none is an error, not an endless loop', {
  skip: process.platform !== 'linux',
}, () => {
  assert.throws(() => makeFolder('/proc/nowhere/state'), /ENOENT|EACCES|EPERM/);
});
