import assert from 'node:assert/strict';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { commitTree } from '../../activities/worktree/commits.ts';
import { isAncestor, isNearAncestor } from '../../clients/git/ancestry.ts';
import { readLoose, writeLoose } from '../../clients/git/objects.ts';
import { readRefFiles } from '../../clients/git/ref-files.ts';
import { moveRefs, readCommit, readRefs } from '../../clients/git/refs.ts';
import { createRepository, type Repository } from '../support/git.ts';
import { failsAs } from '../support/git-stage.ts';

let repository: Repository;
let repo: { gitDir: string };
before(async () => {
  repository = await createRepository();
  repo = { gitDir: join(repository.path, '.git') };
});
after(() => repository.remove());

const git = (...args: string[]) => repository.git(...args);

test('loose, packed, moved-after-packing, symbolic and missing refs are read as git reads them', async () => {
  const [first, second] = [await git('rev-parse', 'HEAD'), await repository.commit('Second')];
  await git('branch', 'loose', second);
  await git('branch', 'packed', first);
  await git('branch', 'both', first);
  await git('branch', 'gone', first);
  await git('pack-refs', '--all');
  await git('update-ref', 'refs/heads/both', second);
  await git('branch', 'loose/not', first).catch(() => {});
  await git('branch', 'late', second);
  await git('branch', '-D', 'gone');
  await git('symbolic-ref', 'refs/heads/link', 'refs/heads/packed');
  await git('symbolic-ref', 'refs/heads/dangling', 'refs/heads/nothing');
  await git('tag', '-a', '-m', 'A tag', 'v1');
  const names = ['loose', 'packed', 'both', 'gone', 'late', 'link', 'dangling', 'no/such', 'loose/x'];
  const refs = names.map((name) => `refs/heads/${name}`);
  const found = await readRefFiles(repo, [...refs, 'refs/heads', 'HEAD']);
  const listed = await git('for-each-ref', '--format=%(refname) %(objectname)', ...refs, 'HEAD');
  const expected = new Map(listed.split('\n').map((line) => line.split(' ') as [string, string]));
  expected.set('HEAD', second);
  assert.deepEqual([...found].toSorted(), [...expected].toSorted());
  assert.equal(found.size, 6);

  // What is not understood is git's to judge.
  writeFileSync(join(repo.gitDir, 'refs/heads/broken'), 'rubbish\n');
  await assert.rejects(readRefFiles(repo, ['refs/heads/broken']), failsAs('GitFailed', { final: false }));
  rmSync(join(repo.gitDir, 'refs/heads/broken'));
});

test('commits are read loose and packed alike, and a damaged one is not believed', async () => {
  const sha = await repository.commit('Subject\n\nBody – ünï\n\nFactory-Key: k', { 'x.txt': 'x\n' });
  const read = async () => (await readRefs({ ...repo }, ['refs/heads/main'])).get('refs/heads/main');
  const loose = await read();
  assert.ok(loose);
  assert.deepEqual(
    [loose.sha, loose.tree, ...loose.parents].join('\n'),
    await git('rev-parse', sha, `${sha}^{tree}`, `${sha}^`),
  );
  assert.equal(loose.message.trim(), await git('log', '-1', '--format=%B'));
  await git('repack', '-q', '-a', '-d');
  // Under another name of the same folder nothing is remembered.
  const packed = await readCommit({ gitDir: `${repo.gitDir}/.` }, sha);
  assert.deepEqual({ ...packed, message: packed.message.trim() }, { ...loose, message: loose.message.trim() });
  await assert.rejects(readCommit(repo, 'd'.repeat(40)), failsAs('RepositoryDamaged'));

  const blob = await writeLoose(repo, 'blob', Buffer.from('content'));
  assert.equal(await git('cat-file', 'blob', blob), 'content');
  assert.equal((await readLoose(repo, blob, 'blob'))?.toString(), 'content');
  assert.equal(await readLoose(repo, blob, 'commit'), undefined);
  const other = await writeLoose(repo, 'blob', Buffer.from('other'));
  const file = (name: string) => join(repo.gitDir, 'objects', name.slice(0, 2), name.slice(2));
  rmSync(file(blob));
  copyFileSync(file(other), file(blob));
  assert.equal(await readLoose(repo, blob, 'blob'), undefined);
  rmSync(file(blob));
});

test('a commit made here is the one that git would make, and git finds nothing wrong with it', async () => {
  const [tree, head] = (await git('rev-parse', 'HEAD^{tree}', 'HEAD')).split('\n') as [string, string];
  const author = { name: ' <Nobody>\n. ', email: 'no@body' };
  const sha = await commitTree(repo, {
    tree,
    parents: [head, head],
    message: 'Ünï\n\nBody',
    trailers: { 'Factory-Key': 'k' },
    author,
  });
  await git('fsck', '--strict', sha);
  assert.equal(
    await git('log', '-1', '--format=%T %P %an <%ae> %cn <%ce>%n%B', sha),
    `${tree} ${head} Nobody <no@body> Nobody <no@body>\nÜnï\n\nBody\n\nFactory-Key: k`,
  );
  assert.equal((await readCommit(repo, sha)).message, 'Ünï\n\nBody\n\nFactory-Key: k\n');
});

test('refs move together or not at all', async () => {
  const [a, b] = [await git('rev-parse', 'HEAD'), await repository.commit('Next')];
  const move = (ref: string, from: string | null, to: string | null) => ({ ref: `refs/test/${ref}`, from, to });
  assert.equal(await moveRefs(repo, [move('x', null, a), move('y', null, a)]), true);
  assert.equal(await moveRefs(repo, [move('x', a, b), move('y', b, a)]), false);
  assert.equal(await moveRefs(repo, [move('x', a, b)], [{ ref: 'refs/test/y', at: b }]), false);
  assert.equal(await git('for-each-ref', '--format=%(objectname)', 'refs/test'), `${a}\n${a}`);
  assert.equal(await moveRefs(repo, [move('x', a, b), move('y', a, null)]), true);
  assert.equal(await git('for-each-ref', '--format=%(objectname)', 'refs/test'), b);
});

test('ancestry is what git says, near, far, unrelated and packed', async () => {
  const tree = await git('rev-parse', 'HEAD^{tree}');
  const chain = [await git('rev-parse', 'HEAD')];
  for (let i = 0; i < 80; i++) {
    chain.push(await commitTree(repo, { tree, parents: chain.slice(-1), message: `${i}` }));
  }
  const [far, near, last] = [chain[0] ?? '', chain[70] ?? '', chain[80] ?? ''];
  const side = await commitTree(repo, { tree, parents: [near], message: 'side' });
  const root = await commitTree(repo, { tree, parents: [], message: 'root' });
  await git('update-ref', 'refs/test/last', last);
  await git('update-ref', 'refs/test/side', side);
  await git('update-ref', 'refs/test/root', root);
  const check = async (gitDir: string) => {
    for (const [ancestor, descendant] of [far, near, last, side, root].flatMap((one) =>
      [far, near, last, side, root].map((other) => [one, other] as const),
    )) {
      const says = await git('merge-base', '--is-ancestor', ancestor, descendant).then(
        () => true,
        () => false,
      );
      assert.equal(await isAncestor({ gitDir }, ancestor, descendant), says, `${ancestor} ${descendant}`);
    }
  };
  await check(repo.gitDir);
  assert.equal(await isNearAncestor(repo, near, last), true);
  assert.equal(await isNearAncestor(repo, last, root), false, 'all of the history was seen');
  assert.equal(await isNearAncestor(repo, far, last), undefined, 'too far to say');
  await git('repack', '-q', '-a', '-d');
  await check(`${repo.gitDir}/.`);
});
