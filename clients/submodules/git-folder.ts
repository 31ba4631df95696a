/**
 * The `.git` folder of a submodule in a worktree: made so that commands there can read its history and check out another
 * commit. Commands may write to it, so the factory's git never works by it; all that is read of it is where its HEAD is.
 */
import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { finalFailure } from '../failures.ts';
import { type GitRepo, git } from '../git/git.ts';
import { readPlainFile } from '../read-if-there.ts';

/** Without a remote: an address may hold a password, and there is no network. */
const CONFIG = '[core]\n\trepositoryFormatVersion = 0\n\tbare = false\n\tlogAllRefUpdates = false\n[gc]\n\tauto = 0\n';
const SHA = /^[0-9a-f]{40}$/;

/** Makes the folder of a submodule, or finds it, with nothing but folders on the way: what agents write there may be links. */
export async function claimFolder(root: string, path: string): Promise<string> {
  const parts = path.split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    const folder = join(root, ...parts.slice(0, depth));
    const stat = await lstat(folder).catch(() => undefined);
    if (stat?.isDirectory()) continue;
    if (stat !== undefined && depth < parts.length) {
      throw finalFailure('PathTaken', `${folder} stands where the folder of a submodule goes; remove it`);
    }
    await rm(folder, { force: true });
    await mkdir(folder);
  }
  return join(root, path);
}

/** Whether the folder is within the root by its name and in truth. */
export async function isOwnFolder(root: string, path: string): Promise<boolean> {
  const [there, own] = await Promise.all([
    realpath(dirname(join(root, path))).catch(() => undefined),
    realpath(root).catch(() => ''),
  ]);
  return there === dirname(join(own, path));
}

/** Writes the folder, in the place of whatever lies there. */
export async function writeGitFolder(
  { gitDir: clone, workTree = '', indexFile = '', signal }: GitRepo,
  commit: string,
) {
  const folder = join(workTree, '.git');
  await rm(folder, { recursive: true, force: true });
  for (const name of ['', 'objects', 'objects/info', 'objects/pack', 'refs', 'info']) await mkdir(join(folder, name));
  const write = (name: string, text: string) => writeFile(join(folder, name), text, { flag: 'wx' });
  const format = '--format=%(objectname) %(refname)';
  const refs = (await git({ gitDir: clone, signal }, ['for-each-ref', format, 'refs/heads', 'refs/tags'])).trimEnd();
  // Its branches are the remote's here. Sorted, as git expects them.
  const lines = refs.split('\n').map((line) => line.replace(' refs/heads/', ' refs/remotes/origin/'));
  const packed = lines.filter(Boolean).toSorted((a, b) => (a.slice(41) < b.slice(41) ? -1 : 1));
  await write('packed-refs', ['# pack-refs with: sorted ', ...packed, ''].join('\n'));
  await write('objects/info/alternates', `${join(clone, 'objects')}\n`);
  await write('config', CONFIG);
  await copyFile(indexFile, join(folder, 'index'), constants.COPYFILE_EXCL);
  // Last: without it nothing else there counts.
  await write('HEAD', `${commit}\n`);
}

/** Takes back what commands may have written there for another git to be led by: settings, hooks, another folder's settings. */
export async function keepSettings(submodule: string): Promise<void> {
  const at = (name: string) => join(submodule, '.git', name);
  await Promise.all(
    ['hooks', 'commondir', 'config.worktree'].map((name) => rm(at(name), { recursive: true, force: true })),
  );
  if ((await readPlainFile(at('config'))) === CONFIG) return;
  await rm(at('config'), { recursive: true, force: true });
  await writeFile(at('config'), CONFIG, { flag: 'wx' });
}

/**
 * The commit that is checked out there; null when there is no such folder, and `odd` for what git would not read as the
 * factory made it.
 */
export async function readHead(submodule: string): Promise<string | null | 'odd'> {
  const folder = join(submodule, '.git');
  const stat = await lstat(folder).catch(() => undefined);
  if (stat === undefined) return null;
  if (!stat.isDirectory()) return 'odd';
  const head = (await readPlainFile(join(folder, 'HEAD')))?.trimEnd() ?? '';
  if (SHA.test(head)) return head;
  // Git allows no other characters in a branch's name.
  const ref = /^ref: (refs\/heads\/[^\0-\x20\x7f~^:?*[\\]{1,200})$/.exec(head)?.[1];
  if (ref === undefined || ref.split('/').includes('..')) return 'odd';
  const loose = (await readPlainFile(join(folder, ref)))?.trimEnd() ?? '';
  if (SHA.test(loose)) return loose;
  const packed = (await readPlainFile(join(folder, 'packed-refs'))) ?? '';
  const line =
    packed
      .split('\n')
      .find((each) => each.slice(41) === ref)
      ?.slice(0, 40) ?? '';
  return SHA.test(line) ? line : 'odd';
}
