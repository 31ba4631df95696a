/** Where programs that only start others find these in a command's own home. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { toolHomes } from '../../clients/terminal/tool-homes.ts';
import { createFolder } from '../support/git.ts';

test('the folder of a tool is named when the tool is on PATH and the folder is there', async () => {
  const { path: home, remove } = await createFolder('home');
  const place = (...names: string[]) => join(home, ...names);
  for (const folder of ['.cargo/bin', '.rustup', '.volta', 'bin']) mkdirSync(place(folder), { recursive: true });
  for (const program of ['.cargo/bin/rustup', 'bin/asdf']) writeFileSync(place(program), '');
  mkdirSync(place('elsewhere'));
  rmSync(place('.rustup'), { recursive: true });
  symlinkSync(place('elsewhere'), place('.rustup'));
  const found = toolHomes(`/none:${place('.cargo/bin')}:${place('bin')}`, home);
  await remove();
  assert.deepEqual(found, { RUSTUP_HOME: place('elsewhere') }, 'the sandbox has the folder, not the link');
});
