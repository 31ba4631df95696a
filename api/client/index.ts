/** The API as functions, for the command line and the dashboard: `const { data, error } = await client.GET('/epics')`. */
import type { Client } from 'openapi-fetch';
import createFetchClient from 'openapi-fetch';
import type { components, paths } from './schema.ts';

/** What the API answers with, by name: `Answer<'Epic'>`. */
export type Answer<Name extends keyof components['schemas']> = components['schemas'][Name];
export type ApiClient = Client<paths>;

export interface ClientOptions {
  readonly fetch?: typeof fetch;
  /** The token, for an API that needs one (API_TOKEN). */
  readonly token?: string | undefined;
}

/** Each path and body is checked against the generated types; a refusal comes back as `error`, never thrown. */
export function createClient(baseUrl: string, options: ClientOptions = {}): ApiClient {
  return createFetchClient<paths>({
    baseUrl,
    // Also on writes without a body: the API wants to know that no foreign web page sent it.
    headers: {
      'content-type': 'application/json',
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    },
    ...(options.fetch === undefined ? {} : { fetch: (request) => (options.fetch as typeof fetch)(request) }),
  });
}
