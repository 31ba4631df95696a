/** `factory record` and what `factory replay` says of a file that it cannot play. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { runCli, runnerAgainst } from '../support/cli.ts';
import { aRecording } from '../support/recordings.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-record-'));
after(() => rmSync(folder, { recursive: true }));
const run = runnerAgainst(path.join(folder, 'state'));

test('a recording becomes a new file, and what a replay will not repeat is said', async () => {
  const file = path.join(folder, 'shop.json');
  const cutAt = { message: 'rewindTask', taskKey: 'one', atMs: 5 };
  const recording = { ...aRecording(), cutAt, replaced: { inAnswers: 2, elsewhere: 1 } };
  const { exitCode, stdout, requests } = await run(() => ({ body: recording }), ['record', 'shop', '--to', file]);
  assert.equal(exitCode, 0);
  assert.equal(requests[0]?.path, '/epics/shop/recording');
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), recording);
  assert.match(stdout, /^3 turns of 2 agents of shop are in .*shop\.json$/m);
  assert.match(stdout, /ends with rewindTask of one, which a person sent/);
  assert.match(stdout, /2 names or addresses were replaced/);

  const again = await run(() => ({ body: recording }), ['record', 'shop', '--to', file]);
  assert.equal(again.exitCode, 2);
  assert.match(again.stderr, /is there already; remove it, or name another file with --to/);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.part')),
    [],
  );
});

test('a file that is no recording is refused by name', async () => {
  const wrong = path.join(folder, 'wrong.json');
  const said = async (text: string) => {
    writeFileSync(wrong, text);
    const { exitCode, stderr } = await runCli(['replay', wrong]);
    assert.equal(exitCode, 2);
    return stderr;
  };
  assert.match(await said('{'), /wrong\.json is no JSON/);
  assert.match(
    await said('{"format":"factory-export/1"}'),
    /is a file of the format factory-export\/1; .* writes factory-recording\/1/,
  );
  assert.match(await said('{"format":"factory-recording/1"}'), /is not a valid recording:/);
  const missing = await runCli(['replay', path.join(folder, 'none.json')]);
  assert.equal(missing.exitCode, 2);
});

test('without a sandbox a replay needs another word, and nothing is begun without it', async () => {
  const file = path.join(folder, 'whole.json');
  writeFileSync(file, JSON.stringify(aRecording()));
  const state = path.join(folder, 'none');
  const { exitCode, stderr } = await runCli(['replay', file], { env: { SANDBOX: 'off', STATE_DIR: state } });
  assert.equal(exitCode, 2);
  assert.match(stderr, /With SANDBOX=off the 1 commands of this recording .* --yes/);
  assert.equal(existsSync(state), false);
});
