/** How a command ends: the exit codes that scripts may rely on, and the failure that carries one. */

export const EXIT = {
  ok: 0,
  /** The command ran and the answer is no: an epic that failed, a part that is missing. */
  failed: 1,
  usage: 2,
  /** The factory refused: the request was answered before, the commit has moved, the state does not allow it. */
  refused: 3,
  unreachable: 4,
  notFound: 5,
  /** Taken, but no worker process has acted on it yet; the message says whether sending it again is safe. */
  pending: 6,
  /** A replay ran, and is not what was recorded. */
  differs: 7,
} as const;

export const EXIT_CODES_HELP = `
Exit codes:
  0  done
  1  failed: the epic did not complete, a required part is missing
  2  wrong usage or input
  3  refused: answered before, the commit has moved, not allowed in this state
  4  the API, or what it needs, does not answer
  5  there is no such epic, task, agent or request
  6  pending: accepted, but no worker process has acted on it yet; the message says whether sending it
     again is safe
  7  a replay differs from what was recorded`;

/** Ends the command with a message and an exit code. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: number;
  /** A failure name of the factory where there is one; for scripts. */
  readonly code: string;
  constructor(exitCode: number, message: string, code = 'CommandFailed', options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
    this.code = code;
  }
}

export const usageFailure = (message: string): CommandFailure =>
  new CommandFailure(EXIT.usage, message, 'InvalidInput');
