/** Ctrl-C and its like for a command that runs a stack of its own: the first stops in order, a later one at once. */
import type { Stack } from '../local/stack/stack.ts';
import type { Output } from './output.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C can come twice: from the terminal, and again from npm. */
const SAME_MS = 1_000;

export interface Stopping {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** From here on signals stop this stack too. */
  stops(stack: Pick<Stack, 'stop'>): void;
  /** Gives the signals back. */
  end(): void;
}

/** Call `end` in `finally`. */
export function stopOnSignals(out: Pick<Output, 'remark'>, now = () => performance.now()): Stopping {
  const stopping = new AbortController();
  let firstAt: number | undefined;
  let stack: Pick<Stack, 'stop'> | undefined;
  const onSignal = () => {
    if (firstAt !== undefined && now() - firstAt < SAME_MS) return;
    firstAt ??= now();
    if (!stopping.signal.aborted) out.remark('\nStopping; once more to stop at once');
    stopping.abort();
    void stack?.stop();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    signal: stopping.signal,
    stops(given) {
      stack = given;
      if (stopping.signal.aborted) void given.stop();
    },
    end() {
      for (const signal of SIGNALS) process.removeListener(signal, onSignal);
    },
  };
}
