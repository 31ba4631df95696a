/** Nothing new begins while an epic is paused: the same for an epic, a task and an agent. */
import { type Turn, withoutTurn } from './line/turn.ts';
import type { RunEnd } from './run-end.ts';
import type { Standing, Why } from './status.ts';

interface Pausing<State> {
  readonly isPaused: () => boolean;
  /** The run may end meanwhile. */
  readonly runEnd: RunEnd;
  /** Why it is paused, for people. */
  readonly reason: string;
  readonly standing: () => Standing<State>;
  readonly tell: (state: State, phase: string, why?: Why) => void;
  /** How it stands meanwhile, from where its next step tells how it goes on; without this as before and after. */
  readonly meanwhile?: Pick<Standing<State>, 'state' | 'phase'>;
  /** What held it before holds it afterwards too. */
  readonly keepsHold?: boolean;
  /** Its place in a line, which it gives back meanwhile. */
  readonly turn?: () => Turn | undefined;
}

/** Returns what is awaited between two steps: it resolves at once, or when the pause is over. */
export function createPausePoint<State>(pausing: Pausing<State>): () => Promise<void> {
  const { isPaused, runEnd, reason, standing, tell, meanwhile, keepsHold = false, turn } = pausing;
  const isOver = () => runEnd.until(() => !isPaused());

  return async () => {
    if (!isPaused()) return;
    const { state, phase, hold } = standing();
    const paused = meanwhile ?? { state, phase };
    tell(paused.state, paused.phase, { kind: 'pause', reason });
    await (turn === undefined ? isOver() : withoutTurn(turn(), isOver));
    if (meanwhile === undefined) tell(state, phase, keepsHold && hold?.kind !== 'pause' ? hold : undefined);
  };
}
