/**
 * The command line's way to the API: answers as values that a terminal can show, everything else as a
 * CommandFailure that says what to do.
 */
import { userInfo } from 'node:os';
import type { Answer } from '../api/client/index.ts';
import { createCalls, NoAnswer, reasonOf } from './calls.ts';
import type { Context } from './command.ts';
import { CommandFailure, EXIT } from './exit.ts';
import { visibleIn } from './visible-text.ts';

export type Epic = Answer<'Epic'>;
export type HumanRequest = Answer<'HumanRequest'>;
export type Diff = Answer<'Diff'>;
export type Reply = Answer<'Done'> | Answer<'Pending'>;

interface Response<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response: { readonly ok: boolean; readonly status: number };
}

export function createApi({ access, config, out }: Pick<Context, 'access' | 'config' | 'out'>) {
  let hasAnswered = false;
  let hasServed = false;

  /** The answer of a call, 202 included; as it came for scripts, and for those who take care of it themselves. */
  async function ask<Data>(call: Promise<Response<Data>>, isRaw = out.json): Promise<Data> {
    const { data, error, response } = await call.catch(async (cause: unknown) => {
      if (!(cause instanceof NoAnswer)) throw cause;
      // A mistake in the configuration may be why; with one it throws.
      if (!hasAnswered) await config();
      throw unreachable(cause);
    });
    hasAnswered = true;
    hasServed ||= response.ok;
    if (response.ok) return isRaw ? (data as Data) : visibleIn(data as Data);
    throw refusal(response.status, isRaw ? error : visibleIn(error));
  }

  /** `hasServed`: whether a call has succeeded. */
  return { client: createCalls(access), ask, access, hasServed: () => hasServed };
}

export type Api = ReturnType<typeof createApi>;

/** Who answers a request when nobody says who. */
export function personName(given: string | undefined): string {
  if (given !== undefined) return given;
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** The epic, or nothing while it has started and has recorded nothing yet. */
export async function readEpic({ client, ask }: Api, id: string): Promise<Epic | undefined> {
  const answer = await ask(client.GET('/epics/{id}', { params: { path: { id } } }));
  return 'title' in answer ? answer : undefined;
}

export interface WhichDiff {
  readonly pullRequest?: number;
  /** What an open request is about. */
  readonly request?: string;
  /** What a task handed in, last or as `submission` says, and of that only what changed since an earlier one. */
  readonly task?: string;
  readonly submission?: number;
  readonly since?: number;
  /** Only of this commit, from the file that follows. */
  readonly headSha?: string;
  readonly afterFile?: string;
}

/** The diff with its first page of files. */
export function readDiff({ client, ask }: Api, id: string, query: WhichDiff): Promise<Diff> {
  // A patch is to be applied as it is, and a path to be sent back.
  return ask(client.GET('/epics/{id}/diff', { params: { path: { id }, query } }), true);
}

export const isUnreachable = (error: unknown): error is CommandFailure =>
  error instanceof CommandFailure && error.exitCode === EXIT.unreachable;

function unreachable(cause: NoAnswer): CommandFailure {
  const { apiUrl } = cause;
  const reason = reasonOf(cause);
  const detail = reason === undefined || reason === 'ECONNREFUSED' ? '' : ` (${reason})`;
  const remedy = 'is `npm start` running? FACTORY_API_URL or BACKEND_PORT name another address.';
  return new CommandFailure(
    EXIT.unreachable,
    `The API does not answer at ${apiUrl}${detail}: ${remedy}`,
    'Unavailable',
    { cause },
  );
}

function refusal(status: number, body: unknown): CommandFailure {
  const { code = 'Internal', message = `The API answered ${status}` } =
    (body as { error?: { code?: string; message?: string } } | undefined)?.error ?? {};
  return new CommandFailure(exitCodeOf(status), message, code);
}

function exitCodeOf(status: number): number {
  if (status === 404) return EXIT.notFound;
  if (status === 400 || status === 413 || status === 415 || status === 422) return EXIT.usage;
  if (status === 502 || status === 503 || status === 504) return EXIT.unreachable;
  return status >= 500 ? EXIT.failed : EXIT.refused;
}
