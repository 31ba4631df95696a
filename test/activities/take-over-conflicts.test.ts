/** Conflicts of a take-over: laid, told and judged as those of any merge, on whichever host it is settled. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ConflictKind, ResolvedConflict } from '../../workflows/contract/conflict.ts';
import { keep, LONG } from '../support/conflicts.ts';
import { repositoryAt, writeFiles } from '../support/git.ts';
import { failsAs } from '../support/git-stage.ts';
import { createStage, useRewrittenBases } from '../support/rewritten-base.ts';

useRewrittenBases();

type Files = Record<string, string>;
interface Meeting {
  readonly remote?: boolean;
  /** The base before the commit that is dropped, that commit, the task's work on it, and what the new base has besides. */
  readonly files?: Files;
  readonly dropping?: Files;
  readonly task: (at: (path: string) => string) => unknown;
  readonly base: Files | ((at: (path: string) => string) => unknown);
}

/** A task that was taken over with conflicts by host `two`. */
async function meet({ remote = false, files = {}, dropping, task, base }: Meeting) {
  const all = { 'a.txt': LONG, 'b.txt': LONG, ...files };
  const stage = await createStage({ remote, files: all, ...(dropping === undefined ? {} : { dropping }) });
  const { input, dropped, worktree, commit, pushHead, rewrite, source, mirror } = stage;
  await task((path) => join(worktree, path));
  const first = await commit('k1');
  await pushHead(first.headSha);
  let now: string;
  if (typeof base === 'function') {
    await source.git('checkout', '--quiet', '-B', 'rewritten', 'main');
    await base((path) => join(source.path, path));
    now = await source.commit('Rewritten');
    await mirror.git('fetch', '--quiet', '--force', source.path, 'rewritten:main');
  } else now = await rewrite(base);
  const at = (name: string, epoch: number) => ({ ...input(epoch), placement: { host: name, epoch } });
  const place = async (name: string, epoch: number, from: string, sha = now) => {
    const known = { branch: 'main', sha };
    const host = stage.host(name);
    // As its task knows it: until the branch is pushed again, the forge has the old one.
    const replaces = epoch === 2 ? {} : { replaces: first.headSha };
    const prepared = await host.prepareWorktree({ ...at(name, epoch), base: known, from, ...replaces });
    const here = { ...at(name, epoch), worktree: prepared.worktree };
    let commits = 0;
    const submit = (...resolved: ResolvedConflict[]) => {
      commits += 1;
      return host.commitChange({ ...here, message: 'Settle', key: `${name}-${epoch}-${commits}`, resolved });
    };
    const refused = async (...resolved: ResolvedConflict[]) => {
      const { unresolved, changed } = await submit(...resolved);
      assert.equal(changed, false);
      return unresolved.map(({ path, kind, problem = '' }) => ({ path, kind, problem }));
    };
    const checkpoint = (turn: number) => host.checkpoint({ ...here, agentId: 'a', turn });
    const deliver = async (headSha: string) => host.pushBranch({ ...here, branch: prepared.branch, headSha });
    const text = (path: string) => readFileSync(join(prepared.worktree, path), 'utf8');
    const { git } = repositoryAt(prepared.worktree);
    return { host, prepared, submit, refused, checkpoint, deliver, text, git, worktree: prepared.worktree };
  };
  const two = await place('two', 2, dropped);
  const told = two.prepared.takenOver?.conflicts.map(({ path, kind }) => [path, kind]);
  return { ...stage, first, now, place, two, told };
}

const write = (files: Files) => (at: (path: string) => string) => writeFiles(at(''), files);

for (const remote of [false, true]) {
  const where = remote ? 'another machine' : 'this machine';

  test(`it lies there as a merge, also where its host was lost in the middle of it (forge on ${where})`, async () => {
    const met = await meet({
      remote,
      dropping: { 'a.txt': LONG.replace('one', 'to be purged'), 'secret.txt': 'to be purged\n' },
      task: write({ 'a.txt': LONG.replace('one', 'to be purged').replace('six', 'task'), 'c.txt': 'mine\n' }),
      base: { 'a.txt': LONG.replace('six', 'base') },
    });
    const { two, told, now, first, mirror, branch } = met;
    assert.deepEqual(told, [['a.txt', 'content']]);
    assert.match(two.text('a.txt'), /<{7} [0-9a-f]{40}\ntask\n={7}\nbase\n>{7} [0-9a-f]{40}\n/);
    assert.equal(two.prepared.takenOver?.replaces, first.headSha);
    await writeFiles(two.worktree, { 'b.txt': 'a turn further\n' });
    await two.checkpoint(1);
    assert.deepEqual(await met.leaked(), []);

    const three = await met.place('three', 3, now);
    assert.equal(three.text('b.txt'), 'a turn further\n');
    const [open, ...others] = await three.refused();
    assert.deepEqual([open?.path, open?.kind, others], ['a.txt', 'content', []]);
    assert.match(open?.problem ?? '', /still holds markers of this merge/);
    await writeFiles(three.worktree, { 'a.txt': LONG.replace('six', 'both') });
    const settled = await three.submit();
    assert.deepEqual(settled.unresolved, []);
    assert.equal(await three.git('rev-parse', `${settled.headSha}^@`), two.prepared.headSha);
    assert.equal(await three.git('rev-parse', `${two.prepared.headSha}^@`), now);
    await three.deliver(settled.headSha);
    assert.deepEqual(await met.leaks(), []);
    assert.deepEqual(await met.leaked(branch), []);
    assert.equal(await mirror.git('diff', '--name-only', 'main', branch), 'a.txt\nb.txt\nc.txt');
    await assert.rejects(met.pushHead(first.headSha), failsAs(remote ? 'BaseRewritten' : 'PushRejected'));
  });
}

test('a commit or merge that is made in the worktree settles nothing', async () => {
  const met = await meet({ task: write({ 'a.txt': 'mine\n' }), base: { 'a.txt': 'theirs\n' } });
  const { two } = met;
  const markers = { path: 'a.txt', kind: 'content' as ConflictKind };
  const isRefused = async () =>
    assert.deepEqual(
      (await two.refused()).map(({ path, kind }) => ({ path, kind })),
      [markers],
    );
  await two.git('commit', '--quiet', '-am', 'As it is');
  await isRefused();
  const base = two.prepared.takenOver?.sides?.base ?? '';
  await two.git('merge', '--quiet', '-s', 'ours', '-m', 'Merge', base);
  await isRefused();
  await two.git('reset', '--quiet', '--hard', met.now);
  const [again] = await two.refused();
  assert.match(again?.problem ?? '', /the whole merge was thrown away and lies in the worktree again/);
  assert.match(two.text('a.txt'), /^<{7} /);
  const { headSha, unresolved } = await two.submit(keep('a.txt', 'task'));
  assert.deepEqual(unresolved, []);
  assert.equal(await two.git('show', `${headSha}:a.txt`), 'mine');
});

test('a Worker that goes back to the dropped history takes nothing of it along', async () => {
  const met = await meet({ task: write({ 'a.txt': 'mine\n' }), base: { 'a.txt': 'theirs\n' } });
  const { two, first, dropped } = met;
  await writeFiles(two.worktree, { 'a.txt': 'both\n' });
  const settled = await two.submit();
  await two.deliver(settled.headSha);
  await two.git('reset', '--quiet', '--hard', first.headSha);
  const taken = await two.checkpoint(1);
  assert.deepEqual([taken.sha, taken.leftOut], [null, ['secret.txt (dropped by the rewritten base)']]);
  assert.deepEqual(
    (await two.refused(keep('secret.txt', 'task'))).map(({ path, kind }) => [path, kind]),
    [['secret.txt', 'dropped']],
  );
  rmSync(join(two.worktree, 'secret.txt'));
  await writeFiles(two.worktree, { 'a.txt': 'both, again\n' });
  await two.git('merge', '--quiet', '--no-edit', first.headSha, '-s', 'ours');
  assert.equal((await two.checkpoint(2)).pushed, true);
  const { headSha } = await two.submit();
  await two.deliver(headSha);
  assert.deepEqual([await met.leaks(), await met.leaked(met.branch)], [[], []]);
  await assert.rejects(two.git('merge-base', '--is-ancestor', dropped, headSha));
});

const KINDS: Record<string, Meeting & { readonly is: [string, ConflictKind][] }> = {
  'a binary file': {
    files: { 'p.bin': 'a\0b\n' },
    task: write({ 'p.bin': 'task\0\n' }),
    base: { 'p.bin': 'base\0\n' },
    is: [['p.bin', 'binary']],
  },
  'a binary file that the dropped commit changed': {
    files: { 'p.bin': 'a\0b\n' },
    dropping: { 'p.bin': 'purged\0\n' },
    task: write({ 'p.bin': 'task\0\n' }),
    base: { 'p.bin': 'base\0\n' },
    is: [['p.bin', 'binary']],
  },
  'a file that the dropped commit added, and the task changed': {
    dropping: { 'n.txt': LONG },
    task: write({ 'n.txt': LONG.replace('one', 'task') }),
    base: { 'o.txt': 'o\n' },
    is: [['n.txt', 'modify/delete']],
  },
  'a file that the task deleted': {
    task: (at) => rmSync(at('a.txt')),
    base: { 'a.txt': 'base\n' },
    is: [['a.txt', 'modify/delete']],
  },
  'a file that both added': {
    task: write({ 'n.txt': 'task\n' }),
    base: { 'n.txt': 'base\n' },
    is: [['n.txt', 'add/add']],
  },
  'a file that both renamed': {
    dropping: { 'r.txt': LONG },
    files: { 'r.txt': LONG.replace('two', 'before') },
    task: (at) => renameSync(at('r.txt'), at('task.txt')),
    base: (at) => renameSync(at('r.txt'), at('base.txt')),
    is: [['r.txt', 'rename/rename']],
  },
  'a file where the other has a folder': {
    task: write({ x: 'file\n' }),
    base: { 'x/y.txt': 'folder\n' },
    is: [['x', 'file/folder']],
  },
};

for (const [name, { is, ...meeting }] of Object.entries(KINDS)) {
  test(`${name} comes back by its kind, here and on another host`, async () => {
    const met = await meet(meeting);
    assert.deepEqual(met.told, is);
    const kinds = async ({ refused }: typeof met.two) => (await refused()).map(({ path, kind }) => [path, kind]);
    assert.deepEqual(await kinds(met.two), is);
    const three = await met.place('three', 3, met.now);
    assert.deepEqual(await kinds(three), is);
    const { unresolved, headSha } = await three.submit(...is.map(([path]) => keep(path, 'task')));
    assert.deepEqual(unresolved, []);
    await three.deliver(headSha);
    assert.deepEqual([await met.leaks(), await met.leaked(met.branch)], [[], []]);
    assert.equal(await three.git('ls-files', '*~*'), '');
  });
}

test('a file in a folder that the base renamed is asked about on another host too', async () => {
  const folder = { 'dir/one': LONG, 'dir/two': `${LONG}${LONG}` };
  const met = await meet({
    files: folder,
    task: write({ 'dir/three': 'three\n' }),
    base: (at) => {
      mkdirSync(at('other'));
      for (const file of ['one', 'two']) renameSync(at(`dir/${file}`), at(`other/${file}`));
    },
  });
  const three = await met.place('three', 3, met.now);
  const [open] = await three.refused();
  assert.equal(open?.path, 'other/three');
  const { unresolved, headSha } = await three.submit(keep('other/three', 'task'));
  assert.deepEqual(unresolved, []);
  assert.equal(await three.git('show', `${headSha}:other/three`), 'three');
});

for (const isLost of [false, true]) {
  test(`a base that is rewritten once more while conflicts lie there${isLost ? ', and the host is lost,' : ''} loses no work`, async () => {
    const met = await meet({
      task: write({ 'a.txt': LONG.replace('six', 'task'), 'c.txt': 'mine\n' }),
      base: { 'a.txt': LONG.replace('six', 'base'), 'gone.txt': 'dropped next\n' },
    });
    await met.two.checkpoint(1);
    const last = await met.rewrite({ 'a.txt': LONG.replace('six', 'another') });
    const three = await met.place(isLost ? 'three' : 'two', 3, met.now, last);
    assert.deepEqual(
      three.prepared.takenOver?.conflicts.map(({ path, kind }) => [path, kind]),
      [['a.txt', 'content']],
    );
    assert.match(three.text('a.txt'), /<{7} [0-9a-f]{40}\ntask\n={7}\nanother\n>{7} /);
    const { unresolved, headSha } = await three.submit(keep('a.txt', 'task'));
    assert.deepEqual(unresolved, []);
    await three.deliver(headSha);
    assert.deepEqual([await met.leaks(), await met.leaked(met.branch)], [[], []]);
    assert.equal(await met.mirror.git('diff', '--name-only', last, met.branch), 'a.txt\nc.txt');
    await assert.rejects(three.git('merge-base', '--is-ancestor', met.now, headSha));
  });
}
