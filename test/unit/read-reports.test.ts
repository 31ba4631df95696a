/** Report files as a hostile command can leave them: links, pipes, old ones, too many bytes. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readPlain, readReportFiles } from '../../activities/reports/read-files.ts';
import { UnreadableReport } from '../../activities/reports/test-report.ts';

let root: string;
let outside: string;
before(() => {
  [root, outside] = [mkdtempSync(join(tmpdir(), 'reports-')), mkdtempSync(join(tmpdir(), 'outside-'))];
  for (const folder of ['a/deep', 'node_modules/p']) mkdirSync(join(root, folder), { recursive: true });
  const files = ['a/one.xml', 'a/deep/two.xml', 'a/deep/three.txt', 'node_modules/p/four.xml', 'old.xml'];
  for (const file of files) writeFileSync(join(root, file), file);
  utimesSync(join(root, 'old.xml'), new Date(0), new Date(0));
  writeFileSync(join(outside, 'secret.xml'), 'secret');
  symlinkSync(join(outside, 'secret.xml'), join(root, 'a/link.xml'));
  symlinkSync(outside, join(root, 'a/folder'));
  execFileSync('mkfifo', [join(root, 'a/pipe.xml')]);
});
after(() => {
  for (const folder of [root, outside]) rmSync(folder, { recursive: true });
});

const found = async (path: string) =>
  (await readReportFiles(root, { path, extension: '.xml', since: 1_000 })).map((file) => file.path);

test('a file, a folder or a glob, of plain files in real folders that are new', async () => {
  assert.deepEqual(await found('a/one.xml'), ['a/one.xml']);
  assert.deepEqual(await found('./a/'), ['a/deep/two.xml', 'a/one.xml']);
  assert.deepEqual(await found('**/*.xml'), ['a/deep/two.xml', 'a/one.xml']);
  assert.deepEqual(await found('**/deep/*'), ['a/deep/three.txt', 'a/deep/two.xml']);
  assert.deepEqual(await found('a/folder/secret.xml'), []);
  assert.deepEqual(await found('old.xml'), []);
});

test('a link, a pipe and what is not there have no text, and what is too large says so', async () => {
  const read = (name: string, maxBytes = 100) => readPlain(join(root, name), { maxBytes, since: 0 });
  assert.equal(await read('a/one.xml'), 'a/one.xml');
  for (const name of ['a/link.xml', 'a/pipe.xml', 'a', 'nowhere']) assert.equal(await read(name), undefined, name);
  await assert.rejects(read('a/one.xml', 3), UnreadableReport);
});
