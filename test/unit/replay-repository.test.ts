/** The repository that a replay works on: a copy of whatever has the commit, on the branch and commit that the epic began with. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '../../config/config.ts';
import { exec } from '../../exec.ts';
import { replayConfig, unifiedDiff, WrongRepository } from '../../local/stack/replay.ts';
import { createRepository } from '../support/git.ts';
import { aRecording } from '../support/recordings.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-replay-repository-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const base = loadConfig({ STATE_DIR: path.join(folder, 'state'), HOST_CAPACITY: '1' });
const git = async (gitDir: string, ...args: string[]) =>
  (await exec({ file: 'git', args: ['--git-dir', gitDir, ...args], cwd: folder, timeoutMs: 20_000 })).stdout.trim();

test('it begins with the recorded commit, though its branch has gone on, and the clone stays as it is', async () => {
  const repository = await createRepository({ files: { 'a.txt': 'a\n' } });
  try {
    const began = await repository.git('rev-parse', 'HEAD');
    await repository.git('commit', '--allow-empty', '-m', 'Go on');
    const head = await repository.git('rev-parse', 'main');
    const recording = aRecording();
    const epic = { ...recording.epic, baseSha: began, concurrency: 3 };
    const needs = { recording: { ...recording, epic }, repository: repository.path, modelUrl: 'http://127.0.0.1:9' };
    const config = await replayConfig(base, needs);
    assert.deepEqual(Object.keys(config.repositories), ['work']);
    const copy = config.repositories.work?.path ?? '';
    assert.ok(copy.startsWith(folder));
    assert.equal(await git(copy, 'rev-parse', 'refs/heads/main'), began);
    assert.equal(await repository.git('rev-parse', 'main'), head);
    assert.equal(config.model.baseUrl, 'http://127.0.0.1:9');
    assert.equal(config.model.names.implement, 'claude-opus-5-5');
    assert.deepEqual(config.approvals, ['merge']);
    assert.ok(config.host.capacity > 3, 'no task waits for a slot that it did not wait for');
  } finally {
    await repository.remove();
  }
});

test('a repository without the commit is refused with the remedy', async () => {
  const recording = aRecording();
  const epic = { ...recording.epic, baseSha: 'b'.repeat(40) };
  const needs = { recording: { ...recording, epic }, repository: undefined, modelUrl: 'http://127.0.0.1:9' };
  await assert.rejects(replayConfig(base, needs), (error: Error) => {
    assert.ok(error instanceof WrongRepository);
    assert.match(
      error.message,
      /b{40} of the repository “work”, which the example does not have\. .* --repository PATH/,
    );
    return true;
  });
});

test('a commit that is not on the recorded branch is refused, here or as it was fetched', async () => {
  const repository = await createRepository({ files: { 'a.txt': 'a\n' } });
  try {
    await repository.git('switch', '--quiet', '--create', 'mine');
    await repository.git('commit', '--allow-empty', '-m', 'Nobody merged this');
    const baseSha = await repository.git('rev-parse', 'HEAD');
    const recording = aRecording();
    const needs = (epic: Partial<typeof recording.epic>) => ({
      ...{ recording: { ...recording, epic: { ...recording.epic, baseSha, ...epic } }, repository: repository.path },
      modelUrl: 'http://127.0.0.1:9',
    });
    await assert.rejects(replayConfig(base, needs({})), {
      name: 'WrongRepository',
      message: /is not on the branch main of .* --repository PATH/,
    });
    await assert.rejects(replayConfig(base, needs({ baseSha: '--all' })), /names a commit that is none: --all/);
    await repository.git('update-ref', 'refs/remotes/origin/main', baseSha);
    await replayConfig(base, needs({}));
  } finally {
    await repository.remove();
  }
});

test('the secrets of this machine are neither given to a recording nor left where it can read', async () => {
  const secrets = path.join(folder, 'mine', 'secrets.yaml');
  const given = loadConfig({
    ...{ STATE_DIR: path.join(folder, 'state'), SECRETS_FILE: secrets },
    SANDBOX_READABLE: [path.join(folder, 'mine'), path.join(folder, 'shared')].join(':'),
  });
  const before = process.env.SECRETS_FILE;
  process.env.SECRETS_FILE = secrets;
  try {
    const recording = aRecording();
    const repository = await createRepository({ files: { 'a.txt': 'a\n' } });
    const epic = { ...recording.epic, baseSha: await repository.git('rev-parse', 'HEAD') };
    const needs = { recording: { ...recording, epic }, repository: repository.path, modelUrl: 'http://127.0.0.1:9' };
    const config = await replayConfig(given, needs).finally(() => repository.remove());
    assert.equal(config.secretsFile, undefined);
    assert.deepEqual(config.sandbox.readable, [path.join(folder, 'shared')]);
  } finally {
    delete process.env.SECRETS_FILE;
    if (before !== undefined) process.env.SECRETS_FILE = before;
  }
});

test('a diff is cut to what a screen holds', async () => {
  const lines = Array.from({ length: 200 }, (_, i) => `line ${i}`);
  const diff = await unifiedDiff(lines.join('\n'), lines.map((line) => `${line}!`).join('\n'));
  assert.match(diff, /^--- recorded\n\+\+\+ now\n@@/);
  assert.match(diff, /… and \d+ more lines$/);
  assert.equal(await unifiedDiff('same', 'same'), '');
});
