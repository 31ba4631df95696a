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

/** The answer says what was ended, or that nothing was running; only the former is in the log. */
export function registerInterrupt(epic: Epic, { onSignal, onUpdate }: Handlers): void {
  const { data, epicId } = epic;
  const replies = new Map<string, Interrupted[]>();
  onSignal(interruptedSignal, Interrupted, (reply) => {
    replies.get(reply.interruptId)?.push(reply);
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
      const ended = met.flatMap(({ what, taskKey: of }) => (what === undefined ? [] : [`${of ?? 'plan'}: ${what}`]));
      if (ended.length === 0) return areAll ? already(NOTHING) : done('sent; no agent has replied yet');
      const about = taskKey === undefined ? 'interrupt' : `interrupt ${taskKey}`;
      const words = `ended ${ended.join(' · ')}`;
      epic.decide(by, 'decision', about, comment === undefined ? words : `${comment} (${words})`, taskKey);
      return done(words);
    } finally {
      replies.delete(interruptId);
    }
  }
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
