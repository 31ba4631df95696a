/** A person ends what agents of the epic, or of one of its tasks, do right now. */
import { condition, currentUpdateInfo, getExternalWorkflowHandle, isCancellation } from '@temporalio/workflow';
import {
  type Acknowledgement,
  already,
  done,
  interruptTaskUpdate,
  interruptUpdate,
  Person,
  TaskMessage,
} from '../contract/epic.ts';
import { taskWorkflowId } from '../contract/ids.ts';
import { Interrupted, interruptedSignal, interruptSignal } from '../contract/interrupt.ts';
import { type Handlers, refuse } from '../handlers.ts';
import { INTERRUPT_REPLY_MS } from '../options.ts';
import type { Epic } from './context.ts';
import { findTask } from './state.ts';

/**
 * The answer says what was ended, or that nothing was running; only the former is in the log. A reply that comes after the
 * answer has a line of its own there.
 */
export function registerInterrupt(epic: Epic, { onSignal, onUpdate }: Handlers): void {
  const { data, epicId } = epic;
  const replies = new Map<string, Interrupted[]>();
  onSignal(interruptedSignal, Interrupted, (reply) => {
    const awaited = replies.get(reply.interruptId);
    if (awaited !== undefined) awaited.push(reply);
    else if (reply.by !== undefined && reply.what !== undefined) note({ ...reply, by: reply.by }, wordsOf([reply]));
  });

  onUpdate(
    interruptTaskUpdate,
    TaskMessage,
    ({ taskKey }) => {
      if (findTask(data, taskKey) === undefined) refuse('NotFound', `There is no task "${taskKey}" in this epic`);
    },
    ({ taskKey, ...person }) => {
      const child = taskWorkflowId(epicId, taskKey);
      return interrupt(epic.children.has(child) ? [child] : [], person, taskKey);
    },
  );
  onUpdate(
    interruptUpdate,
    Person,
    () => {},
    (person) => interrupt([...epic.children], person),
  );

  async function interrupt(targets: readonly string[], person: Person, taskKey?: string): Promise<Acknowledgement> {
    const { by, comment } = person;
    const interruptId = currentUpdateInfo()?.id ?? '';
    const met: Interrupted[] = [];
    replies.set(interruptId, met);
    try {
      const wish = { interruptId, by, ...(comment === undefined ? {} : { comment }) };
      const sent = await Promise.all(targets.map((target) => send(target, wish)));
      const expected = sent.filter(Boolean).length;
      const areAll = expected === 0 || (await condition(() => met.length >= expected, INTERRUPT_REPLY_MS));
      if (met.every(({ what }) => what === undefined)) {
        return areAll ? already(NOTHING) : done('sent; no agent has replied yet');
      }
      const words = wordsOf(met);
      note({ by, comment, taskKey }, words);
      return done(words);
    } finally {
      replies.delete(interruptId);
    }
  }

  function note({ by, comment, taskKey }: Noted, words: string): void {
    const about = taskKey === undefined ? 'interrupt' : `interrupt ${taskKey}`;
    epic.logLine({
      actor: by,
      kind: 'decision',
      decision: about,
      reason: comment === undefined ? words : `${comment} (${words})`,
      taskKey,
    });
  }
}

interface Noted {
  readonly by: string;
  readonly comment?: string | undefined;
  readonly taskKey?: string | undefined;
}

function wordsOf(replies: readonly Interrupted[]): string {
  const ended = replies.flatMap(({ what, taskKey }) => (what === undefined ? [] : [`${taskKey ?? 'epic'}: ${what}`]));
  return `ended ${ended.join(' · ')}`;
}

const NOTHING = 'nothing is running: no command and no model call is under way';

/** False when it met a closed workflow. */
async function send(target: string, wish: object): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(target).signal(interruptSignal, wish);
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}
