/** An API for a test file: injected, never listening. */
import { type Client, Connection, Client as TemporalClient } from '@temporalio/client';
import { buildServer, type ServerOptions } from '../../api/server.ts';
import type { Database } from '../../db/connection.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS' | 'TRACE' | 'QUERY';

export interface TestAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever JSON came, and the assertions say what it must be
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface TestApi {
  /** An empty header is left out. */
  ask(method: Method, url: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
  close(): Promise<void>;
}

export async function createApi(
  db: Database,
  temporal: Client,
  options: Partial<Omit<ServerOptions, 'db' | 'temporal'>> = {},
): Promise<TestApi> {
  const app = await buildServer({ db, temporal, allowedHosts: [], logLevel: 'silent', ...options });
  return {
    async ask(method, url, body, headers = {}) {
      const json: Record<string, string> = method === 'GET' ? {} : { 'content-type': 'application/json' };
      const payload = body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) };
      const all = Object.entries({ host: 'localhost', ...json, ...headers }).filter(([, value]) => value !== '');
      const answer = await app.inject({ method, url, headers: Object.fromEntries(all), ...payload });
      const isJson = String(answer.headers['content-type']).startsWith('application/json');
      return { status: answer.statusCode, body: isJson ? answer.json() : answer.body, headers: answer.headers };
    },
    close: () => app.close(),
  };
}

/**
 * A client whose server is not there, so that each call fails at once: the SDK's interceptor would retry it for 20 s and
 * ignore a cancellation.
 */
export function absentTemporal(): TemporalClient {
  // Port 9 (discard) refuses connections wherever tests run.
  return new TemporalClient({
    connection: Connection.lazy({ address: '127.0.0.1:9', connectTimeout: 500, interceptors: [] }),
  });
}
