/** Findings about a change or its merge, in the words of a round. */
import type { ConflictBrief } from '../../workflows/contract/brief.ts';
import type { LeftoverGroup } from '../../workflows/contract/change.ts';
import type { Conflict } from '../../workflows/contract/conflict.ts';
import { fenced } from './prompt-files.ts';

export function leftText(lines: readonly string[] = []): string {
  if (lines.length === 0) return '';
  const why =
    'It adds files that no one asked for, and its Worker keeps them. Say whether they belong into the repository:';
  return `${why}\n${fenced('new-files', lines.join('\n'))}`;
}

export function leftoversText(groups: readonly LeftoverGroup[]): string {
  if (groups.length === 0) return '';
  const lines = groups.map(({ words, examples }) => `- ${words}: ${examples.join(', ')}`);
  return `It adds files that the task does not ask for:\n${fenced('new-files', lines.join('\n'))}
Remove what does not belong into the repository, or name it in \`.gitignore\`. What the task needs, keep, and say why in
your summary: a person sees number and size before the merge. You are told once.`;
}

export function outsideText(links: readonly string[]): string {
  if (links.length === 0) return '';
  return `These symbolic links lead out of the repository, where nobody else has what they name. They are never taken:
remove them, or make them lead to a path inside:\n${fenced('links', links.join('\n'))}`;
}

/** The parts of a brief about a merge. */
export function conflictFacts(brief: ConflictBrief): Record<string, string> {
  const { sides, files, conflicts, feedback } = brief;
  return {
    what: mergeText(brief),
    sides: sides === undefined ? '' : `The task’s commit is ${sides.task}, the base’s is ${sides.base}.`,
    files: fenced('files', files.join('\n')),
    conflicts: conflicts === undefined ? '' : conflictsText(conflicts, files.length),
    feedback:
      feedback === undefined
        ? ''
        : `Besides, you are asked for this:\n\n${fenced('feedback', `${feedback.by}: ${feedback.comment}`)}`,
  };
}

function mergeText({ targetBranch, isOwnBranch, isTakenOver }: ConflictBrief): string {
  if (isOwnBranch === true) return `Somebody else pushed to ${targetBranch}, the branch of this task, meanwhile`;
  if (isTakenOver === true) {
    return 'The base branch was rewritten, the work on this task was taken over onto what it is now';
  }
  return `Other work was merged into ${targetBranch} meanwhile`;
}

function conflictsText(conflicts: readonly Conflict[], total: number): string {
  const lines = conflicts.map(({ path, kind, others, task, base, left, problem }) => {
    const names = others.length === 0 ? '' : ` with ${others.join(', ')}`;
    const why = problem === undefined ? '' : ` Not settled: ${problem}.`;
    return `- ${path} (${kind}${names}): the task ${task}; the base ${base}. The worktree has ${left}.${why}`;
  });
  const rest = total > conflicts.length ? ['More are named when these are settled.'] : [];
  return fenced('conflicts', [...lines, ...rest].join('\n'));
}
