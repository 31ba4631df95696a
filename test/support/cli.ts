/** The command line as a script sees it: arguments in; exit code, stdout and stderr out. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { run } from '../../cli/program.ts';
import { readApiAccess } from '../../config/api.ts';
import { loadConfig } from '../../config/config.ts';
import { absolute } from '../../config/files.ts';
import { exec } from '../../exec.ts';
import { environmentOf } from '../../local/stack/environment.ts';

export interface CliOptions {
  /** Variables of the factory; a developer's own and those of `.env` do not count. */
  readonly env?: Record<string, string>;
  /** As if stdout were a terminal of so many columns. */
  readonly columns?: number;
  /** What a person types at the terminal. */
  readonly typed?: string;
}

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process: half a second less than in one of its own. */
export async function runCli(
  args: readonly string[],
  { env = {}, columns, typed }: CliOptions = {},
): Promise<CliResult> {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
    ...(columns === undefined ? {} : { isTTY: true, columns, rows: 50 }),
  });
  const config = async (other: NodeJS.ProcessEnv = env) => loadConfig(other);
  const access = async () => readApiAccess(env) ?? config();
  const stdin = typed === undefined ? {} : { stdin: Object.assign(Readable.from([typed]), { isTTY: true }) };
  const exitCode = await run(args, { config, access, stdout: stream('stdout'), stderr: stream('stderr'), ...stdin });
  return { exitCode, ...written };
}

/** Lets an API listen; what it returns runs the command line against it. */
export async function cliOn(app: {
  listen(options: { host: string; port: number }): Promise<string>;
}): Promise<(...args: string[]) => Promise<CliResult>> {
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return (...args) => runCli(args, { env: { FACTORY_API_URL: url } });
}

/** Runs it as a script does: in a process of its own, without a terminal. */
export function spawnCli(
  args: readonly string[],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string },
) {
  return exec({
    file: process.execPath,
    args: [absolute('bin/factory.js'), ...args],
    env: { ...environmentOf(loadConfig(env)), TEMPORAL_ADDRESS: '', DATABASE_URL: '', ...env },
    input,
    timeoutMs: 60_000,
  });
}

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface StubOptions {
  /** Answers GET /events; without it the API is one from before there were events. */
  readonly events?: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
}

/** An API that answers as `answer` says, and keeps what it was sent but for requests of events. */
export async function startStubApi(
  answer: (request: StubRequest) => { status?: number; body: unknown },
  { events }: StubOptions = {},
) {
  const requests: StubRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    if (path.startsWith('/events')) {
      if (events === undefined) outgoing.writeHead(404).end();
      else events(incoming, outgoing);
      return;
    }
    const body = method === 'GET' ? undefined : await json(incoming);
    const request = { method, path, headers, body };
    requests.push(request);
    const { status = 200, body: answered } = answer(request);
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answered));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url, requests, stop };
}

/** Runs commands, each against an API that answers so, which is stopped again. */
export const runnerAgainst =
  (stateDir: string) =>
  async (
    answer: (request: StubRequest) => { status?: number; body: unknown },
    args: readonly string[],
    options: { input?: string; columns?: number; typed?: string } = {},
  ) => {
    const api = await startStubApi(answer);
    const env = { FACTORY_API_URL: api.url, STATE_DIR: stateDir };
    try {
      const result = await (options.input === undefined ? runCli : spawnCli)(args, { ...options, env });
      return { ...result, requests: api.requests, sent: api.requests.find(({ method }) => method !== 'GET') };
    } finally {
      await api.stop();
    }
  };
