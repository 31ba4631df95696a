/** Messages that count again each time they are sent, but for those with the same key: the command makes one. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { NoAnswer } from './calls.ts';
import { CommandFailure, EXIT } from './exit.ts';

/** Six hexadecimal digits. */
export const randomKey = (): string => randomBytes(3).toString('hex');

export interface Keyed {
  readonly key?: string;
}

/** `what`: what two messages with the same key are together, as "one word". */
export const withKey = (command: Command, what: string): Command =>
  command.option('--key <text>', `sending twice with the same key is ${what}; the command makes one unless given`);

interface Message<Data> {
  readonly key: string;
  /** As in "it is one epic". */
  readonly what: string;
  readonly send: (header: { readonly 'idempotency-key': string }) => Promise<Data>;
}

/** Where nobody can tell whether the message arrived, the failure says how to send it again without its counting twice. */
export async function sendOnce<Data>({ key, what, send }: Message<Data>): Promise<Data> {
  return send({ 'idempotency-key': key }).catch((error: unknown) => {
    if (!(error instanceof CommandFailure) || !mayHaveArrived(error)) throw error;
    const words = `It may have arrived all the same. Send it again with --key ${quoted(key)}, and it is ${what}.`;
    throw new CommandFailure(error.exitCode, `${error.message}\n${words}`, error.code);
  });
}

/** A refusal says that nothing came of it, and a connection that was refused that nothing was sent. */
function mayHaveArrived({ exitCode, cause }: CommandFailure): boolean {
  if (cause instanceof NoAnswer && cause.isRefused) return false;
  return exitCode === EXIT.unreachable || exitCode === EXIT.failed;
}

/** As a shell reads it. */
const quoted = (text: string): string => (/^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
