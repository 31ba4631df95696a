/** The only caller of gh: one REST call a process, at most four at once, with bounded output, a time limit and cancellation. */
import { ExecError, exec } from '../../exec.ts';
import { finalFailure } from '../failures.ts';
import { gitHubFailure } from './failures.ts';

/** How a call is made, whatever it asks. */
export interface Urgency {
  /** Goes through when little is left of the rate limit: a merge, and the looks that it begins with. */
  readonly isUrgent?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Call extends Urgency {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Without the leading slash; `query` is encoded here. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
  /** Answers only when it changed since. */
  readonly etag?: string | undefined;
  /** The last bytes of a text instead of JSON. */
  readonly isText?: boolean;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface GitHubClient {
  readonly hostname: string;
  /** Fails with what the table of failures.ts makes of any answer but success; "not changed" counts as one. */
  call<Body>(call: Call): Promise<Answer<Body>>;
  /** All entries of a list, page by page, up to a thousand or so. */
  list<Entry>(call: Call): Promise<Entry[]>;
}

/** Whose quota the calls of all processes share. */
export interface RateLimits {
  /** Fails RateLimited, to be tried again when it may work, while the host must not be called. */
  mayCall(hostname: string, isUrgent: boolean): Promise<void>;
  /** Remembers what an answer says; returns the seconds to wait where it asks for that. */
  note(hostname: string, answer: { status: number; headers: Headers; text: string }): Promise<number | undefined>;
}

export interface GhOptions {
  readonly hostname: string;
  /** Where gh finds its login, besides its own configuration. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly limits: RateLimits;
}

const AT_ONCE = 4;
const TIMEOUT_MS = 60_000;
const MOST_CHARACTERS = 20_000_000;
const PAGE = 100;
const MOST_ENTRIES = 1_000;
const VERSION = '2022-11-28';

export function createGh({ hostname, env, limits }: GhOptions): GitHubClient {
  const client: GitHubClient = {
    hostname,
    async call<Body>(call: Call): Promise<Answer<Body>> {
      await limits.mayCall(hostname, call.isUrgent ?? false);
      const { exitCode, stdout, stderr, truncated, timedOut } = await run(call);
      const asked = `${call.method ?? 'GET'} ${call.path}`;
      const answer = parseAnswer(stdout);
      if (answer === undefined || truncated || timedOut) {
        const said = timedOut ? 'it did not end in time' : truncated ? 'it printed more than is read' : stderr;
        throw gitHubFailure({ asked, status: undefined, said: said || `exit code ${exitCode}` });
      }
      const { status, headers, text } = answer;
      const limited = await limits.note(hostname, { status, headers, text });
      if (status === 304 || (status >= 200 && status < 300)) {
        const isJson = !call.isText && text.trim() !== '';
        return { status, headers, body: (isJson ? JSON.parse(text) : text) as Body };
      }
      const location = headers.get('location') ?? undefined;
      throw gitHubFailure({ asked, status, said: wordsOf(text), retryAfterSeconds: limited, location });
    },

    async list<Entry>(call: Call): Promise<Entry[]> {
      const entries: Entry[] = [];
      for (let page = 1; ; page++) {
        const query = { ...call.query, per_page: PAGE, page };
        const { body } = await client.call<Entry[]>({ ...call, query });
        entries.push(...body);
        if (body.length < PAGE || entries.length >= MOST_ENTRIES) return entries;
      }
    },
  };

  const waiting: (() => void)[] = [];
  let running = 0;

  async function run(call: Call) {
    const { method = 'GET', path, query = {}, body, etag, signal } = call;
    const entries = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
    const search = entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`;
    const headers = ['Accept: application/vnd.github+json', `X-GitHub-Api-Version: ${VERSION}`];
    if (etag !== undefined) headers.push(`If-None-Match: ${etag}`);
    const input = body === undefined ? {} : { input: JSON.stringify(body) };
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await exec({
        file: 'gh',
        args: [
          ...['api', '--include', '--method', method],
          ...headers.flatMap((header) => ['--header', header]),
          ...(body === undefined ? [] : ['--input', '-']),
          ...['--', `${path}${search}`],
        ],
        env: {
          ...env,
          GH_HOST: hostname,
          GH_PROMPT_DISABLED: '1',
          GH_NO_UPDATE_NOTIFIER: '1',
          GH_DEBUG: undefined,
          NO_COLOR: '1',
        },
        ...input,
        timeoutMs: TIMEOUT_MS,
        maxBytes: MOST_CHARACTERS,
        signal,
      });
    } catch (error) {
      if (!(error instanceof ExecError)) throw error;
      throw finalFailure('ForgeUnavailable', `${error.message}; npm run setup says how to install gh`, {
        cause: error,
      });
    } finally {
      // The next that waits gets this slot; without one, it is free.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  }

  return client;
}

/** Status line, headers, an empty line and the body, as `gh api --include` prints them. */
export function parseAnswer(printed: string): { status: number; headers: Headers; text: string } | undefined {
  const [head = ''] = /^HTTP\/[\s\S]*?\r?\n\r?\n/.exec(printed) ?? [];
  const [first = '', ...lines] = head.trim().split(/\r?\n/);
  const status = /^HTTP\/\S+ (\d{3})/.exec(first)?.[1];
  if (status === undefined) return undefined;
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.append(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers, text: printed.slice(head.length) };
}

/** GitHub's `message` with each of its `errors`, which are texts, or objects with a message, or with a field and a code. */
export function wordsOf(text: string): string {
  try {
    const { message = '', errors = [] } = JSON.parse(text) as { message?: string; errors?: unknown };
    const more = (Array.isArray(errors) ? errors : [errors]).map((error: unknown) => {
      if (typeof error === 'string') return error;
      const { resource, field, code, message: own } = error as Record<string, string | undefined>;
      return own ?? `${resource}.${field} ${code}`;
    });
    return [message, ...more].join(': ');
  } catch {
    return text.slice(0, 500);
  }
}
