/** The command line as a script sees it: arguments in; exit code, stdout and stderr out. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { loadConfig } from '../../config.ts';
import { absolute } from '../../config-files.ts';
import { type ExecResult, exec } from '../../exec.ts';
import { environmentOf } from '../../local/environment.ts';

export interface CliOptions {
  /** Variables of the factory; a developer's own and those of `.env` do not count. */
  readonly env?: Record<string, string>;
  /** Variables on top, which need not be allowed values. */
  readonly wrong?: Record<string, string>;
  readonly input?: string;
  readonly cwd?: string;
}

/** Runs `factory` in a process of its own, without a terminal. */
export function runCli(
  args: readonly string[],
  { env = {}, wrong = {}, input = '', cwd }: CliOptions = {},
): Promise<ExecResult> {
  return exec({
    file: process.execPath,
    args: [absolute('cli/main.ts'), ...args],
    env: { ...environmentOf(loadConfig(env)), TEMPORAL_ADDRESS: '', DATABASE_URL: '', ...env, ...wrong },
    input,
    timeoutMs: 60_000,
    ...(cwd === undefined ? {} : { cwd }),
  });
}

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** An API that answers as `answer` says, and keeps what it was sent. */
export async function startStubApi(answer: (request: StubRequest) => { status?: number; body: unknown }) {
  const requests: StubRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const body = incoming.method === 'GET' ? undefined : await json(incoming);
    const { method = '', url: path = '', headers } = incoming;
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
