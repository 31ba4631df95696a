/** A file that a command writes is its owner's alone: recordings and exports hold source code and what people said. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { writeNew } from '../../cli/new-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-new-file-'));
const umask = process.umask(0);
after(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true });
});

test('nobody else may read it, whatever the umask allows, nor while it is written', async () => {
  const file = path.join(folder, 'shop.json');
  await writeNew({ file, option: '--to' }, async (handle) => {
    assert.equal((await handle.stat()).mode & 0o777, 0o600);
    await handle.writeFile('{}');
  });
  assert.equal(statSync(file).mode & 0o777, 0o600);
});
