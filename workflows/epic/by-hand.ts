/** What somebody did to the epic's own pull request by hand: it is the truth that the epic goes on from. */
import type { EpicSettings } from '../contract/settings.ts';
import { type News, speakers, textOf } from '../pull-request/news.ts';
import { hear, noteReopening, requirePullRequest } from '../pull-request/state.ts';
import type { Watch } from '../pull-request/watch.ts';
import { addChangeTask } from './change-task.ts';
import type { Epic } from './context.ts';
import { withDetached } from './detached-worktree.ts';
import { noteChange, noteMergedByHand, noteMoved } from './merging-state.ts';
import type { Asking } from './questions.ts';
import type { EpicData } from './state.ts';

/** True when it was merged; false when there is a new task; undefined when the epic goes on as it is. */
export async function takeNews(epic: Epic, watch: Watch, settings: EpicSettings): Promise<boolean | undefined> {
  // A question of the former run comes first: wait on for the same answer.
  if (epic.isAsked('late')) return askAboutLate(epic, '');
  if (epic.isAsked('closed')) await askToReopen(epic, watch);
  if (epic.isAsked('rewritten')) await askAboutRewritten(epic, watch, '');
  for (let news = watch.news(); news !== undefined; news = watch.news()) {
    switch (news.kind) {
      case 'merged':
        return mergedByHand(epic, watch, news.mergedSha);
      case 'closed':
        await askToReopen(epic, watch);
        break;
      case 'pushed':
        await takePush(epic, watch, settings);
        break;
      case 'said':
        takeUp(epic, news.said);
        return false;
    }
  }
  return undefined;
}

/** It has one pull request, so what came into its branch after the merge cannot follow: a person must know. */
async function mergedByHand(epic: Epic, watch: Watch, mergedSha: string): Promise<true> {
  const { data } = epic;
  const { number } = requirePullRequest(data);
  const seen = watch.seen();
  const late = lateTasks(data, seen?.headSha ?? mergedSha);
  noteMergedByHand(data, mergedSha);
  epic.logLine({
    actor: 'a person',
    kind: 'decision',
    decision: `pull request #${number} was merged by hand${seen === undefined ? '' : ` into ${seen.base}`}`,
    reason: mergedSha,
  });
  if (late.length === 0) return true;
  return askAboutLate(epic, `pull request #${number} was merged by hand without the work of ${late.join(', ')}`);
}

async function askAboutLate(epic: Epic, reason: string): Promise<true> {
  if (!epic.isAsked('late')) epic.tell('BLOCKED', reason, { kind: 'person', reason });
  await epic.askPerson('late', () => ({
    kind: 'question',
    question: `The epic’s ${reason}, which came into ${epic.data.epicBranch} later. If you want that work too, merge ${epic.data.epicBranch} by hand. Then choose done (the epic ends with what is merged) or cancel.`,
    options: ['done', 'cancel'],
  }));
  return true;
}

/** The tasks that came into the branch after this head of it; one that nobody here knows was pushed on top of the last. */
function lateTasks(data: EpicData, mergedHead: string): string[] {
  const { tasks, memory } = data;
  const { headSha } = requirePullRequest(data);
  const known = Math.max(memory.heads.lastIndexOf(mergedHead), memory.heads.lastIndexOf(headSha));
  const later = memory.heads.slice(known + 1);
  return tasks.flatMap(({ task, mergedSha }) => (mergedSha !== undefined && later.includes(mergedSha) ? task.key : []));
}

/** Opened again by an answer or on the forge itself, it goes on with what the branch has; preparing it opens it. */
async function askToReopen(epic: Epic, watch: Watch): Promise<void> {
  const { data } = epic;
  const { number } = requirePullRequest(data);
  const reason = `pull request #${number} was closed by hand`;
  if (!epic.isAsked('closed')) epic.tell('BLOCKED', reason, { kind: 'person', reason });
  const asking = (): Asking => ({
    kind: 'question',
    question: `The epic’s ${reason}. Choose: reopen (reopens it and goes on) or cancel (ends the epic).`,
    options: ['reopen', 'cancel'],
  });
  // Opened on the forge, the question has lost its point.
  if ((await epic.askUnless('closed', asking, watch.isReopened)) !== undefined) noteReopening(data.memory);
  watch.forget();
}

/** What was pushed on top is verified and asked about as a part of the branch; work that is gone is a person's matter. */
async function takePush(epic: Epic, watch: Watch, settings: EpicSettings): Promise<void> {
  const { data, epicId } = epic;
  const branch = data.epicBranch as string;
  const { headSha: knownSha } = requirePullRequest(data);
  const found = await withDetached(epic, settings, { name: 'pushed', commit: branch }, (placement, worktree) =>
    epic.onHost(placement, (host) =>
      host.compareBranch(`where is ${branch}?`, {
        ...{ epicId, repository: settings.repository, placement, worktree, branch, knownSha },
      }),
    ),
  );
  watch.forget();
  // A forge may name an earlier head for a while.
  if (found.kind === 'same') return;
  if (found.kind !== 'gone') noteMoved(data, found.headSha);
  epic.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `${branch} was moved by hand`,
    reason: found.kind === 'gone' ? 'gone' : found.headSha,
  });
  if (found.kind !== 'rewritten') return;
  const reason = `${branch} was rewritten: it is at ${found.headSha.slice(0, 12)} and does not hold ${knownSha.slice(0, 12)}`;
  await askAboutRewritten(epic, watch, reason);
}

async function askAboutRewritten(epic: Epic, watch: Watch, reason: string): Promise<void> {
  if (!epic.isAsked('rewritten')) epic.tell('BLOCKED', 'its branch was rewritten', { kind: 'person', reason });
  const asking = (): Asking => ({
    kind: 'question',
    question: `${reason}. Choose: take (the epic goes on from the branch as it is now, verifies it and asks for your approval again) or cancel (ends the epic).`,
    options: ['take', 'cancel'],
  });
  // Merged by hand, the question has lost its point.
  await epic.askUnless('rewritten', asking, () => watch.seen()?.state === 'merged');
}

/** What people say becomes a task, as after a rejected merge; they are answered when it is merged. */
function takeUp(epic: Epic, said: Extract<News, { kind: 'said' }>['said']): void {
  const { data } = epic;
  hear(data.memory, said);
  const taskKey = addChangeTask(epic, { by: speakers(said), words: textOf(said) });
  noteChange(
    data,
    said.map(({ id }) => id),
    taskKey,
  );
}
