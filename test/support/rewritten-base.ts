/** A task on a base whose last commit is dropped, and what the forge can still reach of that. */
import { after } from 'node:test';
import { createGitStage, REPOSITORY } from './git-stage.ts';
import { push } from './local-forge.ts';

const cleanups: (() => Promise<void>)[] = [];

/** Call at the top of a file. */
export function useRewrittenBases(): void {
  after(async () => {
    for (const cleanup of cleanups) await cleanup();
  });
}

const FILES: Record<string, string> = { 'a.txt': 'a\n', 'b.txt': 'b\n' };
const SECRET: Record<string, string> = { 'secret.txt': 'to be purged\n' };

/** A task with one commit pushed on a base whose last commit is to be dropped. */
export async function createStage({
  remote = false,
  key = 'work',
  target = 'main',
  files = FILES,
  dropping = SECRET,
} = {}) {
  const stage = await createGitStage({ files });
  cleanups.push(() => stage.remove());
  const { mirror } = stage;
  // Another machine's forge lets a branch be replaced from exactly where it was, as GitHub does.
  if (remote) await mirror.git('config', 'receive.denyNonFastForwards', 'false');
  const dropped = await push(mirror, 'main', dropping);
  if (target !== 'main') await mirror.git('branch', target, 'main');
  const reach = remote ? stage.byTransfer : {};
  const host = (name: string) => stage.host(name, reach);
  const one = host('one');
  const base = { branch: 'main', sha: dropped };
  const input = (epoch: number) => ({
    ...{ epicId: 'purge', taskKey: key, repository: REPOSITORY, targetBranch: target },
    placement: { host: 'one', epoch },
  });
  const { worktree, branch } = await one.prepareWorktree({ ...input(1), base });
  const commit = (name: string, epoch = 1) => one.commitChange({ ...input(epoch), worktree, message: name, key: name });
  const pushHead = (headSha: string, epoch = 1) => one.pushBranch({ ...input(epoch), worktree, branch, headSha });
  const chain = `refs/factory/checkpoints/purge/${key}`;
  /** The base without its last commit, and with another one. */
  const rewrite = async (files: Record<string, string> = { 'other.txt': 'o\n' }) => {
    await mirror.git('update-ref', 'refs/heads/main', `${dropped}^`);
    return await push(mirror, 'main', files);
  };
  /** The commits of the forge from which the dropped one can be reached. */
  const leaks = async () =>
    (await mirror.git('for-each-ref', '--format=%(refname)', `--contains=${dropped}`)).split('\n').filter(Boolean);
  /** What of the dropped commit, and of its files, can be reached from refs of the forge. */
  const leaked = async (...refs: string[]) => {
    const own = (await mirror.git('rev-list', '--objects', '--no-object-names', dropped, `^${dropped}^`)).split('\n');
    const shown = await mirror.git('rev-list', '--objects', '--no-object-names', chain, ...refs);
    return own.filter((object) => shown.split('\n').includes(object));
  };
  return {
    ...stage,
    host,
    leaked,
    one,
    base,
    dropped,
    input,
    worktree,
    branch,
    commit,
    pushHead,
    chain,
    rewrite,
    leaks,
  };
}
