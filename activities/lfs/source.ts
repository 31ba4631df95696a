/** LFS objects of the person's own repository: copied into the local forge with the base, and back with the result. */
import { isAbsolute, join, resolve } from 'node:path';
import { type GitRepo, gitResult } from '../../clients/git/git.ts';
import { lfsStorePath } from '../../clients/git/names.ts';
import { listLfsFiles, namesLfs } from '../../clients/lfs/attributes.ts';
import { needProgram } from '../../clients/lfs/program.ts';
import { copyObject, hasObject } from '../../clients/lfs/store.ts';
import { missingObjects, moveCommitObjects, moveTreeObjects, type NewCommits } from '../../clients/lfs/transfer.ts';
import { commonDir, findGitDir } from '../forge/examine-source.ts';

/**
 * Whether the files of the source's base can be checked out here: read only, the same for `doctor` and for an epic.
 * `mirror` is the git folder of the local forge's repository, which may have what the source lost.
 * Fails RepositoryUnsupported, LfsObjectMissing (final).
 */
export async function examineLfs(
  repo: GitRepo,
  commit: string,
  { path, repository, mirror }: { readonly path: string; readonly repository: string; readonly mirror: string },
): Promise<void> {
  if (!(await namesLfs(repo, commit))) return;
  await needProgram(repository, 'here');
  const stores = [await storeAt(path), lfsStorePath(mirror)];
  const isMissing = await Promise.all(
    (await listLfsFiles(repo, commit)).map(async (file) => {
      const { pointer } = file;
      if (pointer === undefined) return [];
      const found = await Promise.all(stores.map((store) => hasObject(store, pointer)));
      return found.includes(true) ? [] : [file];
    }),
  );
  const missing = isMissing.flat();
  if (missing.length > 0) throw missingObjects(missing, wordsOf(path));
}

/** Copies what a commit of the source needs into the mirror. Idempotent. Fails LfsObjectMissing (final). */
export async function copyFromSource(mirror: GitRepo, path: string, commit: string): Promise<void> {
  if (!(await namesLfs(mirror, commit))) return;
  const [from, to] = [await storeAt(path), lfsStorePath(mirror.gitDir)];
  await moveTreeObjects({ ...wordsOf(path), repo: mirror, from, to, put: copyObject }, commit);
}

/** Copies what new commits point to into the source, before they are pushed there. Idempotent, and fails alike. */
export async function copyToSource(mirror: GitRepo, path: string, given: NewCommits): Promise<void> {
  const named = await Promise.all(given.commits.map((commit) => namesLfs(mirror, commit)));
  if (!named.includes(true)) return;
  const [from, to] = [lfsStorePath(mirror.gitDir), await storeAt(path)];
  await moveCommitObjects({ ...wordsOf(path), repo: mirror, from, to, put: copyObject }, given);
}

/** Where git-lfs keeps them there: `lfs.storage` of its configuration may name another folder. */
async function storeAt(path: string): Promise<string> {
  const common = await commonDir(await findGitDir(path));
  const args = ['config', '--file', join(common, 'config'), '--get', 'lfs.storage'];
  const named = (await gitResult({ gitDir: common }, args)).stdout.trim();
  if (named === '') return lfsStorePath(common);
  return isAbsolute(named) ? named : resolve(common, named);
}

const wordsOf = (path: string) => ({
  lacking: path,
  remedy: 'run git lfs fetch --all there, or git lfs push --all to it from a clone that has them, then retry',
});
