/** A person ends the agent's command or model call; the agent goes on with its next turn. */
import { Interrupt, interruptSignal, isSteered } from '../contract/interrupt.ts';
import type { Purpose } from '../contract/states.ts';
import type { Handlers } from '../handlers.ts';
import { replyInterrupted } from '../reply-interrupted.ts';
import { runUntil } from '../run-until.ts';

/** Call before the workflow's first await, with the other handlers. */
export function createInterrupts(
  { onSignal }: Handlers,
  of: { readonly epicId: string; readonly taskKey: string | undefined },
) {
  /** The work that can be interrupted now, in words. */
  let running: string | undefined;
  let wish: Interrupt | undefined;
  const task = of.taskKey === undefined ? {} : { taskKey: of.taskKey };

  onSignal(interruptSignal, Interrupt, (asked) => {
    const what = running === undefined ? {} : { what: running.slice(0, 200) };
    replyInterrupted(of.epicId, { ...asked, ...task, ...what });
    // Any number of them end one piece of work.
    if (running !== undefined) wish ??= asked;
  });

  return {
    /** Undefined when a person ended the work. One that ended by itself at that moment has its result. */
    async during<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
      running = what;
      try {
        return (await runUntil(() => wish !== undefined, work))?.result;
      } finally {
        running = undefined;
      }
    },
    /** Who interrupted this turn, until that is seen to. */
    wish: (): Interrupt | undefined => wish,
    settle(): void {
      wish = undefined;
    },
  };
}

/** For the model, in a tool's result. Tool results are not trusted, so the person's comment follows as mail. */
export function interruptedWords({ by, comment }: Interrupt, purpose: Purpose): string {
  const follows = comment?.trim() && isSteered(purpose) ? '; what they say follows' : '';
  return `A person (${by.replaceAll(/[\p{Cc}\u2028\u2029<>]+/gu, ' ')}) interrupted this${follows}.`;
}
