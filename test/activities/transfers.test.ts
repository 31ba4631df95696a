/** Transfers and checkouts that are cut off: the next try goes on from what is there. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { openMirror } from '../../activities/forge/mirror.ts';
import { takeSnapshot } from '../../activities/worktree/snapshot.ts';
import { openWorktree } from '../../activities/worktree/worktree-state.ts';
import { git } from '../../clients/git/git.ts';
import { clonePath } from '../../clients/git/names.ts';
import {
  createFolder,
  createRepository,
  type Repository,
  repositoryAt,
  type TemporaryFolder,
  writeFiles,
} from '../support/git.ts';
import { createGitStage, failsAs, type GitStage, REPOSITORY, tasksOf } from '../support/git-stage.ts';

const FILES = 2_000;
let stage: GitStage;
let programs: TemporaryFolder;
const path = process.env.PATH;
before(async () => {
  const many = Array.from({ length: FILES }, (_, i) => [`dir-${i % 20}/file-${i}.txt`, `${i}\n`.repeat(20)]);
  stage = await createGitStage({ files: Object.fromEntries(many) });
  programs = await createFolder('programs');
});
after(async () => {
  process.env.PATH = path;
  await Promise.all([stage.remove(), programs.remove()]);
});

const task = tasksOf('long');

/** From now on a shell script is `git`; it finds the real one as "$git", and a folder for what it notes as "$notes". */
function putBeforeGit(script: string): void {
  process.env.PATH = path;
  const file = join(programs.path, 'git');
  const notes = join(programs.path, 'notes');
  writeFileSync(
    file,
    `#!/bin/sh\ngit=$(PATH='${path}' command -v git)\nnotes='${notes}'\nmkdir -p "$notes"\n${script}\nexec "$git" "$@"\n`,
  );
  chmodSync(file, 0o755);
  process.env.PATH = `${programs.path}${delimiter}${path}`;
}

function takeAway(): void {
  process.env.PATH = path;
  rmSync(join(programs.path, 'notes'), { recursive: true, force: true });
}

test('a checkout that goes on slowly is no failure, and one that stands still is', async () => {
  putBeforeGit('for i in 1 2 3 4 5 6 7 8; do printf "Updating files: %s0%% (1/2)\\r" $i >&2; sleep 0.1; done');
  const repo = { gitDir: stage.mirror.path };
  assert.match(await git(repo, ['--version'], { idleMs: 400, showsProgress: true }), /git version/);
  putBeforeGit('echo "Updating files: 10% (1/10)" >&2; sleep 30');
  await assert.rejects(
    git(repo, ['--version'], { idleMs: 300 }),
    failsAs('GitFailed', { final: false, message: /no progress for 0.3 s/ }),
  );
  takeAway();
});

test('a checkout that was ended half-way is completed, and what it had written stays as it is', async () => {
  const one = stage.host('one');
  // The first to write files is killed when some of them are there.
  putBeforeGit(`case "$*" in *" -u"*) if mkdir "$notes/killed" 2>/dev/null; then
    "$git" "$@" & pid=$!
    until [ -e "$GIT_WORK_TREE/dir-3" ]; do :; done
    kill -9 $pid; exit 137
  fi;; esac`);
  await assert.rejects(one.prepareWorktree(task('half')), failsAs('GitFailed', { final: false }));
  const worktree = join(stage.stateDir, 'hosts/one/worktrees/long/half');
  const written = () =>
    new Map(
      readdirSync(worktree, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.txt'))
        .map((name) => [name, lstatSync(join(worktree, name)).ino] as const),
    );
  const before = written();
  assert.ok(before.size > 0 && before.size < FILES, `${before.size} files were there`);
  takeAway();
  assert.equal((await one.prepareWorktree(task('half'))).worktree, worktree);
  const now = written();
  assert.equal(now.size, FILES);
  // The one that was being written may be half a file.
  const again = [...before].filter(([name, inode]) => now.get(name) !== inode);
  assert.ok(again.length <= 1, `${again.length} of ${before.size} files were written again`);
  assert.equal(await repositoryAt(worktree).git('status', '--porcelain'), '');
});

test('a half-made worktree becomes one of the commit that is wanted by then', async () => {
  const one = stage.host('one');
  const first = await stage.mirror.git('rev-parse', 'main');
  const detached = { epicId: 'long', name: 'plan', repository: REPOSITORY, placement: { host: 'one', epoch: 1 } };
  putBeforeGit('case "$*" in *" -u"*) "$git" "$@"; exit 1;; esac');
  await assert.rejects(one.prepareDetached({ ...detached, commit: first }), failsAs('GitFailed', { final: false }));
  takeAway();
  await stage.source.git('rm', '--quiet', '-r', 'dir-1');
  const second = await stage.source.commit('Less', { 'more.txt': 'more\n' });
  await stage.mirror.git('fetch', '--quiet', stage.source.path, 'main');
  const { worktree } = await one.prepareDetached({ ...detached, commit: second });
  assert.equal(await repositoryAt(worktree).git('status', '--porcelain', '--ignored'), '');
  assert.deepEqual([existsSync(join(worktree, 'dir-1')), existsSync(join(worktree, 'more.txt'))], [false, true]);
});

test('a snapshot of many new files that is ended half-way keeps what it had taken in', async () => {
  const { worktree: path } = await stage.host('one').prepareWorktree(task('snapshot'));
  const worktree = await openWorktree(stage.hostOf('one'), { ...task('snapshot'), worktree: path });
  await writeFiles(path, Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`new-${i}.txt`, `${i}\n`])));
  const updates = 'case "$*" in *" update-index "*) mkdir "$notes/$$"; n=$(ls "$notes" | wc -l);';
  putBeforeGit(`${updates} [ $n -lt 3 ] || exit 1;; esac`);
  await assert.rejects(takeSnapshot(worktree, 10), failsAs('GitFailed', { final: false }));
  takeAway();
  putBeforeGit('case "$*" in *" update-index "*) mkdir "$notes/$$";; esac');
  const { tree } = await takeSnapshot(worktree, 10);
  assert.equal(readdirSync(join(programs.path, 'notes')).length, 1);
  takeAway();
  assert.equal((await stage.mirror.git('ls-tree', '--name-only', tree)).match(/new-/g)?.length, 25);
});

/** A source with a history, whose first fetch is cut off, and then each after its first step. */
async function createHistory(): Promise<Repository> {
  const source = await createRepository();
  const commit = (i: number) => `commit refs/heads/main\ncommitter T <t@localhost> ${i} +0000\ndata 1\n.\n`;
  const commits = Array.from({ length: COMMITS }, (_, i) => commit(i)).join('');
  execFileSync('git', ['-C', source.path, 'fast-import', '--quiet', '--force'], { input: commits });
  return source;
}

const COMMITS = 150;
const CUT_FETCHES = `case "$*" in *" fetch "*)
  echo "$*" >>"$notes/fetches"
  case "$*" in *--depth*|*--deepen=64*) ;; *--deepen*) ;; *) exit 128;; esac
  if [ "$(grep -c -e --de "$notes/fetches")" = 2 ] && mkdir "$notes/cut" 2>/dev/null; then exit 128; fi
  ;; esac`;

test('a mirror whose first fetch was cut off goes on from each step that arrived', async () => {
  const source = await createHistory();
  const folder = await createFolder('mirror');
  const gitDir = join(folder.path, 'mirror.git');
  putBeforeGit(CUT_FETCHES);
  try {
    await assert.rejects(openMirror(gitDir, { path: source.path }), failsAs('GitFailed', { final: false }));
    // The newest commit arrives, the next step is cut off.
    await assert.rejects(openMirror(gitDir, { path: source.path }), failsAs('GitFailed', { final: false }));
    assert.equal(existsSync(gitDir), false);
    const half = repositoryAt(`${gitDir}.making`);
    assert.equal(await half.git('rev-list', '--count', 'main'), '1');
    await openMirror(gitDir, { path: source.path });
    assert.equal(await repositoryAt(gitDir).git('rev-list', '--count', 'main'), String(COMMITS));
    assert.equal(await repositoryAt(gitDir).git('rev-parse', '--is-shallow-repository'), 'false');
    await repositoryAt(gitDir).git('fsck', '--connectivity-only');
  } finally {
    takeAway();
    await Promise.all([source.remove(), folder.remove()]);
  }
});

test('a host’s clone of a forge elsewhere goes on too, and a base branch that is missing is nobody else’s trouble', async () => {
  const source = await createHistory();
  const bare = await createFolder('forge');
  await source.git('clone', '--quiet', '--bare', '.', join(bare.path, 'forge.git'));
  const remote = { remoteOf: () => join(bare.path, 'forge.git') };
  const far = stage.host('far', remote);
  const missing = { ...task('missing', { host: 'far' }), targetBranch: 'no-such-branch' };
  await assert.rejects(far.prepareWorktree(missing), failsAs('BaseBranchMissing'));
  putBeforeGit(CUT_FETCHES);
  try {
    for (let i = 0; i < 2; i++) {
      await assert.rejects(far.prepareWorktree(task('far', { host: 'far' })), failsAs('GitFailed', { final: false }));
    }
    const clone = repositoryAt(clonePath(stage.stateDir, 'far', REPOSITORY));
    assert.equal(await clone.git('rev-list', '--count', 'refs/remotes/forge/main'), '1');
    await far.prepareWorktree(task('far', { host: 'far' }));
    assert.equal(await clone.git('rev-list', '--count', 'refs/remotes/forge/main'), String(COMMITS));
    assert.equal(await clone.git('rev-parse', '--is-shallow-repository'), 'false');
  } finally {
    takeAway();
    await Promise.all([source.remove(), bare.remove()]);
  }
});
