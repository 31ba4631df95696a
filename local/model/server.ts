/**
 * The scripted model: a server that speaks the Messages API, streaming too, and answers from a scenario or by default
 * with small valid work. It refuses malformed requests as the real one does. It keeps nothing between requests but
 * their number and its log, so it can be killed and started again at any moment.
 * As a process: node local/model/server.ts --port 4010 [--scenario FILE | --recording FILE] [--delay-ms 0] [--delta-ms 0]
 *   [--log FILE] [--exact-bound]
 */
import { appendFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { defaultTurn } from './default-turn.ts';
import { withJudgements } from './judgements.ts';
import { createMessage, playedMessage, tokens } from './message.ts';
import { createPlayback, type Playback } from './playback.ts';
import { readRecording } from './read-recording.ts';
import { invalid, Refusal, readRequest, type ScriptedRequest } from './request.ts';
import { loadScenario, type Scenario, type Situation, type SoftFault, scenarioTurn, type Turn } from './scenario.ts';
import { verifySignatures } from './signature.ts';
import { readSituation } from './situation.ts';
import { asServerSentEvent, type StreamEvent, streamEvents } from './stream.ts';

/** How a call can go wrong on purpose. */
export type Fault =
  | { readonly kind: 'status'; readonly status: 400 | 429 | 500 | 503 | 529; readonly retryAfterSeconds?: number }
  /** The connection ends in the middle of the answer. */
  | { readonly kind: 'drop' }
  /** An error event in the middle of the answer. */
  | { readonly kind: 'stream-error'; readonly type: 'overloaded_error' | 'api_error' }
  /** No answer until the client gives up. */
  | { readonly kind: 'hang' }
  | { readonly kind: SoftFault };

/** What the server saw of one request; `status` is 0 where it sent no whole answer. */
export interface ScriptedCall {
  readonly number: number;
  readonly at: string;
  readonly bytes: number;
  readonly situation: Situation | undefined;
  readonly request: ScriptedRequest | undefined;
  status: number;
  stopReason?: string;
  error?: string;
}

export interface ScriptedModelOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  readonly scenario?: Scenario | undefined;
  /** Answers everything in the place of a scenario, and refuses what it does not know. */
  readonly playback?: Playback | undefined;
  /** Before each answer. */
  readonly delayMs?: number;
  /** Awaited before each event of a streamed answer, whose texts then come in small parts: it can be held anywhere. */
  readonly pace?: ((event: StreamEvent, call: ScriptedCall) => Promise<unknown> | undefined) | undefined;
  /** Every answer's usage costs exactly what upperBoundMicroUsd says of its request. */
  readonly exactBound?: boolean;
  /** Longer prompts are refused, in tokens of four bytes. */
  readonly windowTokens?: number;
  readonly fault?: (call: ScriptedCall) => Fault | undefined;
  /** One line of JSON a finished call. */
  readonly logFile?: string | undefined;
}

/** Characters of a piece, where an answer is streamed at a pace: a few words. */
const PART_LENGTH = 20;

const LARGEST_WINDOW = 1_000_000;

const SOFT: ReadonlySet<string> = new Set(['max_tokens', 'refusal', 'pause_turn', 'model_context_window_exceeded']);

/** Starts the server on 127.0.0.1; `calls` holds every request that it got. */
export async function startScriptedModel(options: ScriptedModelOptions = {}) {
  const calls: ScriptedCall[] = [];
  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (request.method === 'GET' && pathname === '/health') {
      response.end('ok');
      return;
    }
    const body = await text(request);
    const call: ScriptedCall = {
      number: calls.length + 1,
      at: new Date().toISOString(),
      bytes: Buffer.byteLength(body),
      situation: undefined,
      request: undefined,
      status: 0,
    };
    calls.push(call);
    try {
      if (request.method !== 'POST' || pathname !== '/v1/messages') {
        throw new Refusal(404, 'not_found_error', 'Not found');
      }
      validateHeaders(request);
      await answer(Object.assign(call, readCall(body, options.playback !== undefined)), response);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      Object.assign(call, { status: error.status, error: error.message });
      sendError(response, error);
    }
    if (options.logFile !== undefined) {
      const { request: _, ...line } = call;
      await appendFile(options.logFile, `${JSON.stringify(line)}\n`);
    }
  }

  async function answer(call: Parsed, response: ServerResponse): Promise<void> {
    const { request, bytes } = call;
    const most = options.windowTokens ?? LARGEST_WINDOW;
    if (tokens(bytes) > most) throw invalid(`prompt is too long: ${tokens(bytes)} tokens > ${most} maximum`);
    const fault = options.fault?.(call);
    if (options.delayMs !== undefined && options.delayMs > 0) await delay(options.delayMs);
    if (fault?.kind === 'status') throw statusRefusal(fault.status, fault.retryAfterSeconds);
    if (fault?.kind === 'hang') return;
    const message =
      options.playback === undefined
        ? scripted(call, fault)
        : playedMessage(request, await options.playback.answer(request));
    if (request.stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json', 'request-id': requestId(call) });
      response.end(JSON.stringify(message));
    } else {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'request-id': requestId(call) });
      const events = [...streamEvents(message, options.pace === undefined ? undefined : PART_LENGTH)];
      if (fault?.kind === 'drop' || fault?.kind === 'stream-error') {
        await breakOff(response, events.map(asServerSentEvent), fault);
        return;
      }
      for (const event of events) {
        await options.pace?.(event, call);
        if (response.destroyed) return;
        response.write(asServerSentEvent(event));
      }
      response.end();
    }
    Object.assign(call, { status: 200, stopReason: message.stop_reason });
  }

  function scripted({ request, situation, sign, bytes }: Parsed, fault: Fault | undefined) {
    const turn =
      situation === undefined
        ? { text: 'Hello. I am a scripted model and only know the work of the factory.', tools: [] }
        : chooseTurn(options.scenario, situation);
    return createMessage({
      request,
      requestBytes: bytes,
      turn,
      fault: fault !== undefined && SOFT.has(fault.kind) ? (fault.kind as SoftFault) : turn.fault,
      think: request.thinking?.type === 'adaptive' && (turn.think ?? (situation?.turnOfTranscript ?? 0) % 3 === 1),
      sign,
      exactBound: options.exactBound ?? false,
    });
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls: calls as readonly ScriptedCall[],
    async close(): Promise<void> {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A scenario that cannot be filled in is told to whoever asks, like any other request that makes no sense. */
function chooseTurn(scenario: Scenario | undefined, situation: Situation): Turn {
  try {
    return withJudgements(scenarioTurn(scenario, situation) ?? defaultTurn(situation), situation);
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

type Parsed = ScriptedCall & { request: ScriptedRequest; sign: (thinking: string) => string };

/** A recording has no signatures. */
function readCall(body: string, isPlayed: boolean) {
  const request = readRequest(body);
  const sign = isPlayed ? () => '' : verifySignatures(request);
  return { request, sign, situation: readSituation(request) };
}

function validateHeaders({ headers }: IncomingMessage): void {
  const key = headers['x-api-key'] ?? /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (!key) throw new Refusal(401, 'authentication_error', 'x-api-key header is required');
  if (headers['anthropic-version'] === undefined) throw invalid('anthropic-version: header is required');
}

async function breakOff(response: ServerResponse, events: string[], fault: Fault): Promise<void> {
  // Enough that the client has begun to read the answer.
  response.write(events.slice(0, 4).join(''));
  if (fault.kind === 'stream-error') {
    const error = {
      type: fault.type,
      message: fault.type === 'overloaded_error' ? 'Overloaded' : 'Internal server error',
    };
    response.end(`event: error\ndata: ${JSON.stringify({ type: 'error', error, request_id: null })}\n\n`);
    return;
  }
  await delay(10);
  response.destroy();
}

function statusRefusal(status: number, retryAfterSeconds: number | undefined): Refusal {
  if (status === 429) {
    return new Refusal(429, 'rate_limit_error', 'This request would exceed the rate limit.', retryAfterSeconds);
  }
  // The response of a gateway to a wrong key.
  if (status === 400) return new Refusal(400, 'invalid_request_error', 'Invalid proxy server token', undefined);
  if (status === 529) return new Refusal(529, 'overloaded_error', 'Overloaded', retryAfterSeconds);
  return new Refusal(status, 'api_error', 'Internal server error', retryAfterSeconds);
}

function sendError(response: ServerResponse, { status, type, message, retryAfter }: Refusal): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  });
  response.end(JSON.stringify({ type: 'error', error: { type, message }, request_id: null }));
}

const requestId = ({ number }: ScriptedCall): string => `req_scripted_${number}`;

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      scenario: { type: 'string' },
      recording: { type: 'string' },
      'delay-ms': { type: 'string' },
      'delta-ms': { type: 'string' },
      log: { type: 'string' },
      'exact-bound': { type: 'boolean' },
    },
  });
  const deltaMs = Number(values['delta-ms'] ?? 0);
  const model = await startScriptedModel({
    port: Number(values.port ?? 0),
    scenario: values.scenario === undefined ? undefined : await loadScenario(values.scenario),
    playback: values.recording === undefined ? undefined : createPlayback(await readRecording(values.recording)),
    delayMs: Number(values['delay-ms'] ?? 0),
    pace: deltaMs > 0 ? () => delay(deltaMs) : undefined,
    exactBound: values['exact-bound'] ?? false,
    logFile: values.log,
  });
  console.log(`The scripted model is ready at ${model.url}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void model.close());
}
