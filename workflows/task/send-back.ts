/** Work that goes back to its Worker, and why nothing of it was committed. */
import { ApplicationFailure } from '@temporalio/workflow';
import type { Feedback } from '../contract/pull-request.ts';
import type { TriageCause } from '../contract/triage.ts';
import { speakers, textOf } from '../pull-request/news.ts';
import type { Task } from './context.ts';
import { countSetback, noteTried, SETBACK_WORDS, type Setback, setOpening } from './state.ts';

interface NextRound {
  /** What its Worker is told. */
  readonly opening: Task['data']['opening'];
  /** Why, for people. */
  readonly words: string;
}

interface SentBack extends Pick<NextRound, 'opening'>, Partial<Pick<NextRound, 'words'>> {
  readonly setback: Setback;
}

/** Opens the Worker's next round; a person must look when it had all its rounds of this kind. */
export function sendBack(task: Task, { setback, opening, words = SETBACK_WORDS[setback] }: SentBack): void {
  const { data, input } = task;
  sendBackUncounted(task, { opening, words });
  if (countSetback(data, setback, input.settings.limits)) return;
  throw ApplicationFailure.create({
    type: setback === 'conflict' ? 'MergeConflict' : 'TaskFailed',
    message: `${words} more than ${input.settings.limits.rounds} times`,
    nonRetryable: true,
    details: [{ cause: setback satisfies TriageCause }],
  });
}

/** Opens the Worker's next round, which counts as no setback. */
export function sendBackUncounted(task: Task, { opening, words }: NextRound): void {
  task.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `${task.input.task.key} goes back to its Worker`,
    reason: words,
  });
  noteTried(task.data, opening.kind === 'changes-requested' ? `${words}: ${opening.summary}` : words);
  setOpening(task.data, opening);
}

/** What people said after the Worker's last turn opens its next round. */
export function sendBackSaid(task: Task, said: readonly Feedback[]): void {
  const by = speakers(said);
  setOpening(task.data, { kind: 'feedback', by, comment: textOf(said) });
  task.logLine({
    actor: by,
    kind: 'decision',
    decision: `${task.input.task.key} goes back to its Worker`,
    reason: textOf(said).slice(0, 500),
  });
}

/** A program would have to encrypt the text first, so it must be in no commit as it is. */
export function sendBackFiltered(task: Task, files: readonly string[]): void {
  const list = files.slice(0, 50).join(', ');
  const what = `${task.input.task.key} was not committed: it changes files that .gitattributes gives a filter`;
  task.logLine({ actor: 'factory', kind: 'refusal', decision: what, reason: list });
  const comment = `Nothing was committed. The base branch’s .gitattributes assigns a filter to these files, which is a program that encrypts or converts them. The factory does not run it, so your text would be stored unconverted. Undo your changes to these files (delete the new ones), hand in again, and say in the summary what you could not do: ${list}`;
  const why = 'files with a filter were changed';
  sendBack(task, { setback: 'verification', opening: { kind: 'feedback', by: 'the factory', comment }, words: why });
}

/** Commits hold which commit a submodule is at, and nothing of what is in it. */
export function sendBackSubmodules(task: Task, found: readonly string[]): void {
  const list = found.join(', ');
  const what = `${task.input.task.key} was not committed: it changes what is inside a submodule`;
  task.logLine({ actor: 'factory', kind: 'refusal', decision: what, reason: list });
  const comment = `Nothing was committed. You changed files inside a submodule, which is another repository, and a task can commit and push only to its own. You may point the submodule to a commit that its remote has on a branch or tag (git -C <path> checkout <commit>). Undo everything else inside it (git -C <path> checkout -- ., and delete new files), hand in again, and say in the summary what you could not do: ${list}`;
  const why = 'something inside a submodule was changed';
  sendBack(task, { setback: 'verification', opening: { kind: 'feedback', by: 'the factory', comment }, words: why });
}

/** A commit must look the same to everybody who has git-lfs, with an object behind each pointer. */
export function sendBackLfs(task: Task, found: readonly string[]): void {
  const list = found.join(', ');
  const what = `${task.input.task.key} was not committed: it has files of Git LFS that nobody could check out`;
  task.logLine({ actor: 'factory', kind: 'refusal', decision: what, reason: list });
  const comment = `Nothing was committed. The base branch’s .gitattributes says which files are kept in Git LFS. Leave each of them as the file itself: the factory turns it into an LFS object when it commits. Never write an LFS pointer by hand, and do not change the LFS lines of .gitattributes, which only a person may change. Undo these changes, hand in again, and say in the summary what you could not do: ${list}`;
  const why = 'files of Git LFS cannot be committed as they are';
  sendBack(task, { setback: 'verification', opening: { kind: 'feedback', by: 'the factory', comment }, words: why });
}
