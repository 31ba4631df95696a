/** Calls of the API, typed like the generated client but over node:http: loading fetch takes longer than most commands. */
import type { IncomingMessage } from 'node:http';
import type { ApiClient } from '../api/client/index.ts';
import type { ApiAccess } from '../config-api.ts';

/** A connection on which nothing moves for so long is given up. */
const SILENCE_MS = 300_000;

export type Calls = Pick<ApiClient, 'GET' | 'POST' | 'PUT'>;

/** Nobody answered, or what answered is no API. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly apiUrl: string;
  constructor(apiUrl: string, cause: unknown) {
    super(`No answer from ${apiUrl}`, { cause });
    this.apiUrl = apiUrl;
  }
}

interface Request {
  readonly params?: {
    readonly path?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string | number | boolean>>;
    readonly header?: Readonly<Record<string, string>>;
  };
  readonly body?: unknown;
}

/** A refusal comes back as `error`; throws NoAnswer, and whatever `access` throws at the first call. */
export function createCalls(access: () => Promise<ApiAccess>): Calls {
  const call =
    (method: string) =>
    async (route: string, { params = {}, body }: Request = {}) => {
      const { apiUrl, apiToken } = await access();
      const headers = {
        // Also on writes without a body: the API wants to know that no foreign web page sent it.
        'content-type': 'application/json',
        ...(apiToken === undefined ? {} : { authorization: `Bearer ${apiToken}` }),
        ...params.header,
      };
      try {
        const sent = body === undefined ? undefined : JSON.stringify(body);
        const answer = await send(`${apiUrl}${pathOf(route, params)}`, { method, headers }, sent);
        const status = answer.statusCode ?? 0;
        const response = { status, ok: status >= 200 && status < 300 };
        const received = await textOf(answer);
        return response.ok ? { data: JSON.parse(received), response } : { error: parsed(received), response };
      } catch (error) {
        throw new NoAnswer(apiUrl, error);
      }
    };
  return { GET: call('GET'), POST: call('POST'), PUT: call('PUT') } as unknown as Calls;
}

interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}

function send(url: string, options: Sent, body: string | undefined): Promise<IncomingMessage> {
  // An import would load fetch too, to which node:http has an export.
  const { request } = process.getBuiltinModule(url.startsWith('https:') ? 'node:https' : 'node:http');
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { ...options, timeout: SILENCE_MS }, resolve);
    outgoing.on('timeout', () => outgoing.destroy(new Error(`silent for ${SILENCE_MS / 1_000} s`)));
    outgoing.on('error', reject).end(body);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of answer.setEncoding('utf8')) text += piece;
  return text;
}

function pathOf(route: string, { path = {}, query = {} }: NonNullable<Request['params']>): string {
  const filled = route.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`;
}

/** What stands between us and the API may refuse in words of its own. */
function parsed(received: string): unknown {
  try {
    return JSON.parse(received);
  } catch {
    return received;
  }
}
