/** Writes the bundle of an epic line by line, so that a long epic needs no more memory than a short one. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import type { Database } from '../../db/connection.ts';
import { isDatabaseFailure, readExportRows, readExportRuns } from '../../db/reads/export.ts';
import { createSealer, FORMAT } from '../client/bundle.ts';
import { isTemporalAway } from '../errors.ts';
import { readEvents } from './histories.ts';

export interface Exporting {
  readonly db: Database;
  readonly temporal: Client;
  /** Takes out of a text, or a value as JSON, what must not leave. */
  readonly clean: (text: string) => string;
  readonly version: string;
  /** Told why an export broke off; the reader is told only who did not answer. */
  readonly onFailure: (error: unknown) => void;
}

/** Others are served in between. */
const MOST_AT_ONCE_MS = 20;

/** Ends with the line `end`, or with `failed` when something could not be read. */
export async function* writeBundle(exporting: Exporting, epicId: string): AsyncGenerator<string> {
  const seal = createSealer();
  const exportedAt = new Date().toISOString();
  const counts: Record<string, number> = {};
  let since = performance.now();
  yield seal(JSON.stringify({ head: { format: FORMAT, epicId, exportedAt, factory: exporting.version } }));
  try {
    for await (const content of contentsOf(exporting, epicId)) {
      if (performance.now() - since > MOST_AT_ONCE_MS) {
        await nextTurn();
        since = performance.now();
      }
      if ('section' in content) counts[content.section] = (counts[content.section] ?? 0) + 1;
      yield seal(exporting.clean(JSON.stringify(content)));
    }
  } catch (error) {
    exporting.onFailure(error);
    yield seal(JSON.stringify({ failed: reasonOf(error) }));
    return;
  }
  yield seal(JSON.stringify({ end: counts }));
}

async function* contentsOf({ db, temporal }: Exporting, epicId: string) {
  yield* readExportRows(db, epicId);
  const runs = await readExportRuns(db, epicId);
  for (const row of runs) yield { section: 'workflow_runs', row };
  for (const { workflow_id, run_id } of runs) {
    for await (const row of readEvents(temporal, { workflow_id, run_id })) {
      yield row === undefined ? { gone: { workflow_id, run_id } } : { section: 'history', row };
    }
  }
}

/** For the reader; nothing of the error itself. */
function reasonOf(error: unknown): string {
  if (isTemporalAway(error) || error instanceof NamespaceNotFoundError)
    return 'Temporal could not be read to the end; try again';
  if (isDatabaseFailure(error)) return 'PostgreSQL could not be read to the end; try again';
  return 'something unexpected went wrong; the log of the API says more';
}
