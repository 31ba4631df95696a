/** A note that is not there, and one that cannot be read, are two things. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readState } from '../../activities/worktree/worktree-state.ts';
import { readIfThere, readNoteIfThere } from '../../clients/read-if-there.ts';

const folder = mkdtempSync(join(tmpdir(), 'factory-notes-'));
after(() => rmSync(folder, { recursive: true }));

test('a file that is not there is undefined, and one that cannot be read fails', async () => {
  writeFileSync(join(folder, 'note'), 'text');
  assert.equal(await readIfThere(join(folder, 'note')), 'text');
  assert.equal(await readIfThere(join(folder, 'none')), undefined);
  assert.equal(await readIfThere(join(folder, 'note', 'below')), undefined);
  await assert.rejects(readIfThere(folder), { code: 'EISDIR' });
});

test('a note that a power cut left empty or torn is as one that is not there', async () => {
  for (const text of ['', '\0\0', '{"id":"x"']) {
    writeFileSync(join(folder, 'torn'), text);
    assert.equal(await readNoteIfThere(join(folder, 'torn')), undefined);
  }
  writeFileSync(join(folder, 'torn'), '{"id":"x"}');
  assert.deepEqual(await readNoteIfThere(join(folder, 'torn')), { id: 'x' });
  assert.equal(await readNoteIfThere(join(folder, 'none')), undefined);
  await assert.rejects(readNoteIfThere(folder), { code: 'EISDIR' });
});

test('a worktree whose state cannot be read is not one without a state', async () => {
  mkdirSync(join(folder, 'admin', 'factory.json'), { recursive: true });
  await assert.rejects(readState(join(folder, 'admin')), { code: 'EISDIR' });
});
