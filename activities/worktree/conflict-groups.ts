/** Which paths of a merge are one conflict. Pure. */
import type { ConflictMessage, MergeReport, Stage } from '../../clients/git/merge-report.ts';

/** The two commits of a merge: ours is the task's, theirs what is merged into it. */
export interface MergeSides {
  readonly ours: string;
  readonly theirs: string;
}

/** Paths that git's report brings together are one conflict. */
export interface ConflictGroup {
  readonly paths: readonly string[];
  readonly stages: readonly Stage[];
  readonly messages: readonly ConflictMessage[];
}

export function groupPaths({ stages, messages }: MergeReport): ConflictGroup[] {
  const groups: Set<string>[] = [];
  for (const paths of [...messages.map((message) => message.paths), ...stages.map(({ path }) => [path])]) {
    const joined = new Set(paths);
    for (const group of groups.filter((each) => paths.some((path) => each.has(path)))) {
      for (const path of group) joined.add(path);
      groups.splice(groups.indexOf(group), 1);
    }
    groups.push(joined);
  }
  return groups.map((paths) => ({
    paths: [...paths],
    stages: stages.filter(({ path }) => paths.has(path)),
    messages: messages.filter((message) => message.paths.some((path) => paths.has(path))),
  }));
}
