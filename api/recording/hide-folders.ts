/** Puts marks in the place of folders that are elsewhere on each host: a replay puts its own there. */
import { HOST_MARK, WORKTREES_MARK } from '../../workflows/contract/recording.ts';

/** Returns what replaces the folders that these worktrees of an epic's tasks are in. */
export function createFolderMarks(epicId: string, worktrees: readonly { key: string; worktree: string | null }[]) {
  const folders = new Set<string>();
  for (const { key, worktree } of worktrees) {
    const end = `/${epicId}/${key}`;
    if (worktree?.endsWith(end)) folders.add(worktree.slice(0, -end.length));
  }
  return (text: string): string => {
    let marked = text;
    for (const folder of folders) {
      marked = marked.replaceAll(folder, WORKTREES_MARK);
      // GIT_WORKTREE_BASE may be anywhere; only the usual place is one of a host's folders.
      const host = /^(.*\/hosts\/[^/]+)\/worktrees$/.exec(folder)?.[1];
      if (host !== undefined) marked = marked.replaceAll(host, HOST_MARK);
    }
    return marked;
  };
}
