/** A Linear that tests start: the published schema over a store in memory, with what the real one refuses and counts. */
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execute, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { waitFor } from '../wait-for.ts';
import { complexityOf, MOST_POINTS } from './complexity.ts';
import { createRoot } from './resolvers.ts';
import { linearSchema } from './schema.ts';
import { type Author, createStore, type StoredComment, type StoredIssue } from './store.ts';

export const API_KEY = 'lin_api_0123456789';
export const WEBHOOK_SECRET = 'lin_wh_0123456789';
const ME = 'factory';

/** One delivery of a webhook, as bytes and headers. */
export interface Delivery {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

let schema: GraphQLSchema | undefined;

export async function startLinear() {
  schema ??= linearSchema();
  /** Set to have the changes delivered, those of the factory too; what it answers is awaited by `settle`. */
  let deliver: ((delivery: Delivery) => Promise<unknown>) | undefined;
  const delivering = new Set<Promise<unknown>>();
  const store = createStore((change) => {
    if (deliver === undefined) return;
    const done = deliver(signed(change)).finally(() => delivering.delete(done));
    delivering.add(done);
  });
  const said = (issue: StoredIssue) => store.comments.filter(({ issueId, by }) => issueId === issue.id && by === ME);
  const root = createRoot(store, ME);
  const state = { key: API_KEY, isDown: false, requestsLeft: 1_500, requests: [] as string[] };
  let refusal: Refusal | undefined;

  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      console.error('The Linear double failed', error);
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (state.isDown) {
      response.writeHead(503, { 'content-type': 'text/plain' }).end('upstream unavailable');
      return;
    }
    const send = (status: number, result: object, headers: Record<string, string> = {}) => {
      const limits = {
        'x-ratelimit-requests-limit': '1500',
        'x-ratelimit-requests-remaining': String(Math.max(0, state.requestsLeft)),
        'x-ratelimit-requests-reset': String(Date.now() + 1_000),
      };
      response.writeHead(status, { 'content-type': 'application/json', ...limits, ...headers });
      response.end(JSON.stringify(result));
    };
    const refuse = (status: number, type: string, message: string, headers = {}) =>
      send(status, { errors: [{ message, extensions: { type, userError: true } }] }, headers);
    if (request.headers.authorization !== state.key) {
      return refuse(401, 'authentication error', 'Authentication required, not authenticated');
    }
    if (state.requestsLeft <= 0) {
      state.requestsLeft = 1_500;
      return refuse(400, 'ratelimited', 'Rate limit exceeded', { 'retry-after': '1' });
    }
    state.requestsLeft -= 1;
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string; variables?: object };
    const document = parse(query);
    const [wrong] = validate(schema as GraphQLSchema, document);
    if (wrong !== undefined) return refuse(400, 'graphql error', wrong.message);
    if (complexityOf(document) > MOST_POINTS) return refuse(400, 'invalid input', 'Query too complex');
    const operation = /(?:query|mutation) (\w+)/.exec(query)?.[1] ?? 'unnamed';
    if (operation === refusal?.operation) return refuse(400, refusal.type, 'Cannot query field');
    state.requests.push(operation);
    const result = await execute({
      schema: schema as GraphQLSchema,
      document,
      rootValue: root,
      variableValues: { ...variables },
    });
    const errors = result.errors?.map((error) => {
      // A mistake of the double's own, which no client should take for an answer.
      if (error.originalError !== undefined && !(error.originalError instanceof GraphQLError)) throw error;
      return error.toJSON();
    });
    send(errors === undefined ? 200 : 400, errors === undefined ? { data: result.data } : { errors, data: null });
  }

  return {
    url,
    store,
    /** The names of the operations so far. */
    requests: state.requests,
    setDown: (isDown: boolean) => {
      state.isDown = isDown;
    },
    /** Refuses an operation from now on, as where the schema has changed; nothing is refused without one. */
    refuse: (next?: Refusal) => {
      refusal = next;
    },
    /** The only key that it takes from now on. */
    setKey: (key: string) => {
      state.key = key;
    },
    limitAfter: (requests: number) => {
      state.requestsLeft = requests;
    },
    onChange: (next: typeof deliver) => {
      deliver = next;
    },
    /** Waits until every delivery so far was answered. */
    settle: async () => {
      while (delivering.size > 0) await Promise.all(delivering);
    },
    /** What a person writes, or whoever else. */
    say: (issue: StoredIssue, body: string, parent?: StoredComment, author: Author = 'member') =>
      store.addComment({ id: randomUUID(), issueId: issue.id, body, parentId: parent?.id ?? null, by: 'ada', author }),
    /** What the factory wrote on an issue. */
    said,
    /** Waits for a comment of the factory that holds this text. */
    commentWith: (issue: StoredIssue, text: string): Promise<StoredComment> =>
      waitFor(() => said(issue).find(({ body }) => body.includes(text)), {
        timeoutMs: 40_000,
        what: `a comment “${text}”`,
      }),
    variables: {
      LINEAR_API_KEY: API_KEY,
      LINEAR_API_URL: url,
      LINEAR_WEBHOOK_SECRET: WEBHOOK_SECRET,
      LINEAR_TEAM: 'ENG',
      LINEAR_LABEL: 'factory',
    },
    async close(): Promise<void> {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}

interface Refusal {
  readonly operation: string;
  /** Of error, by Linear's names. */
  readonly type: string;
}

interface Event {
  readonly type: string;
  readonly action: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Signing {
  readonly secret?: string;
  /** Milliseconds ago that it says it was sent. */
  readonly ageMs?: number;
}

/** A delivery as Linear signs it: over the bytes, the time inside. */
export function signed({ type, action, data }: Event, options: Signing = {}): Delivery {
  const { secret = WEBHOOK_SECRET, ageMs = 0 } = options;
  const at = new Date(Date.now() - ageMs);
  const body = JSON.stringify({
    ...{ action, type, createdAt: at.toISOString(), organizationId: randomUUID(), webhookId: randomUUID(), data },
    webhookTimestamp: at.getTime(),
  });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'linear-delivery': randomUUID(),
      'linear-event': type,
      'linear-signature': signature,
    },
  };
}
