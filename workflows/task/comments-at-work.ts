/** What people say on a task's pull request while its Worker works: told to it before its next turn, as their word. */
import { condition, getExternalWorkflowHandle, isCancellation, log, patched } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { taskHeardSignal } from '../contract/epic.ts';
import { epicWorkflowId } from '../contract/ids.ts';
import type { PersonSaid } from '../contract/person-said.ts';
import type { Feedback } from '../contract/pull-request.ts';
import type { TaskWorkflowInput } from '../contract/task.ts';
import { failureMessage } from '../failure.ts';
import { textOf, unheard } from '../pull-request/news.ts';
import { hearAtWork, settleWords } from '../pull-request/state.ts';
import type { Watch } from '../pull-request/watch.ts';
import { reviewAnew, type TaskData } from './state.ts';

export interface CommentsAtWork {
  readonly input: TaskWorkflowInput;
  readonly data: TaskData;
  readonly watch: Watch;
  /** A Worker's round, or what comes of it, is under way. */
  readonly isAtWork: () => boolean;
  readonly say: (what: string, reason: string) => void;
}

/** What is told so opens no round of its own, unless it came after the Worker's last turn. */
export function createCommentsAtWork({ input, data, watch, isAtWork, say }: CommentsAtWork) {
  const { memory } = data;
  const { epicId } = input;
  const taskKey = input.task.key;
  /** Those of the former run are told again, which is harmless. */
  const told = new Set<string>();
  const words = () => memory.words ?? [];

  const unsaid = (): Feedback[] => {
    const seen = watch.seen();
    return seen === undefined || seen.state !== 'open' ? [] : unheard(memory, seen);
  };
  const untold = (): Feedback[] => memory.unanswered.filter(({ id }) => words().includes(id) && !told.has(id));

  async function listen(): Promise<void> {
    for (;;) {
      await condition(() => isAtWork() && (unsaid().length > 0 || untold().length > 0));
      // Histories from before kept it for the next round.
      if (!patched('comments-at-work')) return;
      hearAtWork(memory, unsaid());
      await tell(untold());
    }
  }

  async function tell(said: readonly Feedback[]): Promise<void> {
    const ids = said.map(({ id }) => id);
    try {
      await factory.hearPeople(`hear ${ids.join(', ')}`, { epicId, said: said.map(asWord) });
    } catch (error) {
      if (isCancellation(error)) throw error;
      // It opens the next round then.
      say(`${ids.join(', ')} did not reach the Worker of ${taskKey} at work`, failureMessage(error));
    }
    for (const id of ids) told.add(id);
    reviewAnew(data);
    try {
      // The next life of the task is told by the same words.
      await getExternalWorkflowHandle(epicWorkflowId(epicId)).signal(taskHeardSignal, { taskKey, ids });
    } catch (error) {
      if (isCancellation(error)) throw error;
      // There is no next life then.
      log.info('What people said met a closed epic', { taskKey, error });
    }
  }

  const asWord = (one: Feedback): PersonSaid => ({
    ...{ id: wordId(one.id), by: `${one.by} (pull request)`, text: textOf([one]).trim() || 'I ask for changes.' },
    to: { kind: 'word', recipient: `task/${taskKey}` },
  });

  /** Comments are numbered by the forge, or within a pull request. */
  const wordId = (id: string): string =>
    `pull-request/${input.settings.repository}/${data.pullRequest?.number ?? 0}/${id}`;

  return {
    /** Call once, when the task is whole; it listens as long as the workflow runs. */
    begin(): void {
      listen().catch((error: unknown) => {
        if (!isCancellation(error)) log.warn('Comments wait for the end of the round from now on', { error });
      });
    },

    /** Something was said at work, and whether it was read is not known yet. */
    isOpen: (): boolean => words().length > 0,

    /** What people said at work that no Worker has read; nothing when all was read. It is taken up by the caller. */
    async settle(): Promise<Feedback[]> {
      for (;;) {
        await condition(() => untold().length === 0);
        const ids = words();
        const asked = { epicId, ids: ids.map(wordId) };
        const { unheard: unread } = await factory.takeBackUnheard(`was ${ids.join(', ')} read?`, asked);
        // What was said meanwhile is asked about too.
        if (words().length === ids.length) {
          return settleWords(
            memory,
            ids.filter((id) => unread.includes(wordId(id))),
          );
        }
      }
    },
  };
}
