/** Calls of the API by the generated client, which is made at the first of them. */
import { type ApiClient, createClient } from '../api/client/index.ts';
import type { ApiAccess } from '../config/api.ts';

export type Calls = Pick<ApiClient, 'GET' | 'POST' | 'PUT'>;

/** No server answered, or one that is not the API. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly apiUrl: string;
  constructor(apiUrl: string, cause: unknown) {
    super(`No answer from ${apiUrl}`, { cause });
    this.apiUrl = apiUrl;
  }
  /** Nobody listens there, so that nothing was sent. */
  get isRefused(): boolean {
    return reasonOf(this) === 'ECONNREFUSED';
  }
}

/** The name of the network's failure, where it has one. */
export const reasonOf = ({ cause }: NoAnswer): string | undefined =>
  (cause as { cause?: { code?: string } } | undefined)?.cause?.code;

type Call = (route: never, init: never) => Promise<unknown>;

/** A refusal comes back as `error`; throws NoAnswer, and whatever `access` throws at the first call. */
export function createCalls(access: () => Promise<ApiAccess>): Calls {
  const call =
    (method: keyof Calls): Call =>
    async (route, init) => {
      const { apiUrl, apiToken: token } = await access();
      const send = createClient(apiUrl, { token })[method] as Call;
      return send(route, init).catch((cause: unknown) => {
        throw new NoAnswer(apiUrl, cause);
      });
    };
  return { GET: call('GET'), POST: call('POST'), PUT: call('PUT') } as unknown as Calls;
}
