/** The embedded Temporal: the CLI's development server with its data in STATE_DIR, set up for many short steps. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import type { Config } from '../../config/config.ts';
import { searchPath } from '../../config/environment.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes.ts';
import type { Command } from './process.ts';

/**
 * Without these the server looks at its queues 20 times a second, and timers and continuing as new take a second. Each
 * timer is read by itself: when one may be 25 ms late, an epic takes two fifths fewer reads of them than at 1 ms.
 */
export const DYNAMIC_CONFIG = [
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'history.visibilityProcessorMaxPollRPS=2000',
  // Durations, so the quotes belong to the value.
  'history.timerProcessorMaxTimeShift="25ms"',
  'history.workflowIdReuseMinimalInterval="0s"',
  // The search attributes exist from the start; rereading them for each request was 450 of an epic's 2,300 reads and writes.
  'system.forceSearchAttributesCacheRefreshOnRead=false',
];

/** Survives a kill of the process; a power cut can cost the last moments. */
const SQLITE = ['journal_mode=WAL', 'synchronous=NORMAL'];

const TYPES = { KEYWORD: 'Keyword', BOOL: 'Bool' } as const;

export interface TemporalServerOptions {
  /** Absolute path of the Temporal CLI. */
  readonly cli: string;
  readonly folder: string;
  readonly port: number;
  readonly uiPort: number;
  readonly namespace: string;
}

export function temporalCommand({ cli, folder, port, uiPort, namespace }: TemporalServerOptions): Command {
  mkdirSync(folder, { recursive: true });
  const attributes = Object.values(SEARCH_ATTRIBUTES).map(
    ({ name, type }) => `${name}=${TYPES[type as keyof typeof TYPES]}`,
  );
  return {
    file: cli,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
      ...['--db-filename', path.join(folder, 'temporal.db'), '--namespace', namespace, '--ui-disable-news-fetch'],
      ...DYNAMIC_CONFIG.flatMap((setting) => ['--dynamic-config-value', setting]),
      ...SQLITE.flatMap((pragma) => ['--sqlite-pragma', pragma]),
      ...attributes.flatMap((attribute) => ['--search-attribute', attribute]),
      ...['--log-level', 'warn'],
    ],
    // Not ours: a TEMPORAL_* variable, or a profile in the home folder, could change where the CLI looks.
    env: { PATH: searchPath(), HOME: folder },
    cwd: folder,
  };
}

/** Why Temporal cannot be used, or nothing: asks for the namespace. */
export async function temporalProblem({
  address,
  connection,
  namespace,
}: Config['temporal']): Promise<string | undefined> {
  let client: Connection | undefined;
  try {
    client = await Connection.connect({ ...connection, address, connectTimeout: 3_000 });
    await client.withDeadline(Date.now() + 3_000, () =>
      (client as Connection).workflowService.describeNamespace({ namespace }),
    );
    return undefined;
  } catch (error) {
    return (error as { details?: string }).details ?? (error as Error).message;
  } finally {
    await client?.close();
  }
}

/** Whether somebody has asked for workflow tasks of the queue since then. */
export async function isPolled(temporal: Config['temporal'], taskQueue: string, since: Date): Promise<boolean> {
  const { address, connection, namespace } = temporal;
  const client = await Connection.connect({ ...connection, address, connectTimeout: 3_000 });
  try {
    const { pollers } = await client.withDeadline(Date.now() + 3_000, () =>
      client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType: 1 }),
    );
    return (pollers ?? []).some(
      ({ lastAccessTime: at }) => Number(at?.seconds ?? 0) * 1_000 >= since.getTime() - 1_000,
    );
  } finally {
    await client.close();
  }
}
