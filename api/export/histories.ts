/** Temporal's history of a run as rows of a bundle, a page at a time. */

import { type Client, isGrpcServiceError } from '@temporalio/client';
import { rethrowKnownErrorTypes } from '@temporalio/client/lib/helpers.js';
import { defined } from '../../workflows/contract/optional-fields.ts';

export type EventRow = Readonly<Record<string, unknown>>;

interface Run {
  readonly workflow_id: string;
  readonly run_id: string;
}

const PAGE = 200;
const WITHIN_MS = 20_000;
const NOT_FOUND = 5;

/** Undefined in the place of events when Temporal does not keep the run any more. */
export async function* readEvents(temporal: Client, run: Run): AsyncGenerator<EventRow | undefined> {
  // Loaded at the first export: it brings every message type of Temporal with it.
  const { historyToJSON } = await import('@temporalio/common/lib/proto-utils.js');
  const execution = { workflowId: run.workflow_id, runId: run.run_id };
  for (let nextPageToken: Uint8Array | undefined; ; ) {
    const page = await temporal
      .withDeadline(Date.now() + WITHIN_MS, () =>
        temporal.workflowService.getWorkflowExecutionHistory({
          namespace: temporal.options.namespace,
          execution,
          maximumPageSize: PAGE,
          skipArchival: true,
          ...defined({ nextPageToken }),
        }),
      )
      .catch((error: unknown) => {
        // A namespace that there is not keeps nothing of any run, which is no reason to call each of them gone.
        if (isGrpcServiceError(error)) rethrowKnownErrorTypes(error);
        if (isGrpcServiceError(error) && error.code === NOT_FOUND) return undefined;
        throw error;
      });
    if (page === undefined) {
      yield undefined;
      return;
    }
    const { events = [] } = JSON.parse(historyToJSON(page.history ?? {})) as { events?: Record<string, unknown>[] };
    for (const event of events) yield rowOf(run, event);
    if (!page.nextPageToken?.length) return;
    nextPageToken = page.nextPageToken;
  }
}

function rowOf({ workflow_id, run_id }: Run, event: Record<string, unknown>): EventRow {
  const { eventId, eventTime, eventType, ...rest } = event;
  return { workflow_id, run_id, event_id: eventId, at: eventTime, type: eventType, ...(readable(rest) as object) };
}

/**
 * Payloads come in base64, in which nobody finds a secret: those that are JSON become the value that they hold. Temporal
 * sends the fields of a map in any order, and what is hashed must always be the same.
 */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  if (isPayload(value)) return decoded(value);
  const parts = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(parts.map(([name, part]) => [name, readable(part)]));
}

interface Payload {
  readonly metadata: { readonly encoding: string };
  readonly data?: string;
}

const isPayload = (value: object): value is Payload =>
  'metadata' in value &&
  typeof value.metadata === 'object' &&
  value.metadata !== null &&
  'encoding' in value.metadata &&
  typeof value.metadata.encoding === 'string';

function decoded({ metadata, data = '' }: Payload): unknown {
  const encoding = Buffer.from(metadata.encoding, 'base64').toString();
  if (encoding === 'binary/null') return null;
  const text = Buffer.from(data, 'base64').toString();
  if (!encoding.startsWith('json/')) return { encoding, bytes: Buffer.from(data, 'base64').length };
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
