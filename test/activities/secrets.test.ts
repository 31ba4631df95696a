/** A planted key is caught before it leaves the host: in a turn's checkpoint and in the commits of a push. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { withoutSecrets } from '../../activities/secrets/redact.ts';
import type { Secret } from '../../workflows/contract/change.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { createGitStage, tasksOf } from '../support/git-stage.ts';
import { made } from '../support/made-up-secrets.ts';

/** Put together here, so that this file holds none. */
function key(digit: string): string {
  return ['ghp', `${digit}a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8`.slice(0, 36)].join('_');
}
const MARK = ['[secret removed:', 'GITHUB_TOKEN]'].join(' ');
/** Its first line is the same for all, as in files of OpenSSH. */
function privateKey(seed: string): string {
  const lines = ['the same', seed, `${seed} 2`].map((name) => made(64, undefined, name));
  return [`-----BEGIN ${'OPENSSH'} PRIVATE KEY-----`, ...lines, `-----END ${'OPENSSH'} PRIVATE KEY-----`, ''].join(
    '\n',
  );
}
const many = (seed: string, count: number) =>
  Array.from({ length: count }, (_, i) => `ghp_${made(36, undefined, `${seed} ${i}`)}\n`).join('');
const stage = await createGitStage({
  files: {
    'a.txt': 'a\n',
    'old.env': `TOKEN=${key('0')}\n`,
    'marked.md': `it prints ${MARK}\n`,
    'test/key': privateKey('of the base'),
    'test/part': privateKey('another').split('\n').slice(2).join('\n'),
    'test/many.txt': many('base', 200),
  },
});
after(stage.remove);

const agentId = 'keys.task.implement.1';
const task = tasksOf('keys');
const places = (secrets: readonly Secret[]) => secrets.map(({ kind, file, line }) => ({ kind, file, line }));
const everyRef = async () => stage.mirror.git('log', '--all', '-p', '--format=%H');

test('a turn that wrote a key has no checkpoint until the key is gone; the place is told, never the key', async () => {
  const one = stage.host('one');
  const input = task('turn');
  const { worktree } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'a.txt': 'a\nb\n', 'src/c.js': `// one\n\nconst token = '${key('1')}';\n` });
  const taken = await one.checkpoint({ ...input, worktree, agentId, turn: 1 });
  assert.deepEqual([taken.sha, taken.pushed], [null, false]);
  assert.deepEqual(places(taken.secrets), [{ kind: 'GITHUB_TOKEN', file: 'src/c.js', line: 3 }]);
  assert.equal(taken.secrets[0]?.shown, 'ghp_…');
  assert.doesNotMatch(JSON.stringify(taken), /ghp_\w/);
  assert.equal(await stage.mirror.git('for-each-ref', 'refs/factory/checkpoints/keys/turn'), '');
  await writeFiles(worktree, { 'src/c.js': 'const token = process.env.TOKEN;\n', 'old.env': `TOKEN=${key('0')}\n#\n` });
  const clean = await one.checkpoint({ ...input, worktree, agentId, turn: 2 });
  assert.deepEqual([clean.pushed, clean.secrets], [true, []], 'what the forge has already is nobody’s new secret');
  const allowed = { ...input, worktree, agentId, turn: 3, secretsAllowedIn: ['test/fixtures/**'] };
  await writeFiles(worktree, { 'test/fixtures/deep/key.txt': key('2') });
  assert.deepEqual((await one.checkpoint(allowed)).secrets, []);
  assert.doesNotMatch(await everyRef(), new RegExp(key('1')));
});

test('a file that was written as an agent saw it, with a mark in the place of a key, goes back too', async () => {
  const one = stage.host('one');
  const input = task('mark');
  const { worktree } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'old.env': withoutSecrets(`TOKEN=${key('0')}\nMORE=1\n`) });
  const { sha, secrets } = await one.checkpoint({ ...input, worktree, agentId, turn: 1 });
  assert.equal(sha, null);
  assert.deepEqual(places(secrets), [{ kind: 'mark in the place of a secret', file: 'old.env', line: 1 }]);
});

test('commits with a key are not pushed but taken back, and the next commit holds the work without it', async () => {
  const one = stage.host('one');
  const input = task('push');
  const { worktree, branch, baseSha } = await one.prepareWorktree(input);
  const seen = repositoryAt(worktree);
  const push = (headSha: string) => one.pushBranch({ ...input, worktree, branch, headSha });
  await writeFiles(worktree, { 'work.txt': 'work\n', 'key.pem': `${key('3')}\n` });
  const first = await one.commitChange({ ...input, worktree, message: 'With', key: 'k1' });
  const found = await push(first.headSha);
  assert.deepEqual(places(found.secrets), [{ kind: 'GITHUB_TOKEN', file: 'key.pem', line: 1 }]);
  assert.deepEqual(await push(first.headSha), found, 'a retry answers the same');
  assert.equal(await seen.git('rev-parse', 'HEAD'), baseSha);
  assert.equal(await seen.git('status', '--porcelain'), '?? key.pem\n?? work.txt');
  assert.equal(await stage.mirror.git('for-each-ref', `refs/heads/${branch}`), '');

  await writeFiles(worktree, { 'key.pem': 'see the vault\n' });
  const second = await one.commitChange({ ...input, worktree, message: 'Without', key: 'k2' });
  assert.deepEqual(await push(second.headSha), { secrets: [] });
  assert.equal(await stage.mirror.git('log', '--format=%s', `main..${branch}`), 'Without');
  assert.doesNotMatch(await everyRef(), new RegExp(key('3')));
});

test('a key that a later commit took away again is found too', async () => {
  const one = stage.host('one');
  const input = task('twice');
  const { worktree, branch, baseSha } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'a.txt': key('4') });
  await one.commitChange({ ...input, worktree, message: 'With', key: 'k1' });
  await writeFiles(worktree, { 'a.txt': 'gone\n' });
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'Gone', key: 'k2' });
  assert.equal((await one.pushBranch({ ...input, worktree, branch, headSha })).secrets.length, 1);
  assert.equal(await repositoryAt(worktree).git('rev-parse', 'HEAD'), baseSha);
  const again = await one.commitChange({ ...input, worktree, message: 'Whole', key: 'k3' });
  assert.deepEqual(await one.pushBranch({ ...input, worktree, branch, headSha: again.headSha }), { secrets: [] });
});

test('a merge that the Worker settled with a key in it is settled again; what the target brought counts for nothing', async () => {
  const one = stage.host('one');
  const input = { ...task('merge'), targetBranch: 'factory/keys/epic' };
  await stage.mirror.git('branch', input.targetBranch, 'main');
  const { worktree, branch } = await one.prepareWorktree(input);
  await writeFiles(worktree, { 'a.txt': 'ours\n' });
  const ours = await one.commitChange({ ...input, worktree, message: 'Ours', key: 'k1' });
  await one.pushBranch({ ...input, worktree, branch, headSha: ours.headSha });
  await stage.source.git('checkout', '--quiet', '-B', 'epic', 'main');
  await stage.source.commit('Theirs', { 'a.txt': 'theirs\n', 'theirs.env': key('5') });
  await stage.source.git('push', '--quiet', stage.mirror.path, `HEAD:refs/heads/${input.targetBranch}`);
  const merge = () => one.mergeTarget({ ...input, worktree, message: 'Merge' });
  assert.equal((await merge()).kind, 'conflict');
  await writeFiles(worktree, { 'a.txt': `both ${key('6')}\n` });
  const taken = await one.checkpoint({ ...input, worktree, agentId, turn: 1 });
  assert.deepEqual(
    taken.secrets.map(({ file }) => file),
    ['a.txt'],
  );
  const with6 = await one.commitChange({ ...input, worktree, message: 'Settle', key: 'k2' });
  const { secrets } = await one.pushBranch({ ...input, worktree, branch, headSha: with6.headSha });
  assert.deepEqual(
    secrets.map(({ file }) => file),
    ['a.txt'],
  );
  assert.equal(await repositoryAt(worktree).git('rev-parse', 'HEAD'), ours.headSha);
  await writeFiles(worktree, { 'a.txt': 'both\n' });
  const settled = await one.commitChange({ ...input, worktree, message: 'Settle', key: 'k3' });
  assert.deepEqual(await one.pushBranch({ ...input, worktree, branch, headSha: settled.headSha }), { secrets: [] });
  assert.equal((await merge()).kind, 'unchanged', 'it is the merge still');
});

test('a value that a person allowed, or that the base holds, goes through; another one does not', async () => {
  const one = stage.host('one');
  const input = { ...task('allowed'), base: { branch: 'main', sha: await stage.mirror.git('rev-parse', 'main') } };
  const { worktree, branch } = await one.prepareWorktree(input);
  // The base has the first one in old.env.
  await writeFiles(worktree, { 'new.env': `A=${key('0')}\nB=${key('7')}\n` });
  const taken = await one.checkpoint({ ...input, worktree, agentId, turn: 1 });
  assert.deepEqual(places(taken.secrets), [{ kind: 'GITHUB_TOKEN', file: 'new.env', line: 2 }]);
  const allowedSecrets = taken.secrets.flatMap(({ hash }) => hash ?? []);
  assert.equal((await one.checkpoint({ ...input, worktree, agentId, turn: 2, allowedSecrets })).pushed, true);
  const { headSha } = await one.commitChange({ ...input, worktree, message: 'With', key: 'k1' });
  assert.deepEqual(await one.pushBranch({ ...input, worktree, branch, headSha, allowedSecrets }), { secrets: [] });
  await writeFiles(worktree, { 'other.env': `C=${key('8')}\n` });
  const next = await one.commitChange({ ...input, worktree, message: 'Other', key: 'k2' });
  const pushed = await one.pushBranch({ ...input, worktree, branch, headSha: next.headSha, allowedSecrets });
  assert.deepEqual(places(pushed.secrets), [{ kind: 'GITHUB_TOKEN', file: 'other.env', line: 1 }]);
});

/** Scans what a turn of a task on the base would push. */
async function scanned(taskKey: string, files: Record<string, string>): Promise<readonly Secret[]> {
  const one = stage.host('one');
  const input = { ...task(taskKey), base: { branch: 'main', sha: await stage.mirror.git('rev-parse', 'main') } };
  const { worktree } = await one.prepareWorktree(input);
  await writeFiles(worktree, files);
  return (await one.checkpoint({ ...input, worktree, agentId, turn: 1 })).secrets;
}

test('a private key is only known when one file of the base holds all of its long lines', async () => {
  assert.deepEqual(await scanned('known-key', { 'copy/key': privateKey('of the base') }), []);
  const secrets = await scanned('new-keys', { 'a/key': privateKey('new'), 'b/key': privateKey('another') });
  assert.deepEqual(
    secrets.map(({ kind, file }) => ({ kind, file })),
    [
      { kind: 'PRIVATE_KEY', file: 'a/key' },
      { kind: 'PRIVATE_KEY', file: 'b/key' },
    ],
  );
});

test('a mark is only known in the file that has it in the base, and no person can allow it', async () => {
  assert.deepEqual(await scanned('known-mark', { 'marked.md': `again: ${MARK}\n` }), []);
  assert.deepEqual(await scanned('new-mark', { 'new.md': `it prints ${MARK}\n` }), [
    { kind: 'mark in the place of a secret', file: 'new.md', line: 1 },
  ]);
});

test('many values of the base are no news, and a new one among them is; beyond a number the base is not asked', async () => {
  const files = { 'moved/a.txt': many('base', 200), 'moved/b.txt': `x\n${key('9')}\n` };
  assert.deepEqual(places(await scanned('many', files)), [{ kind: 'GITHUB_TOKEN', file: 'moved/b.txt', line: 2 }]);
  assert.equal((await scanned('too-many', { 'new.txt': many('new', 400) })).length, 20);
});
