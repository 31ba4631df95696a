/** A worker process that is killed, or loses power, while a clean worktree is made ready: nothing is done twice, and nothing half-done counts. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type CleanTree, withCleanTree } from '../../activities/worktree/verification-pool.ts';
import { adminDir } from '../../activities/worktree/worktree-state.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { activities, clone, environment, placed, stage, verify } from '../support/clean-trees.ts';
import { writeFiles } from '../support/git.ts';
import { failsAs, REPOSITORY } from '../support/git-stage.ts';
import { textOf } from '../support/terminal.ts';
import { waitFor } from '../support/wait-for.ts';

test('a set-up that outlives its worker process keeps its worktree for the next try', async () => {
  const log = join(stage.stateDir, 'outlives');
  const setup = `echo set-up >> ${log}; until [ -e ${log}.go ]; do sleep 0.02; done; echo > made-here`;
  const task = await placed('outlives', { setup, verify: `cat a.txt made-here >> ${log}` });
  const input = await task.work({ 'a.txt': 'outlived\n' });
  const first = environment('killed');
  const running = first.run(activities().verify, input) as Promise<unknown>;
  await waitFor(() => textOf(log) === 'set-up\n', { what: 'the set-up' });
  first.cancel('WORKER_SHUTDOWN');
  await assert.rejects(running);
  const other = await placed('beside', { verify: 'test ! -e made-here && cat a.txt' });
  assert.equal((await verify(await other.work({ 'a.txt': 'beside\n' }))).green, true);
  writeFileSync(`${log}.go`, '');
  assert.equal((await verify(input, 'killed')).green, true);
  assert.equal(textOf(log), 'set-up\noutlived\n\n');
});

test('a kill between the move and set-up costs nothing, unless another verification came in between', async () => {
  const { commitSha } = (await placed('between')).input;
  const take = (owner: string, work: (tree: CleanTree) => Promise<unknown>) => {
    const { signal } = new AbortController();
    const isRunning = async (journalDir: string) => journalDir === 'runs';
    const shares = owner === 'shares';
    const setUp = { key: owner, keep: shares ? ['modules'] : [], basis: shares ? ['modules.lock'] : [], scope: owner };
    const taken = { repository: REPOSITORY, commitSha, owner, setUp, sharedAt: commitSha, isRunning, signal };
    return withCleanTree(stage.hostOf('one'), taken, work);
  };
  const killed = async (owner: string): Promise<CleanTree> => {
    const trees: CleanTree[] = [];
    const dies = take(owner, async (tree) => {
      trees.push(tree);
      throw new Error('killed');
    });
    await assert.rejects(dies, /killed/);
    return trees[0] as CleanTree;
  };
  const first = await killed('x');
  const second = await killed('x');
  assert.deepEqual([second.path, second.laying, second.isSetUp()], [first.path, first.laying, false]);
  await take('x', (tree) => tree.noteSetUp());
  assert.equal((await killed('x')).isSetUp(), true);
  const other = await killed('y');
  assert.deepEqual([other.path, other.isSetUp()], [first.path, false]);
  const again = await killed('x');
  assert.ok(again.laying !== first.laying && !again.isSetUp(), 'what it had set up is gone');
  await take('x', (tree) => tree.begins('runs'));
  assert.notEqual((await killed('z')).path, first.path, 'its command still runs');
  const lost = take('x', async (tree) => {
    writeFileSync(join(`${clone()}.verification`, `${tree.path.split('/').at(-1)}.json`), '{}');
    await tree.refuseLost();
  });
  await assert.rejects(lost, failsAs('CommandInterrupted', { final: false }));
  const onBase = await killed('shares');
  await take('shares', async (tree) => {
    mkdirSync(join(tree.path, 'modules'));
    await tree.noteSetUp();
  });
  const noted = await killed('shares');
  assert.deepEqual([noted.laying, noted.isOfBase(), noted.isSetUp()], [onBase.laying, true, false]);
  await take('shares', async (tree) => assert.equal(await tree.layOwn(), true));
  const own = await killed('shares');
  assert.deepEqual([own.isOfBase(), own.isSetUp(), own.laying === noted.laying], [false, true, false]);
});

test('a move that a kill or a power cut left half-done is done again, and a deleted worktree is made again', async () => {
  const task = await placed('cut-off');
  const path = join(stage.stateDir, 'hosts/one/worktrees/_verify/one', REPOSITORY, '1');
  const admin = adminDir({ gitDir: clone() }, '_verify', path);
  const look = 'git status --porcelain --ignored > seen; test "$(cat seen)" = "?? seen" && cat cut.txt';
  const green = async (text: string) => {
    const input = { ...(await task.work({ 'cut.txt': text })), policy: RepositoryPolicy.parse({ verify: look }) };
    assert.equal((await verify(input)).green, true);
  };
  await green('1');
  const slot = join(`${clone()}.verification`, '1.json');
  writeFileSync(slot, '{}');
  writeFileSync(join(admin, 'factory-index.lock'), '');
  rmSync(join(path, 'dir'), { recursive: true });
  await writeFiles(path, { 'cut.txt': 'half', 'half/written': '' });
  await green('2');
  rmSync(path, { recursive: true });
  await green('3');
  rmSync(admin, { recursive: true });
  await green('4');
  writeFileSync(slot, '{}');
  writeFileSync(join(admin, 'factory.json'), JSON.stringify({ id: 'half', epoch: 1, ready: false }));
  await green('5');
  for (const note of [slot, join(admin, 'factory.json'), join(admin, 'factory-index.json')]) writeFileSync(note, '');
  await green('6');
  assert.ok(existsSync(path));
});
