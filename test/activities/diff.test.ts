/** Diffs as screens page them: every kind of file, patches in pieces, and nothing that a change can hide. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createMirrorReader } from '../../activities/forge/diff.ts';
import { pieceEnd } from '../../activities/forge/diff-patch.ts';
import { createFolder, createRepository, type Repository, type TemporaryFolder } from '../support/git.ts';

const LINES = Array.from({ length: 20 }, (_, line) => `line ${line} of what is moved\n`).join('');
let state: TemporaryFolder;
let source: Repository;
let reader: ReturnType<typeof createMirrorReader>;
let head: string;

before(async () => {
  [state, source] = await Promise.all([
    createFolder('state'),
    createRepository({
      files: {
        '.gitattributes': 'gen/** linguist-generated\ndocs/*.min.js linguist-generated=false\n* diff=evil\n',
        ...{ 'gone.txt': 'gone\n', 'kept.txt': 'one\ntwo\n', 'moved.txt': LINES, 'link.txt': 'a file\n' },
      },
    }),
  ]);
  await mkdir(join(state.path, 'forge'));
  const mirror = join(state.path, 'forge', 'example.git');
  await source.git('clone', '--quiet', '--bare', '.', mirror);
  await source.git('-C', mirror, 'config', 'diff.evil.textconv', 'touch ran; true');
  await source.git('-C', mirror, 'config', 'diff.evil.command', 'touch ran; true');
  await source.git('-C', mirror, 'config', 'diff.external', 'touch ran; true');
  // In a bare repository only these attributes choose drivers.
  await mkdir(join(mirror, 'info'), { recursive: true });
  await writeFile(join(mirror, 'info', 'attributes'), '* diff=evil\n');
  await source.git('checkout', '--quiet', '-b', 'change');
  for (const path of ['gone.txt', 'moved.txt', 'link.txt']) await rm(join(source.path, path));
  head = await source.commit('Change', {
    // It would have itself folded away.
    '.gitattributes': '* linguist-generated\n',
    ...{ 'kept.txt': 'one\n2\n3\n', 'new/copy.txt': LINES, 'new/moved.txt': LINES },
    ...{ 'package-lock.json': '{}\n', 'docs/a.min.js': 'a\n', 'gen/made.ts': 'b\n', 'blob.bin': 'a\0b' },
    ...{ ':(glob)*.txt': 'no pattern\n', 'say\t"ä"\n.txt': 'hello\n', 'run.sh': { content: 'x\n', executable: true } },
  });
  await source.git('push', '--quiet', mirror, 'change');
  reader = createMirrorReader(state.path);
});
after(() => Promise.all([state.remove(), source.remove()]));

const changes = async (base = 'refs/heads/main', of = head) => {
  const found = await reader.readChanges({ repository: 'example', base, head: of });
  assert.ok(found !== undefined);
  return found;
};

async function wholePatch(baseSha: string, headSha: string, path: string): Promise<string> {
  let text = '';
  for (let offset: number | null = 0; offset !== null; ) {
    const piece = await reader.readPatch({ repository: 'example', baseSha, headSha, from: { path, offset } });
    assert.ok(typeof piece === 'object', `${path}: ${piece}`);
    assert.ok(Buffer.byteLength(piece.text) <= 256_000);
    text += piece.text;
    offset = piece.next;
  }
  return text;
}

/** The whole patch as the command line reads it, and the last file of each answer. */
async function inOrder(baseSha: string, headSha: string): Promise<{ text: string; paths: string[] }> {
  const paths: string[] = [];
  let text = '';
  let from: { afterFile: string | null } | { path: string; offset: number } = { afterFile: null };
  for (;;) {
    const piece = await reader.readPatch({ repository: 'example', baseSha, headSha, from });
    assert.ok(typeof piece === 'object');
    assert.ok(Buffer.byteLength(piece.text) <= 256_000);
    text += piece.text;
    paths.push(piece.path);
    if (piece.isLast) return { text, paths };
    from = piece.next === null ? { afterFile: piece.path } : { path: piece.path, offset: piece.next };
  }
}

test('every file is listed with what became of it, and folded only by what the base says', async () => {
  const { files } = await changes();
  const lines = files.map(({ path, previousPath, status, additions, deletions, isBinary, isGenerated }) =>
    [
      ...[path, status, `+${additions}`, `-${deletions}`],
      ...(previousPath === null ? [] : [`from ${previousPath}`]),
      ...(isBinary ? ['binary'] : []),
      ...(isGenerated ? ['generated'] : []),
    ].join(' '),
  );
  assert.deepEqual(lines, [
    '.gitattributes modified +1 -3',
    ':(glob)*.txt added +1 -0',
    'blob.bin added +0 -0 binary',
    'docs/a.min.js added +1 -0',
    'gen/made.ts added +1 -0 generated',
    'gone.txt deleted +0 -1',
    'kept.txt modified +2 -1',
    'link.txt deleted +0 -1',
    'new/copy.txt renamed +0 -0 from moved.txt',
    'new/moved.txt added +20 -0',
    'package-lock.json added +1 -0 generated',
    'run.sh added +1 -0',
    'say\t"ä"\n.txt added +1 -0',
  ]);
});

test('the patches of all files together are the patch that git would write, and no driver has run', async () => {
  const { baseSha, headSha, files } = await changes();
  const patches: string[] = [];
  for (const { path } of files) patches.push(await wholePatch(baseSha, headSha, path));
  const git = await source.git('-c', 'core.quotePath=false', 'diff-tree', '-r', '-p', '-M', baseSha, headSha);
  assert.equal(patches.join('').trimEnd(), git);
  const { text, paths } = await inOrder(baseSha, headSha);
  assert.equal(text.trimEnd(), git);
  // A renamed file stands alone, and what is around it comes together.
  assert.deepEqual(paths, ['link.txt', 'new/copy.txt', files.at(-1)?.path]);
  assert.ok(!existsSync(join(state.path, 'forge', 'example.git', 'ran')));
});

test('a name whose bytes are no text does not hide what is in the file', async () => {
  await source.git('checkout', '--quiet', '-B', 'bytes', 'main');
  const folder = Buffer.from(`${source.path}/`);
  await writeFile(Buffer.concat([folder, Buffer.from([0x61, 0xff, 0x2a, 0x62])]), 'seen\n');
  const sha = await source.commit('Bytes');
  await source.git('push', '--quiet', join(state.path, 'forge', 'example.git'), 'bytes');
  const { baseSha, files } = await changes('refs/heads/main', sha);
  assert.equal(files.length, 1);
  assert.match(await wholePatch(baseSha, sha, files[0]?.path ?? ''), /\n\+seen\n$/);
});

test('a long patch comes in pieces that end at lines, and is whole when they are put together', async () => {
  await source.git('checkout', '--quiet', '-B', 'long', 'main');
  const line = `${'ü'.repeat(50)}\n`;
  const sha = await source.commit('Long', {
    'long.txt': line.repeat(10_000),
    ...{ 'a.txt': 'a\n', 'small.txt': 'b\n' },
    'wide.txt': `${'€'.repeat(200_000)}\nend\n`,
  });
  await source.git('push', '--quiet', join(state.path, 'forge', 'example.git'), 'long');
  const { baseSha } = await changes('refs/heads/main', sha);
  const ask = (path: string, offset: number) =>
    reader.readPatch({ repository: 'example', baseSha, headSha: sha, from: { path, offset } });
  const first = await ask('long.txt', 0);
  assert.ok(typeof first === 'object' && first.next !== null);
  assert.deepEqual([first.text.endsWith('ü\n'), first.totalBytes, first.next > 255_000], [true, null, true]);
  const second = await ask('long.txt', first.next);
  assert.ok(typeof second === 'object' && (second.totalBytes ?? 0) > 1_000_000);
  assert.ok((await wholePatch(baseSha, sha, 'long.txt')).endsWith(`+${line}`.repeat(10_000)));
  assert.ok((await wholePatch(baseSha, sha, 'wide.txt')).endsWith(`\n+${'€'.repeat(200_000)}\n+end\n`));
  const git = await source.git('diff-tree', '-r', '-p', baseSha, sha);
  const { text, paths } = await inOrder(baseSha, sha);
  assert.equal(text.trimEnd(), git);
  assert.deepEqual(new Set(paths), new Set(['a.txt', 'long.txt', 'small.txt', 'wide.txt']));
  const beyond = await ask('long.txt', 9_999_999);
  assert.deepEqual(typeof beyond === 'object' && [beyond.text, beyond.next], ['', null]);
});

test('as many whole files as fit come in one piece, whatever becomes of them', async () => {
  await source.git('checkout', '--quiet', '-B', 'many', 'main');
  await rm(join(source.path, 'link.txt'));
  await symlink('kept.txt', join(source.path, 'link.txt'));
  const names = Array.from({ length: 150 }, (_, index) => `many/${String(index).padStart(3, '0')}.txt`);
  const sha = await source.commit('Many', Object.fromEntries(names.map((name) => [name, `${name}\n`.repeat(700)])));
  await source.git('push', '--quiet', join(state.path, 'forge', 'example.git'), 'many');
  const { baseSha, files } = await changes('refs/heads/main', sha);
  assert.equal(files[0]?.status, 'type-changed');
  const { text, paths } = await inOrder(baseSha, sha);
  assert.equal(text.trimEnd(), await source.git('diff-tree', '-r', '-p', baseSha, sha));
  assert.ok(paths.length < 20 && paths.length > 5, `${paths.length} pieces`);
});

test('a piece ends between characters', () => {
  const bytes = Buffer.from(`a${'€'.repeat(100_000)}`);
  const end = pieceEnd(bytes, 0);
  assert.ok(end <= 256_000 && end > 255_990);
  assert.equal(bytes.toString('utf8', 0, end).includes('\uFFFD'), false);
});
