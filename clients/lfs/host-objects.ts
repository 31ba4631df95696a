/**
 * LFS objects of a host's clone: brought from the forge before files are written, sent to it before a push. The clone has a
 * store of its own, on which git-lfs works, so that nothing that it does there reaches another host's.
 */
import { lfsStorePath } from '../git/names.ts';
import type { Clone } from '../git/repository.ts';
import { namesLfs } from './attributes.ts';
import type { Pointer } from './pointer.ts';
import { FILTER_SETTINGS, needProgram } from './program.ts';
import { hasObject, linkObject, type ObjectMove, verifyObject } from './store.ts';
import { moveCommitObjects, moveTreeObjects, type NewCommits, type Route } from './transfer.ts';

/**
 * The settings of a git command that writes files from a tree or makes a tree of files; none where the base does not use
 * LFS, whatever a task's own tree says. Fails RepositoryUnsupported (final) without git-lfs.
 */
export async function filterSettings(clone: Clone): Promise<readonly string[]> {
  if (!(await usesLfs(clone))) return [];
  await needProgram(clone.repository ?? clone.gitDir, 'on this host');
  return FILTER_SETTINGS;
}

async function usesLfs({ base, lfsStore, ...repo }: Clone): Promise<boolean> {
  return lfsStore !== undefined && base !== undefined && (await namesLfs(repo, base.sha));
}

/** The same, once all that the files of the tree need is here. Fails LfsObjectMissing (final) too. */
export async function bringObjects(clone: Clone, tree: string): Promise<readonly string[]> {
  const settings = await filterSettings(clone);
  if (settings.length === 0) return settings;
  const forge = clone.lfsStore as string;
  await moveTreeObjects({ ...routeOf(clone), from: forge, to: lfsStorePath(clone.gitDir), put: linkObject }, tree);
  return settings;
}

/** Sends what new commits point to, before any of them is named on the forge. Fails LfsObjectMissing (final). */
export async function sendObjects(clone: Clone, sent: NewCommits): Promise<void> {
  if (!(await usesLfs(clone))) return;
  const [from, to] = [lfsStorePath(clone.gitDir), clone.lfsStore as string];
  await moveCommitObjects({ ...routeOf(clone), from, to, put: verifyAndLink }, sent);
}

/** Commands without a sandbox could have written there. */
async function verifyAndLink(move: ObjectMove): Promise<void> {
  await verifyObject(move);
  await linkObject(move);
}

const routeOf = ({ gitDir, signal, repository = gitDir }: Clone): Pick<Route, 'repo' | 'lacking' | 'remedy'> => ({
  repo: { gitDir, signal },
  lacking: `The forge of ${repository}, as this host,`,
  remedy: 'bring it back to a clone and from there to the repository (git lfs push --all), then retry',
});

/** Whether a pointer names an object of this host or of the forge. */
export async function isKnownObject({ gitDir, lfsStore }: Clone, pointer: Pointer): Promise<boolean> {
  for (const store of [lfsStorePath(gitDir), lfsStore]) {
    if (store !== undefined && (await hasObject(store, pointer))) return true;
  }
  return false;
}
