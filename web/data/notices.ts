/** What became of what a person sent: it had an effect or none, was refused, or waits. Pure. */
import type { Epic } from './epics.ts';

/** How the API answers what a person sent. */
export interface Reply {
  readonly status: 'done' | 'pending';
  /** False where somebody or something else came first. */
  readonly changed?: boolean;
  readonly message: string;
}

/** What was sent is done; not so what is only stored, or came after something else that settled it. */
export const hasEffect = ({ status, changed }: Reply): boolean => status === 'done' && changed !== false;

/**
 * That what was sent had no effect, told in the corner of the page until it is closed by hand: the card may be gone by
 * then. Undefined where it had an effect, or may still have one.
 */
export const vainNotice = ({ status, changed, message }: Reply) =>
  status === 'done' && changed === false
    ? { color: 'orange', title: 'It changed nothing', message, autoClose: false as const }
    : undefined;

export const refusalNotice = (message: string) => ({
  ...{ color: 'red', title: 'Not accepted', message, autoClose: false as const },
});

/** What a person sent: the name of its update, and of its task where it is about one. */
export interface Sent {
  readonly epicId: string;
  readonly name: string;
  readonly by: string | undefined;
  readonly taskKey?: string;
}

/** Whether it is among the messages that its epic has not applied. */
export const isUnapplied = (
  unapplied: readonly Pick<Epic['unapplied'][number], 'name' | 'by' | 'taskKey'>[],
  sent: Sent,
) =>
  unapplied.some(({ name, by, taskKey }) => name === sent.name && by === sent.by && taskKey === (sent.taskKey ?? null));
