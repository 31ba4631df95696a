/** Puts marks in the place of folders that are elsewhere on each host: a replay puts its own there. */
import { HOST_MARK, WORKTREES_MARK } from '../../workflows/contract/recording.ts';

export interface RecordedPaths {
  readonly epicId: string;
  readonly tasks: readonly { readonly key: string; readonly worktree: string | null }[];
  /** Texts that may name a worktree of the epic's planner or reviewers, who can be on other hosts than its tasks. */
  readonly briefs: readonly string[];
}

/** Returns what replaces the folders in which the epic's worktrees are. */
export function createFolderMarks({ epicId, tasks, briefs }: RecordedPaths): (text: string) => string {
  const folders = new Set<string>();
  for (const { key, worktree } of tasks) {
    const end = `/${epicId}/${key}`;
    if (worktree?.endsWith(end)) folders.add(worktree.slice(0, -end.length));
  }
  const detached = new RegExp(`(/[^\\s'"\`]+)/${epicId}/[a-z0-9-]+\\.detached\\b`, 'g');
  for (const brief of briefs) for (const [, folder = ''] of brief.matchAll(detached)) folders.add(folder);
  // The longest first: one may be the beginning of another.
  const replaced = [...folders].toSorted((one, other) => other.length - one.length);
  return (text) => {
    let marked = text;
    for (const folder of replaced) {
      marked = marked.replaceAll(folder, WORKTREES_MARK);
      // GIT_WORKTREE_BASE may be anywhere; only the usual place is one of a host's folders.
      const host = /^(.*\/hosts\/[^/]+)\/worktrees$/.exec(folder)?.[1];
      if (host !== undefined) marked = marked.replaceAll(host, HOST_MARK);
    }
    return marked;
  };
}
