/** The one client of the pages. The server that serves them also serves the API, so there is no address to set. */
import { createClient } from '../../api/client/index.ts';
import { API_PREFIX } from './api-prefix.ts';
import { withoutDirections } from './direction-marks.ts';

export const api = createClient(new URL(API_PREFIX, location.href).href);

/**
 * Marks that turn the direction of text turn what stands beside it too, and one of them ends what isolates them: they
 * are shown as their codes, on every page. The diff does that itself, since it asks for files by their exact names.
 */
api.use({
  async onResponse({ response, schemaPath }) {
    if (!response.ok || schemaPath.startsWith('/epics/{id}/diff')) return undefined;
    return new Response(withoutDirections(await response.text()), response);
  },
});

interface Outcome<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** What the API said in words, thrown so that a query or mutation can show it. */
export class ApiFailure extends Error {
  readonly status: number;
  readonly code: string;
  /** What does not fit, field by field, where the API says that. */
  readonly details: unknown;

  constructor({ error, response }: Outcome<unknown>) {
    const said = (error as { error?: { code?: string; message?: string; details?: unknown } } | undefined)?.error;
    super(said?.message ?? `The factory answered ${response.status} without a reason`);
    this.status = response.status;
    this.code = said?.code ?? 'Unknown';
    this.details = said?.details;
  }
}

/** The data of a call that succeeded. Asks `response.ok`: a failure with an empty body has no `error`. */
export async function dataOf<Data>(call: Promise<Outcome<Data>>): Promise<Data> {
  const outcome = await call.catch((error: unknown) => Promise.reject(inWords(error)));
  if (!outcome.response.ok) throw new ApiFailure(outcome);
  return outcome.data as Data;
}

/** What the browser says of a call without an answer helps nobody who does not write browsers. */
function inWords(error: unknown): unknown {
  if (error instanceof SyntaxError) {
    return new Error('What came is not an answer of the factory. Is a proxy in between?', { cause: error });
  }
  if (error instanceof TypeError) {
    return new Error('The factory does not answer. Does it run, and can this browser reach it?', { cause: error });
  }
  return error;
}

/** The request is wrong or was refused: asking again gives the same answer. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ApiFailure && error.status >= 400 && error.status < 500 && error.status !== 429;
