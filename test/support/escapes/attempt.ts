/** An attempt to get out of the sandbox: what docs/security.md says of it, and what test/activities/escapes.test.ts runs. */
import type { DurableCommand } from '../../../activities/terminal/run-command.ts';
import type { EscapeStage } from './stage.ts';

export interface Attempt {
  readonly id: string;
  /** What it tries, for people. */
  readonly tries: string;
  /** What happens instead, for people. */
  readonly outcome: string;
}

/** From a command of an agent. It got out when it prints ESCAPED or the canary, or when `check` finds its traces. */
export interface CommandAttempt extends Attempt {
  /**
   * bash, with the variables of the stage; ends with exit code 0. What it prints is all that it has, so that it says
   * ESCAPED by itself where it changes something.
   */
  readonly script: string;
  readonly options?: Partial<DurableCommand>;
  /** Looks from outside; throws when the attempt left traces, or did not happen as it should. */
  readonly check?: (stage: EscapeStage, output: string) => void | Promise<void>;
  /** Harmless enough to be run without a sandbox too, where it must succeed: so the attempt itself is a real one. */
  readonly control?: boolean;
}

/** From the edit tool: `call` answers with what the tool said. */
export interface EditAttempt extends Attempt {
  readonly run: (stage: EscapeStage, call: (input: object, readOnly?: boolean) => Promise<string>) => Promise<void>;
}

/** Against the git of the factory: what a command leaves in its worktree, and what the host then does with it. */
export interface GitAttempt extends Attempt {
  readonly script: string;
  /** Found by the command itself, as in CommandAttempt. */
  readonly check?: (stage: EscapeStage, output: string) => void | Promise<void>;
}

/** An area, as docs/security.md shows them. */
export interface Area {
  readonly title: string;
  readonly attempts: readonly Attempt[];
}
